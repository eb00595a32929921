// Learning curves: training and validation against steps, raw and smoothed, with the best point marked.

import { checkChoice, checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { jsonDates, type Positions } from "../input/dates";
import { checkFinite, jsonNumbers, jsonX, readSeries, type Series, type SeriesInput } from "../input/series";
import { withAlpha } from "../still/color";
import { compact } from "../summary";
import { type Theme, themeOf } from "../theme/theme";
import type { Annotation, Trace } from "../types";
import { CHART_OPTIONS, chartLayout, type DatedOptions, makeFigure, seriesColor } from "./options";

export interface CurvesOptions extends DatedOptions {
  /** Steps, or dates, of the series that bring none of their own. */
  steps?: Positions;
  /** Weight of the past in the exponential moving average, 0 (off) to below 1; by default 0.9 for series of 50 points and more. */
  smooth?: number;
  /** Which point is marked as the best: by default the lowest of the last series. */
  best?: "min" | "max" | "none";
  /** The series whose best point is marked; by default one named validation or val, else the last. */
  bestOf?: string;
}

/**
 * Draws losses or accuracies against training steps.
 *
 * `plot.curves({ train: losses, validation: { x: [0, 100, 200], y: valLosses } }, { yScale: "log", yLabel: "loss (nats)" })`
 *
 * The pale line is what was measured, the bold one its exponential moving average, corrected for its start as Adam corrects its own.
 */
export function curves(input: SeriesInput, options: CurvesOptions = {}): Figure {
  const verb = "plot.curves";
  checkOptions(verb, options, [...CHART_OPTIONS, "steps", "smooth", "best", "bestOf"]);
  const best = checkChoice(verb, "best", options.best ?? "min", ["min", "max", "none"]);
  if (options.smooth !== undefined && !(options.smooth >= 0 && options.smooth < 1)) {
    throw new PlotError("PLOT_OPTION", `${verb}: smooth must lie in 0 (off) to below 1, got ${options.smooth}`);
  }
  const theme = themeOf(options.theme, verb);
  const log = { x: options.xScale === "log", y: options.yScale === "log" };
  const { series, notes } = checkFinite(verb, readSeries(verb, input, options.steps), log);
  const { dates } = series[0]!;
  const data: Trace[] = [];
  const smoothed: Series[] = [];
  series.forEach((one, index) => {
    const color = seriesColor(theme, index);
    const weight = options.smooth ?? (one.y.length >= 50 ? 0.9 : 0);
    const shown = weight > 0 ? { ...one, y: movingAverage(one.y, weight) } : one;
    const name = one.name ?? "value";
    if (weight > 0) {
      data.push({
        ...trace(one, name),
        line: { color: withAlpha(color, 0.3), width: 1 },
        showlegend: false,
        hoverinfo: "skip",
      });
    }
    const few = one.y.length < 20;
    data.push({
      ...trace(shown, name),
      mode: few ? "lines+markers" : "lines",
      line: { color, width: 2.2, ...(index % 2 === 1 ? { dash: "dash" } : {}) },
      ...(few ? { marker: { color, size: 6 } } : {}),
      showlegend: one.name !== undefined,
    });
    smoothed.push(shown);
  });
  const words = series.map(one => {
    const finite = one.y.filter(Number.isFinite);
    return `${one.name ?? "value"}: ${one.y.length} values, ${compact(finite[0]!)} → ${compact(finite.at(-1)!)}`;
  });
  const layout = chartLayout(verb, dates ? options : { xLabel: "step", ...options }, dates);
  if (best !== "none") {
    const chosen = bestSeries(verb, smoothed, options.bestOf);
    const point = bestPoint(chosen, best);
    const color = seriesColor(theme, smoothed.indexOf(chosen));
    data.push({
      type: "scatter",
      mode: "markers",
      name: `best ${chosen.name ?? "value"}`,
      x: jsonX({ ...chosen, x: [point.x] }),
      y: jsonNumbers([point.y]),
      marker: { symbol: "star", size: 12, color, line: { color: theme.paper, width: 1 } },
      showlegend: false,
    });
    layout.yaxis!.range ??= labelledRange([...series, ...smoothed], log.y, best);
    layout.annotations = [bestLabel(point, log, best, chosen, theme)];
    words.push(
      `best ${chosen.name ?? "value"}: ${compact(point.y)} at ${layout.xaxis?.title?.text ?? "x"} ${dates ? jsonDates([point.x])[0] : compact(point.x)}`,
    );
  }
  return makeFigure(verb, data, layout, options, notes, words);
}

function trace(series: Series, name: string): Trace {
  return { type: "scatter", mode: "lines", name, x: jsonX(series), y: jsonNumbers(series.y) };
}

/** An exponential moving average with Adam's correction for its start; gaps stay gaps. */
export function movingAverage(values: readonly number[], weight: number): number[] {
  let average = 0;
  let correction = 1;
  return values.map(value => {
    if (!Number.isFinite(value)) return value;
    average = weight * average + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
}

function bestSeries(verb: string, series: Series[], name: string | undefined): Series {
  if (name !== undefined) {
    const named = series.find(one => one.name === name);
    if (named) return named;
    const names = series.map(one => `"${one.name}"`).join(", ");
    throw new PlotError("PLOT_OPTION", `${verb}: bestOf must name a series (${names}), got "${name}"`);
  }
  return series.find(one => /^val/i.test(one.name ?? "")) ?? series.at(-1)!;
}

function bestPoint(series: Series, best: "min" | "max"): { x: number; y: number } {
  let at = -1;
  series.y.forEach((value, i) => {
    if (!Number.isFinite(value) || !Number.isFinite(series.x[i]!)) return;
    if (at < 0 || (best === "min" ? value < series.y[at]! : value > series.y[at]!)) at = i;
  });
  return { x: series.x[at]!, y: series.y[at]! };
}

/** Below the lowest point or above the highest, where the series itself cannot be. */
function bestLabel(
  point: { x: number; y: number },
  log: { x: boolean; y: boolean },
  best: "min" | "max",
  series: Series,
  theme: Theme,
): Annotation {
  const at = (point.x - series.x[0]!) / (series.x.at(-1)! - series.x[0]! || 1);
  return {
    text: `best ${compact(point.y)}`,
    x: series.dates ? jsonDates([point.x])[0]! : log.x ? Math.log10(point.x) : point.x,
    y: log.y ? Math.log10(point.y) : point.y,
    showarrow: false,
    xanchor: at > 0.9 ? "right" : at < 0.1 ? "left" : "center",
    xshift: at > 0.9 ? 6 : at < 0.1 ? -6 : 0,
    yshift: best === "min" ? -17 : 17,
    font: { size: 12, color: theme.ink },
    bgcolor: withAlpha(theme.paper, 0.7),
  };
}

/** The range of all series with room for the label of the best point. */
function labelledRange(series: readonly Series[], log: boolean, best: "min" | "max"): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of series.flatMap(one => one.y)) {
    if (!Number.isFinite(value)) continue;
    const at = log ? Math.log10(value) : value;
    [low, high] = [Math.min(low, at), Math.max(high, at)];
  }
  const span = high - low || Math.abs(high) * 0.2 || 1;
  const digits = Math.max(0, Math.min(12, 4 - Math.floor(Math.log10(span))));
  const room = { low: best === "min" ? 0.13 : 0.06, high: best === "max" ? 0.13 : 0.06 };
  return [Number((low - span * room.low).toFixed(digits)), Number((high + span * room.high).toFixed(digits))];
}
