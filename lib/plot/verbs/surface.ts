// A function of two variables as a surface in space.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { GRID_OPTIONS, type GridInput, type GridOptions, jsonGrid, readGrid } from "../input/grid";
import { jsonNumbers } from "../input/series";
import type { ColorScaleName } from "../theme/palettes";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { colorBar, colorScale } from "./color-options";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure, seriesColor } from "./options";

export interface SurfaceOptions extends FigureOptions, GridOptions {
  xLabel?: string;
  yLabel?: string;
  zLabel?: string;
  colors?: ColorScaleName;
  /** Where the eye stands, around a box of unit size at the origin. */
  eye?: readonly [x: number, y: number, z: number];
}

/**
 * Draws a surface that can be turned.
 *
 * `plot.surface((x, y) => x ** 2 - y ** 2, { xRange: [-1, 1], yRange: [-1, 1], zLabel: "loss" })`
 */
export function surface(input: GridInput, options: SurfaceOptions = {}): Figure {
  const verb = "plot.surface";
  checkOptions(verb, options, [...FIGURE_OPTIONS, ...GRID_OPTIONS, "xLabel", "yLabel", "zLabel", "colors", "eye"]);
  const theme = themeOf(options.theme, verb);
  if (typeof input !== "function" && (options.xRange ?? options.yRange) !== undefined)
    throw new PlotError(
      "PLOT_OPTION",
      `${verb}: xRange and yRange say where a function is sampled; a matrix takes x and y, its coordinates`,
    );
  const grid = readGrid(verb, input, options);
  const data: Trace[] = [
    {
      type: "surface",
      x: jsonNumbers(grid.x),
      y: jsonNumbers(grid.y),
      z: jsonGrid(grid.z),
      colorscale: colorScale(verb, options.colors ?? "viridis"),
      // Light from the upper left, with enough ambient that colours still read as values.
      lighting: { ambient: 0.7, diffuse: 0.4, specular: 0, fresnel: 0, roughness: 1 },
      lightposition: { x: -6000, y: 10000, z: 0 },
      colorbar: { ...colorBar(undefined, theme), len: 0.7 },
      hovertemplate: "(%{x}, %{y})<br>%{z}<extra></extra>",
    },
  ];
  if (grid.path) {
    const color = seriesColor(theme, 1);
    data.push({
      type: "scatter3d",
      mode: "lines+markers",
      name: "path",
      x: jsonNumbers(grid.path.x),
      y: jsonNumbers(grid.path.y),
      z: jsonNumbers(grid.path.z),
      line: { color, width: 4 },
      marker: { color, size: grid.path.x.length > 60 ? 2 : 4 },
      showlegend: false,
    });
  }
  const layout = figureLayout(verb, options);
  const [x, y, z] = options.eye ?? [1.3, 1.12, 0.8];
  const title = (text: string) => ({ title: { text } });
  layout.scene = {
    camera: { eye: { x, y, z }, center: { x: 0, y: 0, z: -0.12 } },
    xaxis: title(options.xLabel ?? "x"),
    yaxis: title(options.yLabel ?? "y"),
    zaxis: title(options.zLabel ?? "z"),
  };
  layout.width ??= 640;
  layout.height ??= 480;
  return makeFigure(verb, data, layout, options, grid.notes);
}
