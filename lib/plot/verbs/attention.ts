// Attention: how much each token looks at each other.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { describe, forJson, isTensor, type Matrix, sameLength, type TensorLike, toMatrix } from "../input/numbers";
import { escapeMarkup } from "../text/escape";
import { type Theme, themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { colorBar, colorScale } from "./color-options";
import { LABEL_GAP } from "./heatmap";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure } from "./options";
import { subplots } from "./subplots";

export interface AttentionOptions extends FigureOptions {
  /** The tokens that look (rows) and, when they differ, those looked at (columns). */
  tokens?: readonly string[];
  keys?: readonly string[];
  columns?: number;
}

/**
 * Draws attention weights [T, S], or one picture per head for [heads, T, S] and [1, heads, T, S].
 *
 * `plot.attention(weights, { tokens: ["the", "whale", "is"] })`
 *
 * Each row is a query and sums to one; a brighter cell means more weight.
 */
export function attention(input: TensorLike | Matrix | readonly Matrix[], options: AttentionOptions = {}): Figure {
  const verb = "plot.attention";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "tokens", "keys", "columns"]);
  const theme = themeOf(options.theme, verb);
  const heads = readHeads(verb, input);
  const [rows, columns] = [heads[0]!.length, heads[0]![0]!.length];
  const queries = options.tokens;
  const keys = options.keys ?? (rows === columns ? options.tokens : undefined);
  if (queries) sameLength(verb, "tokens", queries.length, "the rows", rows);
  if (keys) sameLength(verb, "keys", keys.length, "the columns", columns);
  const bad = heads.flat(2).find(value => Number.isFinite(value) && (value < -1e-6 || value > 1 + 1e-4));
  if (bad !== undefined)
    throw new PlotError("PLOT_VALUE", `${verb}: weights must lie in 0..1, got ${bad}; pass them after the softmax`);
  const high = Math.max(...heads.flat(2).filter(Number.isFinite));
  const one = (head: number[][], index: number, title: string | undefined, withBar: boolean): Figure => {
    const layout = figureLayout(verb, heads.length > 1 ? { title } : options);
    const label = (names: readonly string[] | undefined) =>
      names ? { tickmode: "array", tickvals: names.map((_, i) => i), ticktext: names.map(escapeMarkup) } : {};
    const plain = { showgrid: false, zeroline: false, showline: false, ...LABEL_GAP };
    layout.xaxis = {
      ...plain,
      ...label(keys),
      side: "bottom",
      ...(keys && keys.length > 8 ? { tickangle: 90 } : {}),
      title: { text: heads.length > 1 ? "" : "looked at (key)" },
    };
    layout.yaxis = {
      ...plain,
      ...label(queries),
      autorange: "reversed",
      title: { text: heads.length > 1 ? "" : "looking (query)" },
    };
    if (heads.length === 1) {
      layout.width ??= 560;
      layout.height ??= 500;
    }
    return makeFigure(verb, [headTrace(head, high, theme, withBar, index)], layout, options);
  };
  if (heads.length === 1) return one(heads[0]!, 0, options.title, true);
  const perRow = options.columns ?? Math.min(4, heads.length);
  const figures = heads.map((head, index) => one(head, index, `head ${index}`, false));
  const size = (options.width ?? 900) / perRow;
  return subplots(figures, {
    columns: perRow,
    rowHeight: options.height ? options.height / Math.ceil(heads.length / perRow) : size + 10,
    title: options.title ?? "Attention by head",
    subtitle: options.subtitle ?? `rows look at columns; dark 0, bright ${high.toFixed(2)}`,
    ...(options.width ? { width: options.width } : {}),
    theme: theme.name,
  });
}

function headTrace(head: number[][], high: number, theme: Theme, withBar: boolean, index: number): Trace {
  return {
    type: "heatmap",
    name: `head ${index}`,
    z: head.map(row => row.map(forJson)),
    zmin: 0,
    zmax: forJson(high),
    colorscale: colorScale("plot.attention", "viridis"),
    showscale: withBar,
    ...(withBar ? { colorbar: colorBar("weight", theme) } : {}),
    hovertemplate: "query %{y}, key %{x}<br>%{z:.3f}<extra></extra>",
  };
}

function readHeads(verb: string, input: TensorLike | Matrix | readonly Matrix[]): number[][][] {
  if (isTensor(input)) {
    const shape = input.shape.length === 4 && input.shape[0] === 1 ? input.shape.slice(1) : input.shape;
    const [heads, rows, columns] =
      shape.length === 2
        ? [1, shape[0]!, shape[1]!]
        : shape.length === 3
          ? (shape as [number, number, number])
          : [0, 0, 0];
    if (heads * rows * columns === 0) {
      throw new PlotError(
        "PLOT_SHAPE",
        `${verb}: expected shape [T, S], [heads, T, S] or [1, heads, T, S], got [${input.shape}]; slice one example`,
      );
    }
    const flat = input.dataSync() as ArrayLike<number>;
    return Array.from({ length: heads }, (_, h) =>
      Array.from({ length: rows }, (_, r) =>
        Array.from({ length: columns }, (_, c) => flat[(h * rows + r) * columns + c]!),
      ),
    );
  }
  if (!Array.isArray(input) || input.length === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected weights, got ${describe(input)}`);
  const first = input[0] as unknown;
  const isMatrix = Array.isArray(first) ? typeof first[0] === "number" : ArrayBuffer.isView(first);
  return isMatrix
    ? [toMatrix(input, `${verb}: weights`)]
    : input.map((head, i) => toMatrix(head, `${verb}: head ${i}`));
}
