// 3-D scenes: surfaces, points and lines in a box with axes.
//
// plotly.js draws these with WebGL, which Node has not; jsdom ends the process on them. Surfaces go through a depth buffer with the same
// light; points and lines are then drawn by the canvas where the buffer shows them to be in front.

import type { Axis } from "../axes/axis";
import { axisTicks } from "../axes/ticks";
import { pixelCanvas } from "../text/fonts";
import { drawText, type TextStyle } from "../text/rich-text";
import type { PlotlyObject, Trace } from "../types";
import { colorMap } from "./color";
import { zRange } from "./heatmap";
import { drawMarker } from "./markers";
import { type Camera, cross, dot, makeCamera, normalize, subtract, type Vector } from "./projection";
import { colorTable, DepthBuffer, type Vertex } from "./raster";
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
    drawBox(scene);
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    const scale = stage.scale;
    const buffer = new DepthBuffer(Math.round(area.width * scale), Math.round(area.height * scale));
    for (const trace of traces) if (trace.type === "surface") drawSurface(scene, trace, area, buffer);
    const opacity = number(traces.find(trace => trace.type === "surface")?.opacity, 1);
    context.globalAlpha = opacity;
    context.drawImage(
      pixelCanvas(buffer.rgba, buffer.width, buffer.height),
      area.left,
      area.top,
      area.width,
      area.height,
    );
    context.globalAlpha = 1;
    const isInFront = (x: number, y: number, depth: number) =>
      opacity < 1 || buffer.isVisible((x - area.left) * scale, (y - area.top) * scale, depth, LIFT);
    for (const trace of traces) if (trace.type === "scatter3d") drawPoints(scene, trace, isInFront);
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

function drawSurface(scene: Scene, trace: Trace, area: Area, buffer: DepthBuffer): void {
  const z = rowsOfNumbers(trace.z);
  const columns = Math.min(...z.map(row => row.length));
  const xs = numbers(trace.x) ?? Array.from({ length: columns }, (_, i) => i);
  const ys = numbers(trace.y) ?? z.map((_, i) => i);
  const values = trace.surfacecolor === undefined ? z : rowsOfNumbers(trace.surfacecolor);
  const [low, high] = zRange({ ...trace, zmin: trace.cmin, zmax: trace.cmax }, values);
  const table = colorTable(colorMap(trace.colorscale, boolean(trace.reversescale, false)));
  const lightOf = shading(scene, trace);
  const normals = surfaceNormals(scene, xs, ys, z, columns);
  const { scale } = scene.stage;
  const vertices = z.map((row, r) =>
    row.slice(0, columns).map((height, c): Vertex | undefined => {
      if (!Number.isFinite(height)) return undefined;
      const place = scene.place(xs[c]!, ys[r]!, height);
      const { x, y, depth } = scene.camera.project(place);
      return {
        x: (x - area.left) * scale,
        y: (y - area.top) * scale,
        depth,
        color: high === low ? 0.5 : (values[r]![c]! - low) / (high - low),
        light: lightOf(normals[r]![c]!, place),
      };
    }),
  );
  for (let r = 0; r + 1 < z.length; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const [p, q, s, t] = [vertices[r]![c], vertices[r]![c + 1], vertices[r + 1]![c], vertices[r + 1]![c + 1]];
      if (p && q && s) buffer.triangle(p, q, s, table);
      if (q && s && t) buffer.triangle(q, t, s, table);
    }
  }
}

/** Unit normals at the grid's points, from differences between neighbours. */
function surfaceNormals(scene: Scene, xs: number[], ys: number[], z: number[][], columns: number): Vector[][] {
  const at = (r: number, c: number) => scene.place(xs[c]!, ys[r]!, z[r]![c]!);
  return z.map((_, r) =>
    Array.from({ length: columns }, (_, c) => {
      const along = subtract(at(r, Math.min(c + 1, columns - 1)), at(r, Math.max(c - 1, 0)));
      const across = subtract(at(Math.min(r + 1, z.length - 1), c), at(Math.max(r - 1, 0), c));
      const normal = normalize(cross(along, across));
      return normal.every(Number.isFinite) ? normal : [0, 0, 1];
    }),
  );
}

/** Ambient and diffuse light, as plotly.js's surface shader mixes them: the light's place is given on the screen, not in the scene. */
function shading(scene: Scene, trace: Trace): (normal: Vector, at: Vector) => number {
  const { camera, aspect } = scene;
  const lighting = object(trace.lighting);
  const ambient = number(lighting.ambient, 0.8);
  const diffuse = number(lighting.diffuse, 0.8);
  const position = object(trace.lightposition);
  const area = sceneArea(scene.stage.area, scene.attributes);
  const x = (number(position.x, 10) * area.width) / area.height;
  const y = number(position.y, 10000);
  // The shader takes the direction back through the model's scaling.
  const light = normalize([0, 1, 2].map(k => (camera.right[k]! * x + camera.up[k]! * y) / aspect[k]!) as Vector);
  return (normal, at) => {
    const facing = dot(normal, subtract(camera.eye, at)) > 0 ? 1 : -1;
    return Math.min(ambient + diffuse * Math.max(facing * dot(normal, light), 0), 1);
  };
}

/** A line or marker on a surface may lie behind it by this share of its distance. */
const LIFT = 0.012;

function drawPoints(scene: Scene, trace: Trace, isInFront: (x: number, y: number, depth: number) => boolean): void {
  const { stage } = scene;
  const { context } = stage;
  const [xs, ys, zs] = [numbers(trace.x) ?? [], numbers(trace.y) ?? [], numbers(trace.z) ?? []];
  const mode = string(trace.mode, "lines+markers");
  const colorway = stage.colorway[stage.figure.data.indexOf(trace) % stage.colorway.length]!;
  const line = object(trace.line);
  const marker = object(trace.marker);
  const points = xs
    .map((x, i) => scene.camera.project(scene.place(x, ys[i]!, zs[i]!)))
    .filter(point => Number.isFinite(point.x + point.y));
  context.save();
  context.globalAlpha = number(trace.opacity, 1);
  if (mode.includes("lines")) {
    const width = number(line.width, 2);
    context.strokeStyle = string(line.color, string(marker.color, colorway));
    context.lineWidth = width;
    context.lineCap = "round";
    context.setLineDash(dashPattern(line.dash, width));
    context.beginPath();
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1]!, points[i]!];
      // Hidden stretches are left out piece by piece.
      const pieces = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 3));
      const at = (t: number) => ({
        x: a.x + (b.x - a.x) * t,
        y: a.y + (b.y - a.y) * t,
        depth: a.depth + (b.depth - a.depth) * t,
      });
      for (let k = 0; k < pieces; k++) {
        const [from, to, middle] = [at(k / pieces), at((k + 1) / pieces), at((k + 0.5) / pieces)];
        if (!isInFront(middle.x, middle.y, middle.depth)) continue;
        context.moveTo(from.x, from.y);
        context.lineTo(to.x, to.y);
      }
    }
    context.stroke();
    context.lineCap = "butt";
  }
  if (mode.includes("markers")) {
    const colorOf = markerColors(marker, colorway);
    const outline = object(marker.line);
    points.forEach(({ x, y, depth }, i) => {
      if (!isInFront(x, y, depth)) return;
      drawMarker(context, x, y, {
        symbol: string(entry(marker.symbol, i), "circle"),
        size: number(entry(marker.size, i), 8),
        color: colorOf(i),
        lineColor: string(entry(outline.color, i), "#444"),
        lineWidth: number(entry(outline.width, i), 0),
      });
    });
  }
  context.restore();
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
