// 3-D scenes: surfaces, points and lines in a box with axes, drawn back to front.
//
// plotly.js draws these with WebGL, which Node has not; jsdom ends the process on them. The painter's algorithm over small facets gives
// the same picture for what a course draws, since a surface over a grid never passes through itself.

import type { Axis } from "../axes/axis";
import { axisTicks } from "../axes/ticks";
import { drawText, type TextStyle } from "../text/rich-text";
import type { PlotlyObject, Trace } from "../types";
import { colorMap, css, type Rgba } from "./color";
import { zRange } from "./heatmap";
import { drawMarker } from "./markers";
import { type Camera, cross, dot, makeCamera, normalize, subtract, type Vector } from "./projection";
import {
  boolean,
  entry,
  font,
  list,
  merge,
  number,
  numbers,
  object,
  rowsOfNumbers,
  string,
  textOf,
  toNumber,
} from "./read";
import { markerColors } from "./scatter";
import { type Area, dashPattern, type Stage } from "./stage";

/** Something to paint, with how far it lies from the eye. */
interface Facet {
  depth: number;
  paint(): void;
}

interface Scene {
  stage: Stage;
  attributes: PlotlyObject;
  camera: Camera;
  ranges: [number, number][];
  aspect: Vector;
  /** Data to scene units. */
  place(x: number, y: number, z: number): Vector;
}

export const SCENE_TYPES: ReadonlySet<string> = new Set(["surface", "scatter3d"]);

export function sceneIds(data: readonly Trace[]): string[] {
  return [
    ...new Set(data.filter(trace => SCENE_TYPES.has(trace.type ?? "")).map(trace => string(trace.scene, "scene"))),
  ];
}

export function drawScenes(stage: Stage): void {
  for (const id of sceneIds(stage.figure.data)) {
    const scene = makeScene(stage, id);
    const traces = stage.figure.data.filter(
      trace => SCENE_TYPES.has(trace.type ?? "") && string(trace.scene, "scene") === id && trace.visible !== false,
    );
    const { context } = stage;
    const area = sceneArea(stage.area, scene.attributes);
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    drawBox(scene);
    const facets = traces.flatMap(trace =>
      trace.type === "surface" ? surfaceFacets(scene, trace) : pointFacets(scene, trace),
    );
    facets.sort((a, b) => b.depth - a.depth);
    for (const facet of facets) facet.paint();
    context.restore();
  }
}

export function sceneArea(area: Area, attributes: PlotlyObject): Area {
  const domain = object(attributes.domain);
  const [x0, x1] = (list(domain.x) ?? [0, 1]).map(toNumber) as [number, number];
  const [y0, y1] = (list(domain.y) ?? [0, 1]).map(toNumber) as [number, number];
  return {
    left: area.left + area.width * x0,
    top: area.top + area.height * (1 - y1),
    width: area.width * (x1 - x0),
    height: area.height * (y1 - y0),
  };
}

function makeScene(stage: Stage, id: string): Scene {
  const attributes = merge(object(stage.layout.scene), object(stage.figure.layout[id]));
  const ranges = (["x", "y", "z"] as const).map(letter => {
    const given = numbers(object(attributes[`${letter}axis`]).range);
    return given?.length === 2 ? (given as [number, number]) : ([0, 1] as [number, number]);
  });
  const ratio = object(attributes.aspectratio);
  const aspect: Vector = [number(ratio.x, 1), number(ratio.y, 1), number(ratio.z, 1)];
  const place = (x: number, y: number, z: number): Vector =>
    [x, y, z].map(
      (value, i) => ((value - ranges[i]![0]) / (ranges[i]![1] - ranges[i]![0]) - 0.5) * aspect[i]!,
    ) as Vector;
  return {
    stage,
    attributes,
    camera: makeCamera(attributes, sceneArea(stage.area, attributes)),
    ranges,
    aspect,
    place,
  };
}

/** Facets are halved until there are enough of them for smooth colours and few enough to sort. */
const MOST_FACETS = 12000;

function surfaceFacets(scene: Scene, trace: Trace): Facet[] {
  const z = rowsOfNumbers(trace.z);
  const rows = z.length;
  const columns = Math.min(...z.map(row => row.length));
  const xs = numbers(trace.x) ?? Array.from({ length: columns }, (_, i) => i);
  const ys = numbers(trace.y) ?? Array.from({ length: rows }, (_, i) => i);
  const values = trace.surfacecolor === undefined ? z : rowsOfNumbers(trace.surfacecolor);
  const [low, high] = zRange({ ...trace, zmin: trace.cmin, zmax: trace.cmax }, values);
  const map = colorMap(trace.colorscale, boolean(trace.reversescale, false));
  const shade = shading(scene, trace);
  const split = Math.max(1, Math.min(4, Math.floor(Math.sqrt(MOST_FACETS / ((rows - 1) * (columns - 1))))));
  const { context } = scene.stage;
  const opacity = number(trace.opacity, 1);
  const facets: Facet[] = [];
  const bilinear = (grid: number[][], r: number, c: number, u: number, v: number) =>
    grid[r]![c]! * (1 - u) * (1 - v) +
    grid[r]![c + 1]! * u * (1 - v) +
    grid[r + 1]![c]! * (1 - u) * v +
    grid[r + 1]![c + 1]! * u * v;
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      if (![z[r]![c], z[r]![c + 1], z[r + 1]![c], z[r + 1]![c + 1]].every(Number.isFinite)) continue;
      const corner = (u: number, v: number) =>
        scene.place(xs[c]! + (xs[c + 1]! - xs[c]!) * u, ys[r]! + (ys[r + 1]! - ys[r]!) * v, bilinear(z, r, c, u, v));
      for (let i = 0; i < split; i++) {
        for (let j = 0; j < split; j++) {
          const [u0, u1, v0, v1] = [i / split, (i + 1) / split, j / split, (j + 1) / split];
          const corners = [corner(u0, v0), corner(u1, v0), corner(u1, v1), corner(u0, v1)];
          const value = bilinear(values, r, c, (u0 + u1) / 2, (v0 + v1) / 2);
          const points = corners.map(point => scene.camera.project(point));
          const normal = normalize(cross(subtract(corners[2]!, corners[0]!), subtract(corners[3]!, corners[1]!)));
          const color = css(shade(map(high === low ? 0.5 : (value - low) / (high - low)), normal, corners[0]!));
          facets.push({
            depth: points.reduce((sum, point) => sum + point.depth, 0) / 4,
            paint() {
              context.globalAlpha = opacity;
              context.beginPath();
              for (const { x, y } of points) context.lineTo(x, y);
              context.closePath();
              context.fillStyle = color;
              context.fill();
              // A hairline of the facet's own colour closes the seam to its neighbours.
              if (opacity === 1) {
                context.setLineDash([]);
                context.lineWidth = 0.6;
                context.strokeStyle = color;
                context.stroke();
              }
              context.globalAlpha = 1;
            },
          });
        }
      }
    }
  }
  return facets;
}

/** Ambient and diffuse light, as plotly.js's surface shader mixes them. */
function shading(scene: Scene, trace: Trace): (color: Rgba, normal: Vector, at: Vector) => Rgba {
  const lighting = object(trace.lighting);
  const ambient = number(lighting.ambient, 0.8);
  const diffuse = number(lighting.diffuse, 0.8);
  const position = object(trace.lightposition);
  const light = normalize([number(position.x, 10), number(position.y, 10000), number(position.z, 0)]);
  return ([r, g, b, a], normal, at) => {
    const facing = dot(normal, subtract(scene.camera.eye, at)) > 0 ? normal : (normal.map(n => -n) as Vector);
    const share = Math.min(ambient + diffuse * Math.max(dot(facing, light), 0), 1);
    return [r * share, g * share, b * share, a];
  };
}

/** A line or marker on a surface wins against the facet it lies on. */
const LIFT = 0.03;

function pointFacets(scene: Scene, trace: Trace): Facet[] {
  const { stage } = scene;
  const { context } = stage;
  const [xs, ys, zs] = [numbers(trace.x) ?? [], numbers(trace.y) ?? [], numbers(trace.z) ?? []];
  const count = Math.min(xs.length, ys.length, zs.length);
  const mode = string(trace.mode, "lines+markers");
  const index = stage.figure.data.indexOf(trace);
  const colorway = stage.colorway[index % stage.colorway.length]!;
  const line = object(trace.line);
  const marker = object(trace.marker);
  const points = Array.from({ length: count }, (_, i) => scene.camera.project(scene.place(xs[i]!, ys[i]!, zs[i]!)));
  const facets: Facet[] = [];
  if (mode.includes("lines")) {
    const width = number(line.width, 2);
    for (let i = 1; i < count; i++) {
      const [a, b] = [points[i - 1]!, points[i]!];
      if (![a.x, a.y, b.x, b.y].every(Number.isFinite)) continue;
      facets.push({
        depth: (a.depth + b.depth) / 2 - LIFT,
        paint() {
          context.strokeStyle = string(line.color, string(marker.color, colorway));
          context.lineWidth = width;
          context.lineCap = "round";
          context.setLineDash(dashPattern(line.dash, width));
          context.beginPath();
          context.moveTo(a.x, a.y);
          context.lineTo(b.x, b.y);
          context.stroke();
          context.lineCap = "butt";
        },
      });
    }
  }
  if (mode.includes("markers")) {
    const colorOf = markerColors(marker, colorway);
    points.forEach(({ x, y, depth }, i) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) return;
      facets.push({
        depth: depth - LIFT * 1.5,
        paint() {
          context.globalAlpha = number(trace.opacity, 1) * number(entry(marker.opacity, i), 1);
          const outline = object(marker.line);
          drawMarker(context, x, y, {
            symbol: string(entry(marker.symbol, i), "circle"),
            size: number(entry(marker.size, i), 8),
            color: colorOf(i),
            lineColor: string(entry(outline.color, i), "#444"),
            lineWidth: number(entry(outline.width, i), 0),
          });
          context.globalAlpha = 1;
        },
      });
    });
  }
  return facets;
}

type Letter = "x" | "y" | "z";
const LETTERS: Letter[] = ["x", "y", "z"];

/** The three faces of the box that lie behind, with their grid, and the axes along its front edges. */
function drawBox(scene: Scene): void {
  const { camera, aspect } = scene;
  // A face lies behind when the eye is on its inner side: then its sign is opposite to the eye's.
  const back = LETTERS.map((_, i) => (camera.eye[i]! > 0 ? -1 : 1));
  const axes = LETTERS.map((letter, i) => sceneAxis(scene, letter, i));
  const at = (i: number, value: number) =>
    ((value - scene.ranges[i]![0]) / (scene.ranges[i]![1] - scene.ranges[i]![0]) - 0.5) * aspect[i]!;
  for (let face = 0; face < 3; face++) {
    const [a, b] = [(face + 1) % 3, (face + 2) % 3] as const;
    for (const [along, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!boolean(axes[along]!.attributes.showgrid, true)) continue;
      for (const tick of axisTicks(axes[along]!)) {
        const from: Vector = [0, 0, 0];
        from[face] = (back[face]! * aspect[face]!) / 2;
        from[along] = at(along, tick.value);
        from[other] = -aspect[other]! / 2;
        const to: Vector = [...from];
        to[other] = aspect[other]! / 2;
        segment(
          scene,
          from,
          to,
          string(axes[along]!.attributes.gridcolor, "#ddd"),
          number(axes[along]!.attributes.gridwidth, 1),
        );
      }
    }
  }
  for (let i = 0; i < 3; i++) drawSceneAxis(scene, axes[i]!, i, back, value => at(i, value));
}

function sceneAxis(scene: Scene, letter: Letter, i: number): Axis {
  const attributes = { exponentformat: "power", ...object(scene.attributes[`${letter}axis`]) };
  // Only the ticks are read of this axis; 3-D axes tick like a vertical one.
  return {
    id: letter,
    letter: "y",
    type: "linear",
    range: scene.ranges[i]!,
    categories: [],
    attributes,
    offset: 0,
    length: 200,
    toLinear: toNumber,
    toPixel: value => value,
  };
}

function segment(scene: Scene, from: Vector, to: Vector, color: string, width: number): void {
  const { context } = scene.stage;
  const [a, b] = [scene.camera.project(from), scene.camera.project(to)];
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(a.x, a.y);
  context.lineTo(b.x, b.y);
  context.stroke();
}

/** An axis runs along the edge of the box that is outermost on the picture and borders no two hidden faces. */
function drawSceneAxis(scene: Scene, axis: Axis, i: number, back: number[], at: (value: number) => number): void {
  if (axis.attributes.visible === false) return;
  const { aspect, camera, stage } = scene;
  const edge = axisEdge(scene, i, back);
  const point = (along: number): Vector => {
    const out: Vector = [0, 0, 0];
    out[i] = along;
    for (let k = 0; k < 3; k++) if (k !== i) out[k] = (edge[k]! * aspect[k]!) / 2;
    return out;
  };
  segment(scene, point(-aspect[i]! / 2), point(aspect[i]! / 2), string(axis.attributes.linecolor, "#888"), 1);
  // Labels stand off the edge, away from the box's middle.
  const [start, end, middle] = [point(-aspect[i]! / 2), point(aspect[i]! / 2), [0, 0, 0] as Vector].map(v =>
    camera.project(v),
  ) as [ReturnType<Camera["project"]>, ReturnType<Camera["project"]>, ReturnType<Camera["project"]>];
  const [ex, ey] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(ex, ey) || 1;
  let [nx, ny] = [-ey / length, ex / length];
  if (nx * ((start.x + end.x) / 2 - middle.x) + ny * ((start.y + end.y) / 2 - middle.y) < 0) [nx, ny] = [-nx, -ny];
  const style = font(axis.attributes.tickfont, { size: 12, color: stage.font.color });
  const ticks = axisTicks(axis);
  for (const tick of ticks) {
    const p = camera.project(point(at(tick.value)));
    segment2d(stage, p.x, p.y, p.x + nx * 5, p.y + ny * 5, string(axis.attributes.tickcolor, "#888"));
    label(stage, tick.text, style, p.x + nx * 14, p.y + ny * 14, nx);
  }
  const title = textOf(axis.attributes.title);
  if (!title) return;
  const titleStyle = font(object(axis.attributes.title).font, { size: 13, color: stage.font.color });
  label(stage, title, titleStyle, (start.x + end.x) / 2 + nx * 38, (start.y + end.y) / 2 + ny * 38, nx * 0.6);
}

function segment2d({ context }: Stage, x0: number, y0: number, x1: number, y1: number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function label(stage: Stage, text: string, style: TextStyle, x: number, y: number, side: number): void {
  drawText(stage.context, text, style, {
    x,
    y: y + style.size * 0.35,
    anchor: side > 0.3 ? "start" : side < -0.3 ? "end" : "middle",
  });
}

/** Signs of the two other coordinates along which axis `i` runs. */
function axisEdge(scene: Scene, i: number, back: number[]): number[] {
  const { aspect, camera } = scene;
  if (i !== 2) {
    // Horizontal axes run along the floor's (or ceiling's) front edge.
    const other = i === 0 ? 1 : 0;
    const edge = [0, 0, 0];
    edge[other] = -back[other]!;
    edge[2] = back[2]!;
    return edge;
  }
  const candidates = [
    [back[0]!, -back[1]!, 0],
    [-back[0]!, back[1]!, 0],
  ];
  const x = (edge: number[]) => camera.project([(edge[0]! * aspect[0]!) / 2, (edge[1]! * aspect[1]!) / 2, 0]).x;
  return x(candidates[0]!) < x(candidates[1]!) ? candidates[0]! : candidates[1]!;
}
