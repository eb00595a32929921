// Lines through points in order.

import { checkChoice, checkOptions } from "../errors";
import type { Figure } from "../figure";
import type { Positions } from "../input/dates";
import { checkFinite, jsonNumbers, jsonX, readSeries, type SeriesInput } from "../input/series";
import { DASHES } from "../theme/palettes";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { CHART_OPTIONS, chartLayout, type DatedOptions, makeFigure, seriesColor } from "./options";

export interface LineOptions extends DatedOptions {
  /** Numbers or dates, shared by every series without an x of its own; counts from 0 when absent. */
  x?: Positions;
  /** Show each point: by default where there are fewer than 20. */
  markers?: boolean;
  /** "step" holds each value until the next point. */
  shape?: "linear" | "step";
}

/**
 * Draws one or several lines.
 *
 * `plot.line({ sine: ys, cosine: zs }, { x: xs, title: "Two waves", xLabel: "x (rad)" })`
 *
 * A NaN or an infinity is a gap, counted on the figure. Throws a PlotError when there is nothing finite to draw.
 */
export function line(input: SeriesInput, options: LineOptions = {}): Figure {
  checkOptions("plot.line", options, [...CHART_OPTIONS, "x", "markers", "shape"]);
  const shape = checkChoice("plot.line", "shape", options.shape ?? "linear", ["linear", "step"]);
  const theme = themeOf(options.theme, "plot.line");
  const log = { x: options.xScale === "log", y: options.yScale === "log" };
  const { series, notes } = checkFinite("plot.line", readSeries("plot.line", input, options.x), log);
  const data = series.map((one, index): Trace => {
    const markers = options.markers ?? one.x.length < 20;
    const dash = DASHES[index % DASHES.length]!;
    return {
      type: "scatter",
      ...(one.name === undefined ? {} : { name: one.name }),
      mode: markers ? "lines+markers" : "lines",
      x: jsonX(one),
      y: jsonNumbers(one.y),
      line: {
        color: seriesColor(theme, index),
        width: 2,
        ...(dash === "solid" ? {} : { dash }),
        ...(shape === "step" ? { shape: "hv" } : {}),
      },
      showlegend: one.name !== undefined,
    };
  });
  return makeFigure("plot.line", data, chartLayout("plot.line", options, series[0]!.dates), options, notes);
}
