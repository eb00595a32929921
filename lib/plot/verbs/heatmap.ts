// Heat maps: a matrix as coloured cells.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { type Dates, isDates, jsonDates, toPositions } from "../input/dates";
import { forJson, isNumbers, type Matrix, type Numbers, sameLength, toMatrix, toNumbers } from "../input/numbers";
import { contrast, parseColor, readableOn } from "../still/color";
import { contrastColor, zColors } from "../still/heatmap";
import { compact } from "../summary";
import { COLOR_SCALES, type ColorScaleName } from "../theme/palettes";
import { type Theme, themeOf } from "../theme/theme";
import type { AxisLayout, Layout, Trace } from "../types";
import { colorBar, colorScale } from "./color-options";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure } from "./options";

export interface HeatmapOptions extends FigureOptions {
  xLabel?: string;
  yLabel?: string;
  /** Names or positions of the columns and rows; Date objects make an axis of dates, strings are names, which may repeat (`[..."a text"]`). */
  x?: readonly string[] | Numbers | readonly Date[];
  y?: readonly string[] | Numbers | readonly Date[];
  colors?: ColorScaleName;
  /** The values at the ends of the colour scale. */
  range?: readonly [number, number];
  /** The value in the middle of the scale: 0 for signed values (then the colours diverge). */
  center?: number;
  colorLabel?: string;
  /** `false` leaves the colour bar away: for schematics, whose colours are no values. */
  colorBar?: boolean;
  /** Write each value into its cell; by default where there are at most 144. */
  values?: boolean;
  /** Square cells, as for matrices whose rows and columns mean the same. */
  square?: boolean;
}

export const HEATMAP_OPTIONS = [
  ...FIGURE_OPTIONS,
  "xLabel",
  "yLabel",
  "x",
  "y",
  "colors",
  "range",
  "center",
  "colorLabel",
  "colorBar",
  "values",
  "square",
] as const;

/**
 * Draws a matrix, its first row on top.
 *
 * `plot.heatmap(correlations, { x: names, y: names, center: 0, range: [-1, 1] })`
 *
 * Cells that are no numbers stay empty and are counted on the figure.
 */
export function heatmap(input: Matrix, options: HeatmapOptions = {}): Figure {
  const verb = "plot.heatmap";
  checkOptions(verb, options, HEATMAP_OPTIONS);
  const theme = themeOf(options.theme, verb);
  const matrix = toMatrix(input, `${verb}: values`);
  const missing = matrix.flat().filter(value => !Number.isFinite(value)).length;
  if (missing === matrix.length * matrix[0]!.length)
    throw new PlotError("PLOT_VALUE", `${verb}: expected at least one finite value, got none`);
  const write = options.values ?? matrix.length * matrix[0]!.length <= 144;
  const texts = write
    ? matrix.map(row =>
        row.map(value => (Number.isFinite(value) ? compact(Number(value.toPrecision(3))).replace("-", "−") : "")),
      )
    : undefined;
  const trace = heatmapTrace(verb, matrix, options, theme, texts);
  const notes = missing > 0 ? [`${missing} ${missing === 1 ? "cell is" : "cells are"} not finite and left empty`] : [];
  return makeFigure(verb, [trace], gridLayout(verb, matrix, options), options, notes);
}

export function heatmapTrace(
  verb: string,
  matrix: number[][],
  options: HeatmapOptions,
  theme: Theme,
  texts: string[][] | undefined,
): Trace {
  const columns = matrix[0]!.length;
  if (options.range && !(options.range[0] < options.range[1])) {
    throw new PlotError(
      "PLOT_OPTION",
      `${verb}: range must be [low, high] with low below high, got [${options.range}]`,
    );
  }
  const longest = Math.max(
    1,
    ...(texts?.flat().map(text => Math.max(...text.split("<br>").map(line => line.length))) ?? []),
  );
  // Texts as large as the narrowest cell allows.
  const fit = Math.min(13, Math.max(8, Math.floor(560 / columns / (longest * 0.62))));
  const trace: Trace = {
    type: "heatmap",
    z: matrix.map(row => row.map(forJson)),
    ...axisValues(verb, "x", options.x, columns),
    ...axisValues(verb, "y", options.y, matrix.length),
    colorscale: colorScale(
      verb,
      options.colors ?? (options.center === undefined ? "viridis" : "redBlue"),
      COLOR_SCALES,
    ),
    ...(options.range
      ? { zmin: options.range[0], zmax: options.range[1] }
      : options.center === undefined
        ? {}
        : { zmid: options.center }),
    ...(options.colorBar === false ? { showscale: false } : { colorbar: colorBar(options.colorLabel, theme) }),
    xgap: columns <= 40 ? 1 : 0,
    ygap: columns <= 40 ? 1 : 0,
    hovertemplate: "row %{y}, column %{x}<br>%{z}<extra></extra>",
  };
  if (!texts) return trace;
  return { ...trace, text: readableTexts(trace, matrix, texts), texttemplate: "%{text}", textfont: { size: fit } };
}

/** Contrasts from which text is readable and read with ease (WCAG 2, AA and AAA). */
const CONTRAST = { readable: 4.5, easy: 7 };

/** plotly.js writes grey or white by a cell's brightness, which is hard to read on the colours between: there the text names its own. */
function readableTexts(trace: Trace, matrix: number[][], texts: string[][]): string[][] {
  const colorOf = zColors(trace, matrix);
  return texts.map((row, r) =>
    row.map((text, c) => {
      const value = matrix[r]![c]!;
      if (text === "" || !Number.isFinite(value)) return text;
      const color = colorOf(value);
      const best = readableOn(color);
      const automatic = contrast(parseColor(contrastColor(color)), color);
      // Marked only where it helps: each mark is stored.
      const gain = contrast(parseColor(best), color) / automatic;
      if (automatic >= CONTRAST.easy || (automatic >= CONTRAST.readable && gain < 1.3)) return text;
      return `<span style="color:${best}">${text}</span>`;
    }),
  );
}

/** A category axis would put columns of one name into one place: such names are written at positions instead. */
function repeats(names: readonly string[] | Numbers | Dates | undefined): names is readonly string[] {
  return Array.isArray(names) && typeof names[0] === "string" && new Set(names).size < names.length;
}

/** Names make a category axis, numbers positions. */
export function axisValues(
  verb: string,
  letter: "x" | "y",
  given: readonly string[] | Numbers | Dates | undefined,
  count: number,
): Partial<Trace> {
  if (given === undefined) return {};
  const values = isNumbers(given)
    ? toNumbers(given, `${verb}: ${letter}`).map(forJson)
    : isDates(given) && given[0] instanceof Date
      ? jsonDates(toPositions(given, `${verb}: ${letter}`).values)
      : [...(given as readonly string[])];
  sameLength(verb, letter, values.length, letter === "x" ? "the columns" : "the rows", count);
  return repeats(given) ? {} : { [letter]: values };
}

/** Ticks that are not seen keep labels off the cells. */
export const LABEL_GAP = { ticks: "outside", ticklen: 3, tickcolor: "rgba(0,0,0,0)" } as const;

export function gridLayout(verb: string, matrix: number[][], options: HeatmapOptions): Layout {
  const [rows, columns] = [matrix.length, matrix[0]!.length];
  const axis = (label: string | undefined, names: HeatmapOptions["x"], count: number): AxisLayout => ({
    ...(label === undefined ? {} : { title: { text: label } }),
    showgrid: false,
    zeroline: false,
    showline: false,
    ...LABEL_GAP,
    ...(repeats(names)
      ? { tickvals: names.map((_, place) => place), ticktext: [...names] }
      : Array.isArray(names) && typeof names[0] === "string"
        ? { type: "category" as const }
        : {}),
    // Letters of a text stand upright.
    ...(repeats(names) && names.every(name => name.length < 3) ? { tickangle: 0 } : {}),
    // Rows and columns are counted in whole numbers.
    ...(names === undefined && count <= 20 ? { tick0: 0, dtick: 1 } : {}),
  });
  const layout = figureLayout(verb, options);
  layout.xaxis = axis(options.xLabel, options.x, columns);
  layout.yaxis = { ...axis(options.yLabel, options.y, rows), autorange: "reversed" };
  if (options.square ?? rows === columns) {
    // Wide enough for labels at the left and the colour bar at the right.
    layout.width ??= 520;
    layout.height ??= 480;
  }
  return layout;
}
