// Contours of a function of two variables, with one path or several drawn over them: the course's loss landscapes.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { GRID_OPTIONS, type GridInput, type GridOptions, jsonGrid, readGrid } from "../input/grid";
import { forJson, type Matrix } from "../input/numbers";
import { jsonNumbers } from "../input/series";
import type { ColorScaleName } from "../theme/palettes";
import { type Theme, themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { colorBar, colorScale } from "./color-options";
import { CHART_OPTIONS, type ChartOptions, chartLayout, makeFigure, seriesColor } from "./options";

export interface ContourOptions extends Omit<ChartOptions, "xScale" | "yScale">, GridOptions {
  /** About how many levels: 15. */
  levels?: number;
  colors?: ColorScaleName;
  colorLabel?: string;
  /** Levels spaced evenly in the logarithm: for losses that span decades. Values must be positive. */
  zLog?: boolean;
  /** Several paths by name, with a legend: the same descent by different rules. */
  paths?: Readonly<Record<string, Matrix>>;
}

/**
 * Draws the levels of a function or matrix.
 *
 * `plot.contour((x, y) => x ** 2 + 10 * y ** 2, { xRange: [-2, 2], yRange: [-1, 1], path: steps })`
 */
export function contour(input: GridInput, options: ContourOptions = {}): Figure {
  const verb = "plot.contour";
  checkOptions(verb, options, [
    ...CHART_OPTIONS.filter(name => !name.endsWith("Scale")),
    ...GRID_OPTIONS,
    "levels",
    "colors",
    "colorLabel",
    "zLog",
    "paths",
  ]);
  const theme = themeOf(options.theme, verb);
  const grid = readGrid(verb, input, options);
  const levels = options.levels ?? 15;
  if (!(levels >= 1 && levels <= 100))
    throw new PlotError("PLOT_OPTION", `${verb}: levels must lie between 1 and 100, got ${levels}`);
  const z = options.zLog ? logarithms(verb, grid.z) : grid.z;
  const data: Trace[] = [
    {
      type: "contour",
      x: jsonNumbers(grid.x),
      y: jsonNumbers(grid.y),
      z: jsonGrid(z),
      ncontours: levels,
      colorscale: colorScale(verb, options.colors ?? "viridis"),
      contours: { coloring: "fill" },
      line: { width: 0.5, color: theme.paper, smoothing: 0 },
      colorbar: { ...colorBar(options.colorLabel, theme), ...(options.zLog ? { tickprefix: "10^" } : {}) },
      hovertemplate: "(%{x}, %{y})<br>%{z}<extra></extra>",
    },
  ];
  if (grid.path) data.push(...pathTraces(grid.path, theme));
  const paths = Object.entries(options.paths ?? {});
  paths.forEach(([name, rows], index) => {
    const { path } = readGrid(verb, z, { x: grid.x, y: grid.y, path: rows });
    data.push(...namedPathTraces(name, path!, index, theme));
  });
  const layout = chartLayout(verb, options);
  for (const axis of [layout.xaxis!, layout.yaxis!]) Object.assign(axis, { showgrid: false, zeroline: false });
  layout.xaxis!.range ??= [forJson(grid.x[0]!)!, forJson(grid.x.at(-1)!)!];
  layout.yaxis!.range ??= [forJson(grid.y[0]!)!, forJson(grid.y.at(-1)!)!];
  layout.showlegend = paths.length > 0;
  layout.width ??= 560;
  return makeFigure(verb, data, layout, options, grid.notes);
}

function logarithms(verb: string, z: number[][]): number[][] {
  const low = Math.min(...z.flat().filter(Number.isFinite));
  if (low <= 0)
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: zLog needs positive values, got ${low}; add a constant or leave zLog out`,
    );
  return z.map(row => row.map(Math.log10));
}

/** The steps in order, the start open and the end a star. */
export function pathTraces(path: { x: number[]; y: number[] }, theme: Theme): Trace[] {
  const color = seriesColor(theme, 1);
  const last = path.x.length - 1;
  return [
    {
      type: "scatter",
      mode: "lines+markers",
      name: "path",
      x: jsonNumbers(path.x),
      y: jsonNumbers(path.y),
      line: { color: "#ffffff", width: 2 },
      marker: { color, size: path.x.length > 60 ? 3 : 6, line: { color: "#ffffff", width: 1 } },
    },
    {
      type: "scatter",
      mode: "markers",
      name: "end",
      x: jsonNumbers([path.x[last]!]),
      y: jsonNumbers([path.y[last]!]),
      marker: { color, size: 14, symbol: "star", line: { color: "#ffffff", width: 1 } },
    },
  ];
}

/** One path among several: its line in its own colour on a light edge, a point at each step, a star where it ends. */
function namedPathTraces(name: string, path: { x: number[]; y: number[] }, index: number, theme: Theme): Trace[] {
  const color = seriesColor(theme, index);
  const [x, y] = [jsonNumbers(path.x), jsonNumbers(path.y)];
  const edge = { color: "#ffffff", width: 1 };
  return [
    {
      type: "scatter",
      mode: "lines",
      x,
      y,
      line: { color: "#ffffff", width: 4 },
      hoverinfo: "skip",
      showlegend: false,
    },
    {
      type: "scatter",
      mode: "lines+markers",
      name,
      x,
      y,
      line: { color, width: 2 },
      marker: {
        color,
        size: path.x.length > 60 ? 4 : 6,
        symbol: PATH_SYMBOLS[index % PATH_SYMBOLS.length]!,
        line: edge,
      },
    },
    {
      type: "scatter",
      mode: "markers",
      name: `end of ${name}`,
      x: [x.at(-1)!],
      y: [y.at(-1)!],
      marker: { color, size: 14, symbol: "star", line: edge },
      showlegend: false,
    },
  ];
}

const PATH_SYMBOLS = ["circle", "square", "diamond", "triangle-up"] as const;
