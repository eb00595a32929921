// Confusion matrices: what was taken for what.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { isNumbers, type Matrix, type Numbers, sameLength, toMatrix, toNumbers } from "../input/numbers";
import { themeOf } from "../theme/theme";
import { heatmapTrace, LABEL_GAP } from "./heatmap";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure } from "./options";

export interface ConfusionOptions extends FigureOptions {
  /** Names of the classes, in the order of their numbers. */
  classes?: readonly string[];
}

/** Counts by [truth][prediction], or the class numbers themselves. */
export type ConfusionInput = Matrix | { readonly truth: Numbers; readonly predicted: Numbers };

/**
 * Draws how often each class was taken for each: rows are the truth, colours the share of the row, numbers the counts.
 *
 * `plot.confusion({ truth: labels, predicted }, { classes: ["cat", "dog"] })`
 */
export function confusion(input: ConfusionInput, options: ConfusionOptions = {}): Figure {
  const verb = "plot.confusion";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "classes"]);
  const theme = themeOf(options.theme, verb);
  const counts = isPairs(input) ? count(verb, input, options.classes?.length) : toMatrix(input, `${verb}: counts`);
  if (counts.length !== counts[0]!.length) {
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: expected as many rows as columns, got ${counts.length}x${counts[0]!.length}`,
    );
  }
  if (counts.flat().some(value => !(value >= 0)))
    throw new PlotError("PLOT_VALUE", `${verb}: counts must be zero or more`);
  const names = options.classes ? [...options.classes] : counts.map((_, i) => String(i));
  sameLength(verb, "classes", names.length, "the rows", counts.length);
  const shares = counts.map(row => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.map(value => (total > 0 ? value / total : 0));
  });
  const correct = counts.reduce((sum, row, i) => sum + row[i]!, 0);
  const all = counts.flat().reduce((sum, value) => sum + value, 0);
  const texts = counts.map(row => row.map(value => (value === 0 ? "" : String(value))));
  const trace = heatmapTrace(
    verb,
    shares,
    {
      x: names,
      y: names,
      colors: theme.name === "dark" ? "cividis" : "blues",
      range: [0, 1],
      colorLabel: "share of the true class",
    },
    theme,
    texts,
  );
  trace.hovertemplate = "truth %{y}, predicted %{x}<br>%{text} (%{z:.1%})<extra></extra>";
  const accuracy = `${correct} of ${all} correct (${((100 * correct) / Math.max(all, 1)).toFixed(2)} %)`;
  const layout = figureLayout(verb, { title: "Confusion matrix", subtitle: accuracy, ...options });
  const axis = { type: "category" as const, showgrid: false, zeroline: false, showline: false, ...LABEL_GAP };
  layout.xaxis = { ...axis, title: { text: "predicted" }, constrain: "domain" };
  layout.yaxis = { ...axis, title: { text: "truth" }, autorange: "reversed" };
  layout.width ??= Math.min(760, 300 + counts.length * 32);
  layout.height ??= Math.min(680, 240 + counts.length * 30);
  return makeFigure(verb, [trace], layout, options);
}

function isPairs(input: ConfusionInput): input is { truth: Numbers; predicted: Numbers } {
  return (
    typeof input === "object" &&
    input !== null &&
    "truth" in input &&
    "predicted" in input &&
    isNumbers(input.truth) &&
    isNumbers(input.predicted)
  );
}

function count(
  verb: string,
  { truth, predicted }: { truth: Numbers; predicted: Numbers },
  classes: number | undefined,
): number[][] {
  const [a, b] = [toNumbers(truth, `${verb}: truth`), toNumbers(predicted, `${verb}: predicted`)];
  sameLength(verb, "truth", a.length, "predicted", b.length);
  const wrong = [...a, ...b].find(value => !Number.isInteger(value) || value < 0);
  if (wrong !== undefined) {
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: classes must be whole numbers from 0, got ${wrong}; pass predicted classes, not probabilities (argMax?)`,
    );
  }
  const size = classes ?? a.concat(b).reduce((most, value) => Math.max(most, value), 0) + 1;
  const beyond = a.concat(b).find(value => value >= size);
  if (beyond !== undefined)
    throw new PlotError("PLOT_VALUE", `${verb}: class ${beyond} has no name among ${size} classes`);
  const counts = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  a.forEach((row, i) => {
    counts[row]![b[i]!]!++;
  });
  return counts;
}
