// Distributions side by side: box plots and violins.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { describe, forJson, isNumbers, type Numbers } from "../input/numbers";
import { jsonNumbers } from "../input/series";
import { boxStatistics, quantile } from "../still/boxes";
import { withAlpha } from "../still/color";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { flatNumbers } from "./histogram";
import { CHART_OPTIONS, type ChartOptions, chartLayout, makeFigure, seriesColor } from "./options";

export interface DistributionOptions extends ChartOptions {
  /** Lying boxes: for long names. */
  horizontal?: boolean;
}

export type DistributionInput = Numbers | { readonly [name: string]: Numbers };

interface Sample {
  name: string;
  values: number[];
}

/** More outliers than this are thinned evenly: they would only overprint. */
const MOST_OUTLIERS = 60;

/**
 * Draws a box per sample: quartiles, whiskers to the last value within 1.5 interquartile ranges, outliers beyond.
 *
 * `plot.box({ "layer 1": activations1, "layer 2": activations2 }, { yLabel: "activation" })`
 */
export function box(input: DistributionInput, options: DistributionOptions = {}): Figure {
  const verb = "plot.box";
  checkOptions(verb, options, [...CHART_OPTIONS, "horizontal"]);
  const { samples, notes } = readSamples(verb, input);
  const theme = themeOf(options.theme, verb);
  const horizontal = options.horizontal ?? false;
  const data = samples.map(({ name, values }, index): Trace => {
    const s = boxStatistics(values);
    const step = Math.ceil(s.outliers.length / MOST_OUTLIERS);
    const outliers = s.outliers.filter((_, i) => i % Math.max(step, 1) === 0 || i === s.outliers.length - 1);
    const color = seriesColor(theme, index);
    const [along, across] = horizontal ? (["y", "x"] as const) : (["x", "y"] as const);
    return {
      type: "box",
      name,
      orientation: horizontal ? "h" : "v",
      [along]: [name],
      [across]: [jsonNumbers([s.lowerFence, ...outliers, s.upperFence])],
      ...Object.fromEntries((["q1", "median", "q3"] as const).map(key => [key, [forJson(s[key])]])),
      lowerfence: [forJson(s.lowerFence)],
      upperfence: [forJson(s.upperFence)],
      mean: [forJson(s.mean)],
      boxpoints: "outliers",
      // Points stand on the box's axis, unscattered, so that every rendering is the same.
      jitter: 0,
      pointpos: 0,
      marker: { color, size: 4, opacity: 0.7 },
      line: { color, width: 1.6 },
      fillcolor: withAlpha(color, 0.25),
      showlegend: false,
    };
  });
  return makeFigure(verb, data, categoryLayout(verb, options, samples.length), options, notes);
}

/** A violin is drawn from at most this many quantiles of its sample. */
const MOST_QUANTILES = 400;

/**
 * Draws the density of each sample, mirrored, with its quartiles inside.
 *
 * `plot.violin({ "He init": a, "small init": b }, { yLabel: "pre-activation" })`
 *
 * Densities use a Gaussian kernel with Silverman's bandwidth; samples over 400 values stand in by 400 even quantiles.
 */
export function violin(input: DistributionInput, options: DistributionOptions = {}): Figure {
  const verb = "plot.violin";
  checkOptions(verb, options, [...CHART_OPTIONS, "horizontal"]);
  const { samples, notes } = readSamples(verb, input);
  const theme = themeOf(options.theme, verb);
  const horizontal = options.horizontal ?? false;
  const data = samples.map(({ name, values }, index): Trace => {
    const sorted = [...values].sort((a, b) => a - b);
    const drawn =
      sorted.length <= MOST_QUANTILES
        ? sorted
        : Array.from({ length: MOST_QUANTILES }, (_, i) => quantile(sorted, (i + 0.5) / MOST_QUANTILES));
    const color = seriesColor(theme, index);
    return {
      type: "violin",
      name,
      orientation: horizontal ? "h" : "v",
      [horizontal ? "x" : "y"]: jsonNumbers(drawn),
      points: false,
      box: { visible: true, width: 0.12, fillcolor: theme.paper, line: { width: 1.2 } },
      line: { color, width: 1.6 },
      fillcolor: withAlpha(color, 0.3),
      showlegend: false,
    };
  });
  return makeFigure(verb, data, categoryLayout(verb, options, samples.length), options, notes);
}

function readSamples(verb: string, input: DistributionInput): { samples: Sample[]; notes: string[] } {
  if (typeof input !== "object" || input === null)
    throw new PlotError("PLOT_VALUE", `${verb}: expected values, or lists of values by name, got ${describe(input)}`);
  const named = isNumbers(input) ? [["values", input] as const] : Object.entries(input);
  if (named.length === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one sample, got an empty object`);
  let dropped = 0;
  const samples = named.map(([name, values]) => {
    const all = flatNumbers(values, `${verb}: "${name}"`);
    const finite = all.filter(Number.isFinite);
    if (finite.length === 0)
      throw new PlotError("PLOT_VALUE", `${verb}: "${name}" must have finite values, got none among ${all.length}`);
    dropped += all.length - finite.length;
    return { name, values: finite };
  });
  return {
    samples,
    notes: dropped > 0 ? [`${dropped} ${dropped === 1 ? "value is" : "values are"} not finite and left out`] : [],
  };
}

function categoryLayout(verb: string, options: DistributionOptions, count: number) {
  const layout = chartLayout(verb, options);
  const category = { type: "category" as const, showgrid: false, ticks: "" };
  if (options.horizontal) {
    layout.yaxis = { ...layout.yaxis, ...category, autorange: "reversed" };
    layout.height ??= Math.max(200, 100 + count * 56);
  } else layout.xaxis = { ...layout.xaxis, ...category };
  layout.showlegend = false;
  return layout;
}
