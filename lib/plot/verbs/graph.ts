// Graphs of operations or layers, as boxes and arrows: the traced program of a jit, the layers of a model.
//
// Positions come from dagre (Sugiyama's layers: no arrow runs backwards, few cross). Boxes and arrows are ordinary traces, so that the
// interactive figure can be zoomed and hovered and the still shows the same.

import { createRequire } from "node:module";
import type dagreModule from "@dagrejs/dagre";
import { checkChoice, checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { describe } from "../input/numbers";
import { withAlpha } from "../still/color";
import { escapeMarkup } from "../text/escape";
import { measureText } from "../text/rich-text";
import { type Theme, themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure, seriesColor } from "./options";

export interface GraphNode {
  id: string | number;
  /** What the box says; `op` when absent. */
  label?: string;
  op?: string;
  /** Second line: the shape of what it computes, and its type. */
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
}

/** More boxes than this cannot be read on a page. */
const MOST_NODES = 200;
const KINDS = ["op", "input", "weight", "output"] as const;

interface Box {
  node: GraphNode;
  kind: (typeof KINDS)[number];
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Draws a graph.
 *
 * `plot.graph({ nodes: [{ id: "x", shape: [32, 784] }, { id: "fc", op: "MatMul", shape: [32, 10] }], edges: [["x", "fc"]] })`
 *
 * Throws a PlotError when an edge names no node, or when there are more than 200 nodes.
 */
export function graph(input: GraphInput, options: GraphOptions = {}): Figure {
  const verb = "plot.graph";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "direction"]);
  const direction = checkChoice(verb, "direction", options.direction ?? "down", ["down", "right"]);
  const theme = themeOf(options.theme, verb);
  checkGraph(verb, input);
  const { boxes, arrows, width, height } = arrange(input, direction);
  const data: Trace[] = [edgeTrace(arrows, theme), headTrace(arrows, theme)];
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
    hovertext: boxes.map(box => `${escapeMarkup(String(box.node.id))}: ${box.text}`),
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

interface Arrow {
  points: { x: number; y: number }[];
}

function arrange(input: GraphInput, direction: "down" | "right") {
  const dagre = createRequire(__filename)("@dagrejs/dagre") as typeof dagreModule;
  const layout = new dagre.graphlib.Graph({ multigraph: true });
  layout.setGraph({
    rankdir: direction === "down" ? "TB" : "LR",
    nodesep: 22,
    ranksep: direction === "down" ? 26 : 34,
    marginx: 6,
    marginy: 6,
  });
  layout.setDefaultEdgeLabel(() => ({}));
  const fed = new Set(input.edges.map(([, to]) => String(to)));
  const feeding = new Set(input.edges.map(([from]) => String(from)));
  const boxes = input.nodes.map((node): Box => {
    const id = String(node.id);
    const name = node.label ?? node.op ?? id;
    const shape = node.shape ? `[${node.shape.map(size => size ?? "?").join(", ")}]` : "";
    const second = [shape, node.dtype && node.dtype !== "float32" ? node.dtype : ""].filter(Boolean).join(" ");
    const text = `<b>${escapeMarkup(name)}</b>${second ? `<br>${escapeMarkup(second)}` : ""}`;
    const size = measureText(text, { size: 11, color: "#000" });
    const kind = node.kind ?? (fed.has(id) ? (feeding.has(id) ? "op" : "output") : "input");
    return { node, kind, text, x: 0, y: 0, width: Math.max(size.width + 18, 46), height: size.lines * 14.3 + 10 };
  });
  boxes.forEach((box, i) => {
    layout.setNode(String(input.nodes[i]!.id), { width: box.width, height: box.height });
  });
  input.edges.forEach(([from, to], i) => {
    layout.setEdge(String(from), String(to), {}, String(i));
  });
  dagre.layout(layout);
  boxes.forEach((box, i) => {
    const placed = layout.node(String(input.nodes[i]!.id));
    Object.assign(box, { x: round(placed.x), y: round(placed.y) });
  });
  const arrows = layout
    .edges()
    .map((edge): Arrow => ({ points: (layout.edge(edge) as { points: { x: number; y: number }[] }).points }));
  const { width = 0, height = 0 } = layout.graph();
  return { boxes, arrows, width, height };
}

function edgeTrace(arrows: Arrow[], theme: Theme): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const { points } of arrows) {
    const shortened = shorten(points);
    x.push(...shortened.map(point => round(point.x)), null);
    y.push(...shortened.map(point => round(point.y)), null);
  }
  return {
    type: "scatter",
    mode: "lines",
    x,
    y,
    line: { color: theme.line, width: 1.3, shape: "spline", smoothing: 0.8 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

const HEAD = 7;

/** The line ends inside its arrow's head. */
function shorten(points: { x: number; y: number }[]): { x: number; y: number }[] {
  const [before, end] = [points.at(-2)!, points.at(-1)!];
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const share = Math.max(0, (length - HEAD * 0.8) / length);
  return [
    ...points.slice(0, -1),
    { x: before.x + (end.x - before.x) * share, y: before.y + (end.y - before.y) * share },
  ];
}

function headTrace(arrows: Arrow[], theme: Theme): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (const { points } of arrows) {
    const [before, end] = [points.at(-2)!, points.at(-1)!];
    const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
    const [ux, uy] = [(end.x - before.x) / length, (end.y - before.y) / length];
    const corner = (side: number) =>
      [end.x - HEAD * ux - side * 0.45 * HEAD * uy, end.y - HEAD * uy + side * 0.45 * HEAD * ux] as const;
    const [left, right] = [corner(1), corner(-1)];
    x.push(round(end.x), round(left[0]), round(right[0]), round(end.x), null);
    y.push(round(end.y), round(left[1]), round(right[1]), round(end.y), null);
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
    fillcolor: withAlpha(color, 0.14),
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
