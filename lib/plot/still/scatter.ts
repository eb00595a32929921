// Lines, markers, fills, error bars and texts: plotly.js's "scatter" and "scattergl".

import { type Axis, countStart } from "../axes/axis";
import { drawText, LINE_SPACING } from "../text/rich-text";
import type { PlotlyObject, Trace } from "../types";
import { colorMap, css, withAlpha } from "./color";
import { drawMarker } from "./markers";
import { boolean, entry, font, list, number, numbers, object, string } from "./read";
import { dashPattern, type PlacedTrace, type Stage } from "./stage";

export type Point = [number, number];

/** Which of lines, markers and text a trace shows; plotly.js adds markers to fewer than 20 points. */
export function scatterMode(trace: Trace): string {
  if (typeof trace.mode === "string") return trace.mode;
  if (trace.fill !== undefined && trace.fill !== "none") return "lines";
  return (list(trace.y)?.length ?? list(trace.x)?.length ?? 0) < 20 ? "lines+markers" : "lines";
}

/** The points of a trace in linear units; missing x or y counts up from x0 and y0. */
export function scatterPoints({ trace, x, y }: PlacedTrace): Point[] {
  const xs = list(trace.x);
  const ys = list(trace.y);
  const count = Math.max(xs && ys ? Math.min(xs.length, ys.length) : (xs ?? ys ?? []).length, 0);
  const counter = (axis: Axis, from: unknown, step: unknown) => (i: number) =>
    countStart(axis.type, from) + i * number(step, 1);
  const xAt = counter(x, trace.x0, trace.dx);
  const yAt = counter(y, trace.y0, trace.dy);
  return Array.from({ length: count }, (_, i) => [x.toLinear(xs ? xs[i] : xAt(i)), y.toLinear(ys ? ys[i] : yAt(i))]);
}

/** Draws the traces of one pair of axes. As in plotly.js, a fill down to another trace lies below that trace's line. */
export function drawScatters(stage: Stage, placed: readonly PlacedTrace[]): void {
  const pixels = placed.map(one => scatterPoints(one).map(([px, py]): Point => [one.x.toPixel(px), one.y.toPixel(py)]));
  placed.forEach((one, i) => {
    if (!fillsToPrevious(one.trace)) drawFill(stage, one, pixels[i]!, undefined);
    const next = placed[i + 1];
    if (next && fillsToPrevious(next.trace)) drawFill(stage, next, pixels[i + 1]!, pixels[i]!);
    drawScatter(stage, one, pixels[i]!);
  });
}

function fillsToPrevious(trace: Trace): boolean {
  return trace.fill === "tonexty" || trace.fill === "tonextx";
}

function colorOfLine({ trace, color }: PlacedTrace): string {
  return string(object(trace.line).color, string(object(trace.marker).color, color));
}

function drawScatter(stage: Stage, placed: PlacedTrace, pixels: Point[]): void {
  const { context } = stage;
  const { trace } = placed;
  const mode = scatterMode(trace);
  const line = object(trace.line);
  const lineColor = colorOfLine(placed);
  context.save();
  context.globalAlpha = number(trace.opacity, 1);
  drawErrorBars(stage, placed, lineColor);
  if (mode.includes("lines")) {
    const width = number(line.width, 2);
    context.strokeStyle = lineColor;
    context.lineWidth = width;
    context.lineJoin = "miter";
    context.miterLimit = 2;
    context.setLineDash(dashPattern(line.dash, width));
    if (width > 0) {
      for (const piece of pieces(pixels, boolean(trace.connectgaps, false))) {
        context.beginPath();
        tracePath(stage, piece, line);
        context.stroke();
      }
    }
    context.setLineDash([]);
  }
  if (mode.includes("markers")) drawMarkers(stage, trace, pixels, placed.color, lineColor);
  if (mode.includes("text")) drawPointTexts(stage, trace, pixels);
  context.restore();
}

/** Runs of points without a gap. */
function pieces(points: Point[], connect: boolean): Point[][] {
  if (connect) return [points.filter(isFinitePoint)];
  const out: Point[][] = [[]];
  for (const point of points) {
    if (isFinitePoint(point)) out.at(-1)!.push(point);
    else if (out.at(-1)!.length > 0) out.push([]);
  }
  return out.filter(piece => piece.length > 0);
}

function isFinitePoint([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

/** Adds the line through the points to the current path. */
function tracePath({ context }: Stage, points: Point[], line: PlotlyObject): void {
  const shape = string(line.shape, "linear");
  points.forEach(([x, y], i) => {
    const before = points[i - 1];
    if (!before) {
      context.moveTo(x, y);
    } else if (shape === "hv") {
      context.lineTo(x, before[1]);
      context.lineTo(x, y);
    } else if (shape === "vh") {
      context.lineTo(before[0], y);
      context.lineTo(x, y);
    } else if (shape === "hvh") {
      const middle = (before[0] + x) / 2;
      context.lineTo(middle, before[1]);
      context.lineTo(middle, y);
      context.lineTo(x, y);
    } else if (shape === "spline" && points.length > 2) {
      splineTo(context, points, i, number(line.smoothing, 1));
    } else {
      context.lineTo(x, y);
    }
  });
}

/** One piece of the Catmull-Rom spline that plotly.js draws (alpha 0.5). */
function splineTo(context: Stage["context"], points: Point[], i: number, smoothing: number): void {
  const b = points[i]!;
  const leaving = tangent(points, i - 1, smoothing)[1];
  const arriving = tangent(points, i, smoothing)[0];
  if (!leaving && arriving) context.quadraticCurveTo(...arriving, ...b);
  else if (leaving && !arriving) context.quadraticCurveTo(...leaving, ...b);
  else if (leaving && arriving) context.bezierCurveTo(...leaving, ...arriving, ...b);
  else context.lineTo(...b);
}

function tangent(points: Point[], i: number, smoothing: number): [Point | undefined, Point | undefined] {
  const [before, here, after] = [points[i - 1], points[i]!, points[i + 1]];
  if (!before || !after) return [undefined, undefined];
  const d1 = [before[0] - here[0], before[1] - here[1]];
  const d2 = [after[0] - here[0], after[1] - here[1]];
  const d1a = Math.hypot(d1[0]!, d1[1]!) ** 0.5;
  const d2a = Math.hypot(d2[0]!, d2[1]!) ** 0.5;
  const nx = (d2a * d2a * d1[0]! - d1a * d1a * d2[0]!) * smoothing;
  const ny = (d2a * d2a * d1[1]! - d1a * d1a * d2[1]!) * smoothing;
  const into = 3 * d2a * (d1a + d2a);
  const out = 3 * d1a * (d1a + d2a);
  return [
    into ? [here[0] + nx / into, here[1] + ny / into] : undefined,
    out ? [here[0] - nx / out, here[1] - ny / out] : undefined,
  ];
}

function drawFill(stage: Stage, placed: PlacedTrace, pixels: Point[], previous: Point[] | undefined): void {
  const { context } = stage;
  const { trace, x, y } = placed;
  const fill = string(trace.fill, "none");
  if (fill === "none") return;
  const line = object(trace.line);
  context.globalAlpha = number(trace.opacity, 1);
  context.fillStyle = string(trace.fillcolor, withAlpha(colorOfLine(placed), 0.5));
  fillPath(stage, { x, y }, pixels, fill, previous, line);
  context.globalAlpha = 1;
}

function fillPath(
  stage: Stage,
  { x, y }: Pick<PlacedTrace, "x" | "y">,
  pixels: Point[],
  fill: string,
  previous: Point[] | undefined,
  line: PlotlyObject,
): void {
  const { context } = stage;
  const points = pixels.filter(isFinitePoint);
  if (points.length === 0) return;
  if (fill === "toself" || fill === "tonext") {
    for (const piece of pieces(pixels, false)) {
      context.beginPath();
      tracePath(stage, piece, line);
      context.closePath();
      context.fill();
    }
    return;
  }
  context.beginPath();
  tracePath(stage, points, line);
  const [first, last] = [points[0]!, points.at(-1)!];
  if (fill === "tonexty" && previous) {
    for (const point of previous.filter(isFinitePoint).reverse()) context.lineTo(...point);
  } else if (fill.endsWith("x")) {
    const zero = x.toPixel(x.type === "log" ? Math.min(...x.range) : 0);
    context.lineTo(zero, last[1]);
    context.lineTo(zero, first[1]);
  } else {
    const zero = y.toPixel(y.type === "log" ? Math.min(...y.range) : 0);
    context.lineTo(last[0], zero);
    context.lineTo(first[0], zero);
  }
  context.closePath();
  context.fill();
}

/** Colours of markers: one, one per point, or numbers through a colour scale. */
export function markerColors(marker: PlotlyObject, otherwise: string): (index: number) => string {
  const colors = list(marker.color);
  if (!colors) return () => string(marker.color, otherwise);
  if (!colors.some(color => typeof color === "number")) return index => string(colors[index], otherwise);
  const values = numbers(colors)!;
  const finite = values.filter(Number.isFinite);
  const low = number(marker.cmin, Math.min(...finite));
  const high = number(marker.cmax, Math.max(...finite));
  const map = colorMap(marker.colorscale, boolean(marker.reversescale, false));
  return index => css(map((values[index]! - low) / (high - low || 1)));
}

export function drawMarkers(stage: Stage, trace: Trace, pixels: Point[], color: string, lineColor: string): void {
  const { context } = stage;
  const marker = object(trace.marker);
  const outline = object(marker.line);
  const colorOf = markerColors(marker, string(object(trace.line).color, color));
  const sizes = list(marker.size);
  const sizeRef = number(marker.sizeref, 1);
  const alpha = context.globalAlpha;
  pixels.forEach(([x, y], i) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    const raw = number(entry(marker.size, i), 6);
    const size = sizes ? (marker.sizemode === "area" ? 2 * Math.sqrt(raw / 2 / sizeRef) : raw / sizeRef) : raw;
    context.globalAlpha = alpha * number(entry(marker.opacity, i), sizes ? 0.7 : 1);
    drawMarker(context, x, y, {
      symbol: string(entry(marker.symbol, i), "circle"),
      size,
      color: colorOf(i),
      lineColor: string(entry(outline.color, i), lineColor),
      lineWidth: number(entry(outline.width, i), 0),
    });
  });
  context.globalAlpha = alpha;
}

function drawPointTexts(stage: Stage, trace: Trace, pixels: Point[]): void {
  const marker = object(trace.marker);
  const hasMarkers = scatterMode(trace).includes("markers");
  pixels.forEach(([x, y], i) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    const text = string(entry(trace.text, i), "");
    const given = object(trace.textfont);
    const style = font(
      { size: entry(given.size, i), color: entry(given.color, i), weight: entry(given.weight, i) },
      stage.font,
    );
    const position = string(entry(trace.textposition, i), "middle center");
    const radius = hasMarkers ? number(entry(marker.size, i), 6) / 0.8 / 2 + 1 : 0;
    const anchor = position.includes("left") ? "end" : position.includes("right") ? "start" : "middle";
    const dx = position.includes("left") ? -radius : position.includes("right") ? radius : 0;
    // plotly.js's textPointPosition: blocks of lines stand above, below or around the point.
    const lines = (text.split(/<br>|\n/).length - 1) * LINE_SPACING + 1;
    const side = position.includes("top") ? -1 : position.includes("bottom") ? 1 : 0;
    const dy = style.size * 0.75 + side * radius + ((side - 1) * lines * style.size) / 2;
    drawText(stage.context, text, style, { x: x + dx, y: y + dy, anchor });
  });
}

function drawErrorBars(stage: Stage, placed: PlacedTrace, color: string): void {
  const { context } = stage;
  const { trace, x, y } = placed;
  const points = scatterPoints(placed);
  for (const letter of ["x", "y"] as const) {
    const error = object(trace[`error_${letter}`]);
    if (error.visible === false) continue;
    const up = numbers(error.array);
    if (!up) continue;
    const down = error.symmetric === false ? (numbers(error.arrayminus) ?? up) : up;
    const thickness = number(error.thickness, 2);
    const cap = number(error.width, 4);
    context.strokeStyle = string(error.color, color);
    context.lineWidth = thickness;
    context.setLineDash([]);
    const axis = letter === "x" ? x : y;
    points.forEach(([px, py], i) => {
      const value = letter === "x" ? px : py;
      const raw = axis.type === "log" ? 10 ** value : value;
      const ends = [raw - down[i]!, raw + up[i]!].map(end => axis.toPixel(axis.toLinear(end)));
      const cross = letter === "x" ? y.toPixel(py) : x.toPixel(px);
      if (![...ends, cross].every(Number.isFinite)) return;
      context.beginPath();
      const at = (along: number, across: number): Point => (letter === "x" ? [along, across] : [across, along]);
      context.moveTo(...at(ends[0]!, cross));
      context.lineTo(...at(ends[1]!, cross));
      for (const end of ends) {
        context.moveTo(...at(end, cross - cap));
        context.lineTo(...at(end, cross + cap));
      }
      context.stroke();
    });
  }
}
