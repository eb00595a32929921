// Graphs of operations or layers, as boxes and arrows: the traced program of a jit, the layers of a model.
//
// Boxes and arrows are ordinary traces, so that the interactive figure can be zoomed and hovered and the still shows the same. Where they
// stand is graph-layout.ts's part.

import { checkChoice, checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { describe } from "../input/numbers";
import { css, mix, parseColor } from "../still/color";
import { escapeMarkup } from "../text/escape";
import { measureText } from "../text/rich-text";
import { type Theme, themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { layOut, type Placed, type Route } from "./graph-layout";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure, seriesColor } from "./options";
import {
  graphOfTrace,
  isTracedFunction,
  isTracedGraph,
  stageOf,
  type TracedFunction,
  type TracedGraph,
  type TraceStage,
} from "./traced-program";

export interface GraphNode {
  id: string | number;
  /** What the box says; `op` when absent. */
  label?: string;
  op?: string;
  /** A line in small print: what sets this one apart, such as an operator's attributes. */
  detail?: string;
  /** Last line: the shape of what it computes, and its type. */
  shape?: readonly (number | null)[];
  dtype?: string;
  /** Sets the colour; by default input (nothing goes in), output (nothing comes out) or op. */
  kind?: "input" | "weight" | "op" | "output";
}

export interface GraphInput {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly (readonly [from: string | number, to: string | number])[];
}

export interface GraphOptions extends FigureOptions {
  direction?: "down" | "right";
  /** Of a jitted function: its program as traced ("before" the rewrites) or as it runs ("after", the default). */
  stage?: TraceStage;
}

/** More boxes than this cannot be read on a page. */
const MOST_NODES = 200;
/** Characters of a detail; the whole is told when the mouse is over the box. */
const MOST_DETAIL = 32;
const KINDS = ["op", "input", "weight", "output"] as const;

interface Box extends Placed {
  node: GraphNode;
  kind: (typeof KINDS)[number];
  text: string;
}

/**
 * Draws a graph.
 *
 * `plot.graph({ nodes: [{ id: "x", shape: [32, 784] }, { id: "fc", op: "MatMul", shape: [32, 10] }], edges: [["x", "fc"]] })`
 * `const step = jit(...); step(x, y); plot.graph(step, { stage: "before" })`
 *
 * Throws a PlotError when an edge names no node, or when there are more than 200 nodes.
 */
export function graph(source: GraphInput | TracedGraph | TracedFunction, options: GraphOptions = {}): Figure {
  const verb = "plot.graph";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "direction", "stage"]);
  const direction = checkChoice(verb, "direction", options.direction ?? "down", ["down", "right"]);
  const stage = checkChoice(verb, "stage", options.stage ?? "after", ["before", "after"]);
  const theme = themeOf(options.theme, verb);
  const input = isTracedFunction(source)
    ? stageOf(verb, source, stage)
    : isTracedGraph(source)
      ? graphOfTrace(source)
      : source;
  checkGraph(verb, input);
  const boxes = boxesOf(input);
  const { routes, width, height } = layOut(boxes, indexEdges(input), direction);
  const data: Trace[] = [edgeTrace(routes, theme), headTrace(routes, theme)];
  for (const kind of KINDS) {
    const members = boxes.filter(box => box.kind === kind);
    if (members.length > 0) data.push(boxTrace(members, kind, theme));
  }
  data.push({
    type: "scatter",
    mode: "text",
    x: boxes.map(box => box.x),
    y: boxes.map(box => box.y),
    text: boxes.map(box => box.text),
    textfont: { size: 11, color: theme.ink },
    hovertext: boxes.map(
      ({ node, text }) =>
        `${escapeMarkup(String(node.id))}: ${node.detail ? text.replace(/(<br>)[^<]*/, `$1${escapeMarkup(node.detail)}`) : text}`,
    ),
    hoverinfo: "text",
    showlegend: false,
    cliponaxis: false,
  });
  const layout = figureLayout(verb, options);
  const top = options.title ? (options.subtitle ? 70 : 48) : 14;
  const side = 14;
  const wide = Math.max(Math.ceil(width), 240);
  layout.width ??= wide + 2 * side;
  layout.height ??= Math.ceil(height) + top + side;
  layout.margin = { l: side, r: side, t: top, b: side };
  layout.xaxis = { visible: false, range: [(width - wide) / 2, (width + wide) / 2] };
  layout.yaxis = { visible: false, range: [Math.ceil(height), 0] };
  layout.showlegend = false;
  layout.hovermode = "closest";
  return makeFigure(verb, data, layout, options, [], graphWords(input, boxes));
}

function checkGraph(verb: string, input: GraphInput): void {
  if (!Array.isArray(input?.nodes) || !Array.isArray(input?.edges)) {
    throw new PlotError("PLOT_VALUE", `${verb}: expected { nodes, edges }, got ${describe(input)}`);
  }
  if (input.nodes.length === 0) throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one node, got none`);
  if (input.nodes.length > MOST_NODES) {
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: ${input.nodes.length} nodes cannot be read, at most ${MOST_NODES} can; draw a part, or one layer of the model`,
    );
  }
  const ids = new Set(input.nodes.map(node => String(node.id)));
  if (ids.size < input.nodes.length)
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: node ids must differ, got ${input.nodes.length} nodes with ${ids.size} ids`,
    );
  const stray = input.edges.flat().find(id => !ids.has(String(id)));
  if (stray !== undefined)
    throw new PlotError("PLOT_VALUE", `${verb}: an edge names node ${JSON.stringify(stray)}, which does not exist`);
}

/** The graph for readers without eyes on it: every box, and where its arrows go. */
function graphWords(input: GraphInput, boxes: Box[]): string[] {
  const name = new Map(boxes.map(box => [String(box.node.id), box.node.label ?? box.node.op ?? String(box.node.id)]));
  return boxes.slice(0, 60).map(box => {
    const shape = box.node.shape ? ` [${box.node.shape.map(size => size ?? "?").join(", ")}]` : "";
    const next = input.edges
      .filter(([from]) => String(from) === String(box.node.id))
      .map(([, to]) => name.get(String(to)));
    return `${name.get(String(box.node.id))}${shape}${next.length > 0 ? ` → ${next.join(", ")}` : ""}`;
  });
}

/** Boxes as large as their texts; where they stand is settled later. */
function boxesOf(input: GraphInput): Box[] {
  const fed = new Set(input.edges.map(([, to]) => String(to)));
  const feeding = new Set(input.edges.map(([from]) => String(from)));
  return input.nodes.map((node): Box => {
    const id = String(node.id);
    const name = node.label ?? node.op ?? id;
    const shape = node.shape ? `[${node.shape.map(size => size ?? "?").join(", ")}]` : "";
    const last = [shape, node.dtype && node.dtype !== "float32" ? node.dtype : ""].filter(Boolean).join(" ");
    const small = [shorten(node.detail ?? "", MOST_DETAIL), last].filter(Boolean);
    const text = [`<b>${escapeMarkup(name)}</b>`, ...small.map(escapeMarkup)].join("<br>");
    const size = measureText(text, { size: 11, color: "#000" });
    const kind = node.kind ?? (fed.has(id) ? (feeding.has(id) ? "op" : "output") : "input");
    return { node, kind, text, x: 0, y: 0, width: Math.max(size.width + 18, 46), height: size.lines * 14.3 + 10 };
  });
}

function indexEdges({ nodes, edges }: GraphInput): [number, number][] {
  const index = new Map(nodes.map(({ id }, i) => [String(id), i]));
  return edges.map(([from, to]) => [index.get(String(from))!, index.get(String(to))!]);
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function edgeTrace(routes: Route[], theme: Theme): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const { line } of routes) {
    x.push(...line.map(point => round(point.x)), null);
    y.push(...line.map(point => round(point.y)), null);
  }
  return {
    type: "scatter",
    mode: "lines",
    x,
    y,
    line: { color: theme.line, width: 1.3 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

function headTrace(routes: Route[], theme: Theme): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const { head } of routes) {
    x.push(...[...head, head[0]].map(point => round(point.x)), null);
    y.push(...[...head, head[0]].map(point => round(point.y)), null);
  }
  return {
    type: "scatter",
    mode: "lines",
    x,
    y,
    fill: "toself",
    fillcolor: theme.line,
    line: { color: theme.line, width: 0.5 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

/** Rounded boxes as one closed path each. */
function boxTrace(boxes: Box[], kind: Box["kind"], theme: Theme): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const box of boxes) {
    for (const [px, py] of outline(box)) {
      x.push(round(px));
      y.push(round(py));
    }
    x.push(null);
    y.push(null);
  }
  const color = {
    op: theme.muted,
    input: seriesColor(theme, 0),
    weight: seriesColor(theme, 4),
    output: seriesColor(theme, 1),
  }[kind];
  return {
    type: "scatter",
    mode: "lines",
    name: kind,
    x,
    y,
    fill: "toself",
    // Opaque, so that an arrow that passes behind a box does not strike its text out.
    fillcolor: css(mix(parseColor(theme.paper), parseColor(color), 0.14)),
    line: { color, width: 1.2 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

function outline({ x, y, width, height }: Box): [number, number][] {
  const radius = 5;
  const points: [number, number][] = [];
  const corners = [
    [x + width / 2 - radius, y - height / 2 + radius, -90],
    [x + width / 2 - radius, y + height / 2 - radius, 0],
    [x - width / 2 + radius, y + height / 2 - radius, 90],
    [x - width / 2 + radius, y - height / 2 + radius, 180],
  ] as const;
  for (const [cx, cy, start] of corners) {
    for (let step = 0; step <= 3; step++) {
      const angle = ((start + step * 30) * Math.PI) / 180;
      points.push([cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)]);
    }
  }
  return [...points, points[0]!];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
