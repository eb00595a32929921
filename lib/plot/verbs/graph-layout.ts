// Where the boxes of a graph stand and how its arrows run.
//
// Positions come from dagre (Sugiyama's layers: no arrow runs backwards, few cross). Its polylines are kept only where they pass a layer;
// between layers an arrow swings over in an S, leaves and enters boxes straight, and has a place of its own on their edges.

import { createRequire } from "node:module";
import type dagreModule from "@dagrejs/dagre";

export type Direction = "down" | "right";

export interface Point {
  x: number;
  y: number;
}

/** A box by its centre and its size. */
export interface Placed extends Point {
  width: number;
  height: number;
}

export interface Route {
  line: Point[];
  /** The triangle at its end: tip, left, right. */
  head: [Point, Point, Point];
}

const HEAD = 7;
/** Points of an S: enough to look smooth at twice the size. */
const STEPS = 8;
/** Between two arrows at one edge of a box. */
const PORT_GAP = 10;

/** Places the boxes, which know their sizes, and routes the edges between them, given by the boxes' indices. */
export function layOut(
  boxes: readonly Placed[],
  edges: readonly (readonly [from: number, to: number])[],
  direction: Direction,
): { routes: Route[]; width: number; height: number } {
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
  boxes.forEach(({ width, height }, i) => {
    layout.setNode(String(i), { width, height });
  });
  edges.forEach(([from, to], i) => {
    layout.setEdge(String(from), String(to), {}, String(i));
  });
  dagre.layout(layout);
  boxes.forEach((box, i) => {
    const { x, y } = layout.node(String(i));
    Object.assign(box, { x, y });
  });
  const bends = edges.map(([from, to], i) => {
    const { points } = layout.edge(String(from), String(to), String(i)) as { points: Point[] };
    return points.map(point => turn(point, direction));
  });
  const turned = boxes.map(({ x, y, width, height }) =>
    direction === "down" ? { x, y, width, height } : { x: y, y: x, width: height, height: width },
  );
  const routes = routeDown(turned, edges, bends).map(({ line, head }) => ({
    line: line.map(point => turn(point, direction)),
    head: head.map(point => turn(point, direction)) as Route["head"],
  }));
  const { width = 0, height = 0 } = layout.graph();
  return { routes, width, height };
}

/** All arrows are routed downwards; a graph that runs to the right is mirrored on the diagonal. */
function turn({ x, y }: Point, direction: Direction): Point {
  return direction === "down" ? { x, y } : { x: y, y: x };
}

function routeDown(
  boxes: readonly Placed[],
  edges: readonly (readonly [from: number, to: number])[],
  bends: readonly Point[][],
): Route[] {
  const layers = new Set(boxes.map(({ y }) => y));
  // dagre also bends half-way between layers; an arrow that heeded this would wriggle.
  const passed = bends.map(points => points.slice(1, -1).filter(({ y }) => layers.has(y)));
  const starts = ports(boxes, edges, 0, edge => passed[edge]![0]?.x ?? boxes[edges[edge]![1]]!.x);
  const ends = ports(boxes, edges, 1, edge => passed[edge]!.at(-1)?.x ?? boxes[edges[edge]![0]]!.x);
  return edges.map(([from, to], i) => {
    const [source, target] = [boxes[from]!, boxes[to]!];
    const tip = { x: ends[i]!, y: target.y - target.height / 2 };
    const neck = { x: tip.x, y: tip.y - HEAD * 0.8 };
    const through = [{ x: starts[i]!, y: source.y + source.height / 2 }, ...passed[i]!, neck];
    const [back, half] = [tip.y - HEAD, HEAD * 0.45];
    return { line: smooth(through), head: [tip, { x: tip.x - half, y: back }, { x: tip.x + half, y: back }] };
  });
}

/** Where each edge touches its box: in the order of where it comes from or goes to, so that arrows at one box do not cross. */
function ports(
  boxes: readonly Placed[],
  edges: readonly (readonly [from: number, to: number])[],
  end: 0 | 1,
  other: (edge: number) => number,
): number[] {
  const places: number[] = [];
  boxes.forEach((box, i) => {
    const here = edges.map((_, edge) => edge).filter(edge => edges[edge]![end] === i);
    here.sort((a, b) => other(a) - other(b));
    const gap = Math.min(PORT_GAP, (box.width * 0.6) / Math.max(here.length - 1, 1));
    here.forEach((edge, k) => {
      places[edge] = box.x + (k - (here.length - 1) / 2) * gap;
    });
  });
  return places;
}

/** Straight where two points stand above one another, else an S with upright ends (a cubic Bézier curve). */
function smooth(points: readonly Point[]): Point[] {
  const line = [points[0]!];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const steps = Math.abs(a.x - b.x) < 0.5 ? 1 : STEPS;
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      const along = steps === 1 ? t : 1.5 * t * (1 - t) + t ** 3; // both control points half-way down
      line.push({ x: a.x + (b.x - a.x) * t * t * (3 - 2 * t), y: a.y + (b.y - a.y) * along });
    }
  }
  return line;
}
