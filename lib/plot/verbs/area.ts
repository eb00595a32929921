// Areas: amounts over time, stacked or overlaid.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import type { Positions } from "../input/dates";
import { checkFinite, jsonNumbers, jsonX, readSeries, type SeriesInput } from "../input/series";
import { withAlpha } from "../still/color";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { CHART_OPTIONS, chartLayout, type DatedOptions, makeFigure, seriesColor } from "./options";

export interface AreaOptions extends DatedOptions {
  x?: Positions;
  /** Each series on top of the ones before; all must share their x. */
  stacked?: boolean;
}

/**
 * Draws filled curves.
 *
 * `plot.area({ forward: f, backward: b, update: u }, { stacked: true, yLabel: "time (ms)" })`
 */
export function area(input: SeriesInput, options: AreaOptions = {}): Figure {
  const verb = "plot.area";
  checkOptions(verb, options, [...CHART_OPTIONS, "x", "stacked"]);
  const theme = themeOf(options.theme, verb);
  const log = { x: options.xScale === "log", y: options.yScale === "log" };
  const { series, notes } = checkFinite(verb, readSeries(verb, input, options.x), log);
  const first = series[0]!;
  if (options.stacked) {
    const odd = series.find(one => one.x.length !== first.x.length || one.x.some((x, i) => x !== first.x[i]));
    if (odd)
      throw new PlotError(
        "PLOT_LENGTH",
        `${verb}: stacked series must share their x, "${odd.name}" differs from "${first.name}"`,
      );
  }
  const below = new Array<number>(first.x.length).fill(0);
  const data = series.map((one, index): Trace => {
    const color = seriesColor(theme, index);
    // Heights are summed here, so that every renderer stacks alike; the hover shows the series' own value.
    const top = options.stacked ? one.y.map((value, i) => (below[i]! += Number.isFinite(value) ? value : 0)) : one.y;
    return {
      type: "scatter",
      mode: "lines",
      ...(one.name === undefined ? {} : { name: one.name }),
      x: jsonX(one),
      y: jsonNumbers(top),
      fill: options.stacked && index > 0 ? "tonexty" : "tozeroy",
      fillcolor: withAlpha(color, options.stacked ? 0.55 : 0.3),
      line: { color, width: 1.5 },
      ...(options.stacked ? { customdata: jsonNumbers(one.y), hovertemplate: "%{customdata}" } : {}),
      showlegend: one.name !== undefined,
    };
  });
  return makeFigure(verb, data, chartLayout(verb, options, first.dates), options, notes);
}
