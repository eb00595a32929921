// Points: one series or several, or one coloured by a value.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import {
  describe,
  isNumbers,
  isTensor,
  type Matrix,
  type Numbers,
  sameLength,
  toMatrix,
  toNumbers,
} from "../input/numbers";
import {
  type Checked,
  checkFinite,
  jsonNumbers,
  jsonX,
  readSeries,
  type Series,
  type SeriesInput,
  type XY,
} from "../input/series";
import { COLOR_SCALES, type ColorScaleName } from "../theme/palettes";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { colorBar, colorScale } from "./color-options";
import { CHART_OPTIONS, chartLayout, type DatedOptions, makeFigure, seriesColor } from "./options";

export interface ScatterOptions extends DatedOptions {
  /** A value per point, shown by colour; for a single series. */
  color?: Numbers;
  colors?: ColorScaleName;
  /** What the colour means: "loss". */
  colorLabel?: string;
  /** Diameter in pixels: one for all, or one per point. */
  size?: number | Numbers;
  opacity?: number;
  /** Shown on hover, one per point of a single series. */
  names?: readonly string[];
}

/** A shape per series, so that colour is not alone in telling them apart. */
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x", "triangle-down", "pentagon"] as const;

export type ScatterInput = SeriesInput | Matrix | { readonly [name: string]: Numbers | XY | Matrix };

/**
 * Draws points.
 *
 * `plot.scatter({ setosa: { x, y }, virginica: { x, y } }, { xLabel: "petal length (cm)" })`
 * `plot.scatter(points)` where points has two columns
 */
export function scatter(input: ScatterInput, options: ScatterOptions = {}): Figure {
  const verb = "plot.scatter";
  checkOptions(verb, options, [...CHART_OPTIONS, "color", "colors", "colorLabel", "size", "opacity", "names"]);
  const theme = themeOf(options.theme, verb);
  const log = { x: options.xScale === "log", y: options.yScale === "log" };
  const { series, notes } = checkFinite(verb, readPoints(verb, input), log) satisfies Checked;
  const single = series.length === 1;
  if (!single && (options.color !== undefined || options.names !== undefined)) {
    throw new PlotError(
      "PLOT_OPTION",
      `${verb}: color and names belong to a single series, got ${series.length}; draw one, or drop the option`,
    );
  }
  const data = series.map((one, index): Trace => {
    const count = one.x.length;
    const size =
      options.size === undefined || typeof options.size === "number"
        ? (options.size ?? defaultSize(count))
        : toNumbers(options.size, `${verb}: size`);
    const tooSmall = [size].flat().find(value => !(value >= 0));
    if (tooSmall !== undefined)
      throw new PlotError("PLOT_OPTION", `${verb}: size must be zero or more pixels, got ${tooSmall}`);
    if (Array.isArray(size)) sameLength(verb, "size", size.length, "the points", count);
    if (options.names) sameLength(verb, "names", options.names.length, "the points", count);
    const marker: Record<string, unknown> = {
      color: seriesColor(theme, index),
      size,
      opacity: options.opacity ?? (count > 200 ? 0.7 : 0.9),
    };
    if (series.length > 1) marker.symbol = SYMBOLS[index % SYMBOLS.length];
    if (options.color !== undefined) {
      const color = toNumbers(options.color, `${verb}: color`);
      sameLength(verb, "color", color.length, "the points", count);
      Object.assign(marker, {
        color: jsonNumbers(color),
        colorscale: colorScale(verb, options.colors ?? "viridis", COLOR_SCALES),
        showscale: true,
        colorbar: colorBar(options.colorLabel, theme),
      });
    }
    return {
      type: "scatter",
      mode: "markers",
      ...(one.name === undefined ? {} : { name: one.name }),
      x: jsonX(one),
      y: jsonNumbers(one.y),
      marker,
      showlegend: one.name !== undefined,
      ...(options.names ? { text: [...options.names], hovertemplate: "%{text}<br>(%{x}, %{y})<extra></extra>" } : {}),
    };
  });
  return makeFigure(verb, data, chartLayout(verb, options, series[0]!.dates), options, notes);
}

function defaultSize(count: number): number {
  return count > 2000 ? 3 : count > 300 ? 5 : 7;
}

/** Points as rows of two, or whatever a line takes. */
export function readPoints(verb: string, input: ScatterInput): Series[] {
  if (isPointMatrix(input)) return [fromRows(verb, undefined, input)];
  if (isNumbers(input)) return readSeries(verb, input);
  if (typeof input !== "object" || input === null)
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: expected points, {x, y}, or an object of series by name, got ${describe(input)}`,
    );
  const entries = Object.entries(input as Record<string, Numbers | XY | Matrix>);
  if ("y" in (input as object) && isNumbers((input as XY).y)) return readSeries(verb, input as XY);
  if (entries.length === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one series, got an empty object`);
  return entries.flatMap(([name, value]) =>
    isPointMatrix(value) ? [fromRows(verb, name, value)] : readSeries(verb, { [name]: value as Numbers | XY }),
  );
}

function isPointMatrix(value: unknown): value is Matrix {
  if (isTensor(value)) return value.shape.length === 2 && value.shape[1] === 2;
  return Array.isArray(value) && value.length > 0 && typeof value[0] !== "number";
}

function fromRows(verb: string, name: string | undefined, value: Matrix): Series {
  const rows = toMatrix(value, name === undefined ? `${verb}: points` : `${verb}: series "${name}"`);
  if (rows[0]!.length !== 2) {
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: points must have two columns, got ${rows[0]!.length}; pick two, or project them first`,
    );
  }
  return { name, x: rows.map(row => row[0]!), y: rows.map(row => row[1]!), dates: false };
}
