// Calibration: whether a model that says 80 % is right in 80 % of the cases. Reliability diagram and expected calibration error after
// Guo et al., On Calibration of Modern Neural Networks (2017), https://arxiv.org/abs/1706.04599.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { describe, forJson, type Numbers, sameLength, toNumbers } from "../input/numbers";
import { jsonNumbers } from "../input/series";
import { withAlpha } from "../still/color";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure, seriesColor } from "./options";

export interface CalibrationOptions extends FigureOptions {
  /** Bins of equal width over 0..1: 10. */
  bins?: number;
}

export interface CalibrationInput {
  /** The probability given to the predicted class. */
  readonly confidence: Numbers;
  /** Whether the prediction was right. */
  readonly correct: readonly boolean[] | Numbers;
}

/**
 * Draws accuracy against confidence, with how often each confidence occurs below.
 *
 * `plot.calibration({ confidence: maxProbabilities, correct })`
 */
export function calibration(input: CalibrationInput, options: CalibrationOptions = {}): Figure {
  const verb = "plot.calibration";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "bins"]);
  const theme = themeOf(options.theme, verb);
  const bins = options.bins ?? 10;
  if (!Number.isInteger(bins) || bins < 2 || bins > 100)
    throw new PlotError("PLOT_OPTION", `${verb}: bins must be a whole number from 2 to 100, got ${bins}`);
  if (typeof input !== "object" || input === null)
    throw new PlotError("PLOT_VALUE", `${verb}: expected { confidence, correct }, got ${describe(input)}`);
  const confidence = toNumbers(input.confidence, `${verb}: confidence`);
  const correct = Array.isArray(input.correct)
    ? (input.correct as readonly (boolean | number)[]).map(Number)
    : toNumbers(input.correct, `${verb}: correct`);
  sameLength(verb, "confidence", confidence.length, "correct", correct.length);
  const wrong = confidence.find(value => !(value >= 0 && value <= 1));
  if (wrong !== undefined)
    throw new PlotError("PLOT_VALUE", `${verb}: confidence must lie in 0..1, got ${wrong}; apply softmax first`);
  const neither = correct.find(value => value !== 0 && value !== 1);
  if (neither !== undefined)
    throw new PlotError("PLOT_VALUE", `${verb}: correct must hold true and false, or 1 and 0, got ${neither}`);
  const rows = binned(confidence, correct, bins);
  const n = confidence.length;
  const error = rows.reduce(
    (sum, row) => sum + (row.count / n) * (row.count > 0 ? Math.abs(row.accuracy - row.confidence) : 0),
    0,
  );
  const shown = rows.filter(row => row.count > 0);
  const color = seriesColor(theme, 0);
  const data: Trace[] = [
    {
      type: "scatter",
      mode: "lines",
      name: "perfect",
      x: [0, 1],
      y: [0, 1],
      line: { color: theme.line, width: 1.5, dash: "dash" },
      hoverinfo: "skip",
    },
    {
      type: "bar",
      name: "accuracy",
      x: shown.map(row => forJson(row.middle)),
      y: shown.map(row => forJson(row.accuracy)),
      width: forJson(1 / bins),
      marker: { color: withAlpha(color, 0.25), line: { color, width: 1 } },
      customdata: shown.map(row => row.count),
      hovertemplate: "accuracy %{y:.3f}<br>%{customdata} predictions<extra></extra>",
    },
    {
      type: "scatter",
      mode: "lines+markers",
      name: "mean confidence in the bin",
      x: jsonNumbers(shown.map(row => row.confidence)),
      y: jsonNumbers(shown.map(row => row.accuracy)),
      line: { color, width: 2 },
      marker: { color, size: 7 },
    },
    {
      type: "bar",
      name: "predictions",
      x: rows.map(row => forJson(row.middle)),
      y: rows.map(row => forJson(row.count / n)),
      width: forJson(1 / bins),
      marker: { color: seriesColor(theme, 1), line: { color: theme.paper, width: 0.5 } },
      yaxis: "y2",
    },
  ];
  const layout = figureLayout(verb, {
    title: "Calibration",
    subtitle: `expected calibration error ${error.toFixed(4)} over ${n} predictions`,
    ...options,
  });
  layout.xaxis = { title: { text: "confidence" }, range: [0, 1], anchor: "y2" };
  layout.yaxis = { title: { text: "accuracy" }, range: [0, 1.02], domain: [0.3, 1] };
  layout.yaxis2 = { title: { text: "share" }, domain: [0, 0.22], nticks: 3, rangemode: "tozero" };
  layout.width ??= 520;
  layout.height ??= 520;
  layout.showlegend = false;
  layout.barmode = "overlay";
  return makeFigure(verb, data, layout, options);
}

function binned(confidence: number[], correct: number[], bins: number) {
  const rows = Array.from({ length: bins }, (_, i) => ({
    middle: (i + 0.5) / bins,
    count: 0,
    accuracy: 0,
    confidence: 0,
  }));
  confidence.forEach((value, i) => {
    const row = rows[Math.min(Math.floor(value * bins), bins - 1)]!;
    row.count++;
    row.accuracy += correct[i]!;
    row.confidence += value;
  });
  for (const row of rows) {
    row.accuracy /= Math.max(row.count, 1);
    row.confidence /= Math.max(row.count, 1);
  }
  return rows;
}
