// Any figure that plotly.js can draw, with the house theme and a still.

import { checkOptions, PlotError } from "../errors";
import { Figure } from "../figure";
import { describe } from "../input/numbers";
import { themeOf } from "../theme/theme";
import type { Layout, Trace } from "../types";

/**
 * Wraps raw Plotly JSON, which may use every attribute plotly.js knows.
 *
 * `plot.figure([{ type: "scatter", x: [1, 2], y: [3, 4] }], { title: { text: "Raw" } })`
 *
 * Ranges, ticks and margins are settled where the layout leaves them open. A trace type without a still is named on the still.
 */
export function figure(
  data: readonly Trace[],
  layout: Layout = {},
  options: { theme?: "light" | "dark" } = {},
): Figure {
  checkOptions("plot.figure", options, ["theme"]);
  if (!Array.isArray(data))
    throw new PlotError("PLOT_VALUE", `plot.figure: expected a list of traces, got ${describe(data)}`);
  const odd = data.findIndex(trace => typeof trace !== "object" || trace === null || Array.isArray(trace));
  if (odd >= 0)
    throw new PlotError("PLOT_VALUE", `plot.figure: trace ${odd} must be an object, got ${describe(data[odd])}`);
  const drawn = [layout.annotations, layout.shapes, layout.images].some(list => Array.isArray(list) && list.length > 0);
  if (data.length === 0 && !drawn)
    throw new PlotError("PLOT_EMPTY", "plot.figure: expected at least one trace, got none");
  return new Figure([...data], layout, { theme: themeOf(options.theme, "plot.figure") });
}
