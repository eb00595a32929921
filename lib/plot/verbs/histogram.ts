// Histograms: how often values fall into which range.

import { DAY } from "../axes/dates";
import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { histogramBins } from "../input/bins";
import { type Dates, dateBins, isDates, jsonDates, toInstant, toPositions } from "../input/dates";
import { describe, forJson, isNumbers, type Numbers, toNumbers } from "../input/numbers";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { CHART_OPTIONS, chartLayout, type DatedOptions, makeFigure, seriesColor } from "./options";

export interface HistogramOptions extends DatedOptions {
  /** Number of bins; by default Freedman and Diaconis's rule. */
  bins?: number;
  /** Areas sum to one, so that samples of different sizes compare. */
  density?: boolean;
}

/**
 * Draws the distribution of values.
 *
 * `plot.histogram({ before: weights0, after: weights1 }, { density: true, xLabel: "weight" })`
 *
 * Values are counted here, so the stored figure holds the counts and not the values.
 */
export function histogram(
  input: Numbers | Dates | { readonly [name: string]: Numbers | Dates },
  options: HistogramOptions = {},
): Figure {
  const verb = "plot.histogram";
  checkOptions(verb, options, [...CHART_OPTIONS, "bins", "density"]);
  if (options.bins !== undefined && !(Number.isInteger(options.bins) && options.bins > 0 && options.bins <= 1000)) {
    throw new PlotError("PLOT_OPTION", `${verb}: bins must be a whole number from 1 to 1000, got ${options.bins}`);
  }
  const theme = themeOf(options.theme, verb);
  if (typeof input !== "object" || input === null)
    throw new PlotError("PLOT_VALUE", `${verb}: expected values, or lists of values by name, got ${describe(input)}`);
  const named = isNumbers(input) || isDates(input) ? [[undefined, input] as const] : Object.entries(input);
  if (named.length === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one list of values, got an empty object`);
  const dates = isDates(named[0]![1]);
  if (options.xRange !== undefined && !Array.isArray(options.xRange))
    throw new PlotError("PLOT_OPTION", `${verb}: xRange must be two values, got ${describe(options.xRange)}`);
  const ends = options.xRange?.map(end => (dates ? toInstant(end, `${verb}: xRange`) : Number(end)));
  let dropped = 0;
  const samples = named.map(([name, values]) => {
    const what = `${verb}: ${name === undefined ? "values" : `"${name}"`}`;
    if (isDates(values) !== dates)
      throw new PlotError("PLOT_VALUE", `${what} must be ${dates ? "dates" : "numbers"}, as those before are`);
    const all = isDates(values) ? toPositions(values, what).values : flatNumbers(values, what);
    const finite = all.filter(value => Number.isFinite(value) && (!ends || (value >= ends[0]! && value <= ends[1]!)));
    dropped += all.filter(value => !Number.isFinite(value)).length;
    return { name, values: finite };
  });
  const together = samples.flatMap(sample => sample.values);
  if (together.length === 0)
    throw new PlotError("PLOT_VALUE", `${verb}: expected at least one finite value in range, got none`);
  const bins = dates ? dateBins(together, options.bins) : histogramBins(together, options.bins);
  const count = Math.max(1, Math.round((bins.end - bins.start) / bins.size));
  const data = samples.map(({ name, values }, index): Trace => {
    const counts = new Array<number>(count).fill(0);
    for (const value of values) {
      // The last bin includes its upper edge.
      const bin = Math.min(Math.floor((value - bins.start) / bins.size + 1e-9), count - 1);
      counts[bin]!++;
    }
    // The density of dates is per day.
    const scale = options.density ? 1 / (Math.max(values.length, 1) * (dates ? bins.size / DAY : bins.size)) : 1;
    return {
      type: "bar",
      ...(name === undefined ? {} : { name }),
      x: dates
        ? jsonDates(counts.map((_, i) => bins.start + (i + 0.5) * bins.size))
        : counts.map((_, i) => forJson(bins.start + (i + 0.5) * bins.size)),
      y: counts.map(n => forJson(n * scale)),
      width: dates ? bins.size : forJson(bins.size),
      marker: { color: seriesColor(theme, index), line: { color: theme.paper, width: count > 60 ? 0 : 0.5 } },
      ...(samples.length > 1 ? { opacity: 0.6 } : {}),
      showlegend: name !== undefined,
    };
  });
  const layout = chartLayout(verb, { yLabel: options.density ? "density" : "count", ...options }, dates);
  layout.barmode = "overlay";
  layout.bargap = 0;
  const notes =
    dropped > 0 ? [`${dropped} ${dropped === 1 ? "value is" : "values are"} not finite and not counted`] : [];
  return makeFigure(verb, data, layout, options, notes);
}

/** A distribution does not care about shape: tensors of any rank are welcome. */
export function flatNumbers(values: Numbers, what: string): number[] {
  const tensor = values as { shape?: readonly number[]; dataSync?: () => ArrayLike<number> };
  if (Array.isArray(tensor.shape) && tensor.shape.length !== 1 && tensor.dataSync)
    return toNumbers(Array.from(tensor.dataSync()), what);
  return toNumbers(values, what);
}
