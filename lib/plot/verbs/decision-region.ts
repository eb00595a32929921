// What a classifier says about every point of a plane, with the data on top.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { forJson, isTensor, type Matrix, type Numbers, sameLength, toMatrix, toNumbers } from "../input/numbers";
import { jsonNumbers } from "../input/series";
import { css, mix, parseColor } from "../still/color";
import type { ColorScale } from "../theme/palettes";
import { type Theme, themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { colorBar } from "./color-options";
import { CHART_OPTIONS, type ChartOptions, chartLayout, makeFigure, seriesColor } from "./options";

export interface DecisionRegionOptions extends Omit<ChartOptions, "xScale" | "yScale"> {
  /** Points along each side: 80. */
  resolution?: number;
  classes?: readonly string[];
}

/** For M points: M class numbers or probabilities of class 1, or a row of class scores for each. */
export type Classifier = (points: number[][]) => Numbers | Matrix;

const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x"] as const;

/**
 * Draws the regions of a classifier over two features.
 *
 * `plot.decisionRegion(points => model.predict(tf.tensor2d(points)), moons.points, moons.labels)`
 *
 * One number per point in 0..1 is the probability of class 1 and shows as a gradient with the boundary at 0.5; rows of scores, or whole
 * numbers above 1, are classes.
 */
export function decisionRegion(
  predict: Classifier,
  points: Matrix,
  labels: Numbers,
  options: DecisionRegionOptions = {},
): Figure {
  const verb = "plot.decisionRegion";
  checkOptions(verb, options, [...CHART_OPTIONS.filter(name => !name.endsWith("Scale")), "resolution", "classes"]);
  const theme = themeOf(options.theme, verb);
  const rows = toMatrix(points, `${verb}: points`);
  if (rows[0]!.length !== 2)
    throw new PlotError("PLOT_SHAPE", `${verb}: points must have two columns, got ${rows[0]!.length}`);
  const truth = toNumbers(labels, `${verb}: labels`);
  sameLength(verb, "points", rows.length, "labels", truth.length);
  const bad = truth.find(label => !Number.isInteger(label) || label < 0);
  if (bad !== undefined) throw new PlotError("PLOT_VALUE", `${verb}: labels must be whole numbers from 0, got ${bad}`);
  const resolution = options.resolution ?? 80;
  if (!Number.isInteger(resolution) || resolution < 2 || resolution > 300) {
    throw new PlotError("PLOT_OPTION", `${verb}: resolution must be a whole number from 2 to 300, got ${resolution}`);
  }
  const x = spread(
    rows.map(row => row[0]!),
    options.xRange,
    resolution,
  );
  const y = spread(
    rows.map(row => row[1]!),
    options.yRange,
    resolution,
  );
  const answer = readAnswer(verb, predict(y.flatMap(b => x.map(a => [a, b]))), resolution * resolution);
  const count = Math.max(answer.classes, ...truth.map(label => label + 1));
  const names = options.classes ?? Array.from({ length: count }, (_, i) => `class ${i}`);
  if (names.length < count)
    throw new PlotError("PLOT_LENGTH", `${verb}: classes must name all ${count} classes, got ${names.length}`);
  const z = y.map((_, r) => x.map((_, c) => answer.values[r * resolution + c]!));
  const data: Trace[] = answer.probability
    ? probabilityTraces(x, y, z, theme, names)
    : [classTrace(x, y, z, count, theme)];
  for (let label = 0; label < count; label++) {
    const members = rows.filter((_, i) => truth[i] === label);
    if (members.length === 0) continue;
    data.push({
      type: "scatter",
      mode: "markers",
      name: names[label]!,
      x: jsonNumbers(members.map(row => row[0]!)),
      y: jsonNumbers(members.map(row => row[1]!)),
      marker: {
        color: seriesColor(theme, label),
        symbol: SYMBOLS[label % SYMBOLS.length],
        size: rows.length > 300 ? 5 : 7,
        line: { color: theme.paper, width: 1 },
      },
      showlegend: true,
    });
  }
  const layout = chartLayout(verb, options);
  const ends = (values: number[]): [number, number] => [forJson(values[0]!)!, forJson(values.at(-1)!)!];
  layout.xaxis = { ...layout.xaxis, range: ends(x), showgrid: false, zeroline: false };
  layout.yaxis = { ...layout.yaxis, range: ends(y), showgrid: false, zeroline: false };
  layout.width ??= 560;
  return makeFigure(verb, data, layout, options);
}

/** Evenly over the data and a tenth beyond. */
function spread(values: number[], range: readonly [number, number] | undefined, count: number): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || 1) * 0.1;
  const [from, to] = range ?? [low - room, high + room];
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

function readAnswer(
  verb: string,
  answer: Numbers | Matrix,
  expected: number,
): { values: number[]; classes: number; probability: boolean } {
  const tensor = isTensor(answer);
  const nested = tensor
    ? answer.shape.length === 2 && answer.shape[1]! > 1
    : Array.isArray(answer) && typeof answer[0] !== "number";
  if (nested) {
    const scores = toMatrix(answer, `${verb}: scores`);
    sameLength(verb, "predictions", scores.length, "the grid's points", expected);
    return { values: scores.map(row => row.indexOf(Math.max(...row))), classes: scores[0]!.length, probability: false };
  }
  const values = toNumbers(answer, `${verb}: predictions`);
  sameLength(verb, "predictions", values.length, "the grid's points", expected);
  const whole = values.every(Number.isInteger);
  const unit = values.every(value => value >= 0 && value <= 1);
  if (!whole && !unit)
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: expected classes, probabilities in 0..1, or rows of scores; apply sigmoid to a single score`,
    );
  return { values, classes: whole ? Math.max(...values) + 1 : 2, probability: !whole };
}

function probabilityTraces(x: number[], y: number[], z: number[][], theme: Theme, names: readonly string[]): Trace[] {
  const paper = parseColor(theme.paper);
  const end = (index: number) => css(mix(paper, parseColor(seriesColor(theme, index)), 0.75));
  const scale: ColorScale = [
    [0, end(0)],
    [0.5, css(paper)],
    [1, end(1)],
  ];
  return [
    {
      type: "contour",
      x: jsonNumbers(x),
      y: jsonNumbers(y),
      // Four decimals are more than 256 shades can show.
      z: z.map(row => row.map(value => (Number.isFinite(value) ? Number(value.toFixed(4)) : null))),
      zmin: 0,
      zmax: 1,
      colorscale: scale,
      // The gradient is the probability, the one line is where it is even.
      contours: { coloring: "heatmap", start: 0.5, end: 0.5, size: 1 },
      autocontour: false,
      line: { color: theme.ink, width: 1.5, smoothing: 0 },
      colorbar: colorBar(`P(${names[1]})`, theme),
      hovertemplate: "(%{x:.3f}, %{y:.3f})<br>P = %{z:.3f}<extra></extra>",
    },
  ];
}

/** Each class one flat colour. */
function classTrace(x: number[], y: number[], z: number[][], count: number, theme: Theme): Trace {
  const paper = parseColor(theme.paper);
  const scale: ColorScale = [];
  for (let i = 0; i < count; i++) {
    const color = css(mix(paper, parseColor(seriesColor(theme, i)), 0.35));
    scale.push([i / count, color], [(i + 1) / count, color]);
  }
  return {
    type: "heatmap",
    x: jsonNumbers(x),
    y: jsonNumbers(y),
    z,
    zmin: -0.5,
    zmax: count - 0.5,
    colorscale: scale,
    showscale: false,
    hoverinfo: "skip",
  };
}
