// Texts placed on a figure, with or without an arrow, and shapes (lines, rectangles, circles).

import type { Axis } from "../axes/axis";
import { drawText, LINE_SPACING, measureText } from "../text/rich-text";
import type { PlotlyObject } from "../types";
import { boolean, font, list, number, object, string } from "./read";
import { type Area, dashPattern, type Stage } from "./stage";

/** A position of an annotation, shape or picture: on an axis, or in fractions of the plot area or of an axis's domain. */
export function locate(stage: Stage, ref: unknown, value: unknown, letter: "x" | "y"): number {
  const name = string(ref, letter);
  const domain = name.endsWith(" domain");
  const axis = stage.axes.get(domain ? name.slice(0, -7) : name);
  if (axis && !domain) {
    // Annotations give log coordinates as exponents already; shapes give values. Both are numbers here.
    return axis.toPixel(axis.type === "log" ? number(value, 0) : axis.toLinear(value));
  }
  const fraction = number(value, 0);
  const box: Pick<Axis, "offset" | "length"> = axis ?? extent(stage.area, letter);
  return letter === "x" ? box.offset + box.length * fraction : box.offset + box.length * (1 - fraction);
}

function extent(area: Area, letter: "x" | "y") {
  return letter === "x" ? { offset: area.left, length: area.width } : { offset: area.top, length: area.height };
}

export function drawAnnotations(stage: Stage): void {
  for (const annotation of list(stage.layout.annotations) ?? []) drawAnnotation(stage, object(annotation));
}

function drawAnnotation(stage: Stage, annotation: PlotlyObject): void {
  if (annotation.visible === false) return;
  const text = string(annotation.text, "");
  const style = font(annotation.font, stage.font);
  const arrow = boolean(annotation.showarrow, true);
  const size = measureText(text, style);
  const pad = number(annotation.borderpad, 1) + number(annotation.borderwidth, 1);
  const width = number(annotation.width, size.width) + 2 * pad;
  const height = size.height + 2 * pad;
  const x = locate(stage, annotation.xref, annotation.x, "x") + number(annotation.xshift, 0);
  const y = locate(stage, annotation.yref, annotation.y, "y") - number(annotation.yshift, 0);
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  const tailX = arrow ? x + number(annotation.ax, -10) : x;
  const tailY = arrow ? y + number(annotation.ay, -30) : y;
  const paper = (ref: unknown) => ref === "paper" || string(ref, "").endsWith(" domain");
  const alignX = anchorShare(annotation.xanchor, arrow || !paper(annotation.xref) ? 0.5 : number(annotation.x, 0.5), [
    "left",
    "center",
    "right",
  ]);
  const alignY = anchorShare(
    annotation.yanchor,
    arrow || !paper(annotation.yref) ? 0.5 : 1 - number(annotation.y, 0.5),
    ["top", "middle", "bottom"],
  );
  const { context } = stage;
  context.save();
  context.globalAlpha = number(annotation.opacity, 1);
  context.translate(tailX, tailY);
  const angle = number(annotation.textangle, 0);
  if (angle) context.rotate((angle * Math.PI) / 180);
  const left = -width * alignX;
  const top = -height * alignY;
  if (arrow) {
    context.save();
    if (angle) context.rotate((-angle * Math.PI) / 180);
    drawArrow(stage, x - tailX, y - tailY, { left, top, width, height }, annotation);
    context.restore();
  }
  const background = string(annotation.bgcolor, "rgba(0,0,0,0)");
  context.fillStyle = background;
  context.fillRect(left, top, width, height);
  if (annotation.bordercolor && number(annotation.borderwidth, 1) > 0) {
    context.strokeStyle = string(annotation.bordercolor, "#444");
    context.lineWidth = number(annotation.borderwidth, 1);
    context.setLineDash([]);
    context.strokeRect(
      left + context.lineWidth / 2,
      top + context.lineWidth / 2,
      width - context.lineWidth,
      height - context.lineWidth,
    );
  }
  const align = string(annotation.align, "center");
  const anchor = align === "left" ? "start" : align === "right" ? "end" : "middle";
  const textX = align === "left" ? left + pad : align === "right" ? left + width - pad : left + width / 2;
  // The first baseline of a block of lines 1.3 em apart, 0.97 em below its top as browsers place it.
  drawText(context, text, style, {
    x: textX,
    y: top + pad + (size.height - size.lines * style.size * LINE_SPACING) / 2 + style.size * 0.985,
    anchor,
  });
  context.restore();
}

function anchorShare(given: unknown, at: number, names: [string, string, string]): number {
  const index = names.indexOf(String(given));
  if (index >= 0) return index / 2;
  return at < 1 / 3 ? 0 : at <= 2 / 3 ? 0.5 : 1;
}

/** plotly.js's heads of arrows by number (src/components/annotations/arrow_paths.js), in line widths; the tip lies at x = `tip`. */
// biome-ignore format: one head a line
const HEADS: { points: [number, number][]; tip: number }[] = [
  { points: [], tip: 0 },
  { points: [[-2.4, -3], [-2.4, 3], [0.6, 0]], tip: 0.6 },
  { points: [[-3.7, -2.5], [-3.7, 2.5], [1.3, 0]], tip: 1.3 },
  { points: [[-4.45, -3], [-1.65, -0.2], [-1.65, 0.2], [-4.45, 3], [1.55, 0]], tip: 1.55 },
  { points: [[-2.2, -2.2], [-0.2, -0.2], [-0.2, 0.2], [-2.2, 2.2], [-1.4, 3], [1.6, 0], [-1.4, -3]], tip: 1.6 },
  { points: [[-4.4, -2.1], [-0.6, -0.2], [-0.6, 0.2], [-4.4, 2.1], [-4, 3], [2, 0], [-4, -3]], tip: 2 },
];
const CIRCLE = 6;
const SQUARE = 7;

/** From the edge of the text box to the point. */
function drawArrow(stage: Stage, dx: number, dy: number, box: Area, annotation: PlotlyObject): void {
  const { context } = stage;
  const length = Math.hypot(dx, dy);
  if (length < 1) return;
  const [ux, uy] = [dx / length, dy / length];
  const reachX = ux === 0 ? Infinity : (ux > 0 ? box.left + box.width : box.left) / ux;
  const reachY = uy === 0 ? Infinity : (uy > 0 ? box.top + box.height : box.top) / uy;
  const start = Math.max(Math.min(reachX, reachY), 0);
  if (start >= length) return;
  const width = number(annotation.arrowwidth, 2);
  const end = length - number(annotation.standoff, 0);
  const style = number(annotation.arrowhead, 1);
  const scale = number(annotation.arrowsize, 1) * width;
  const head = HEADS[style] ?? HEADS[0]!;
  context.save();
  context.rotate(Math.atan2(uy, ux));
  context.strokeStyle = string(annotation.arrowcolor, "#444");
  context.fillStyle = context.strokeStyle;
  context.lineWidth = width;
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(start, 0);
  context.lineTo(Math.max(end - head.tip * scale, start), 0);
  context.stroke();
  context.translate(end - head.tip * scale, 0);
  context.scale(scale, scale);
  context.beginPath();
  for (const [x, y] of head.points) context.lineTo(x, y);
  if (style === CIRCLE) context.arc(0, 0, 2, 0, 2 * Math.PI);
  if (style === SQUARE) {
    context.rotate(-Math.atan2(uy, ux));
    context.rect(-2, -2, 4, 4);
  }
  context.fill();
  context.restore();
}

export function drawShapes(stage: Stage, layer: "below" | "above"): void {
  for (const raw of list(stage.layout.shapes) ?? []) {
    const shape = object(raw);
    if (string(shape.layer, "above") !== layer || shape.visible === false) continue;
    const [x0, x1] = [shape.x0, shape.x1].map(value => shapeAt(stage, shape.xref, value, "x"));
    const [y0, y1] = [shape.y0, shape.y1].map(value => shapeAt(stage, shape.yref, value, "y"));
    const { context } = stage;
    const line = object(shape.line);
    const width = number(line.width, 2);
    context.save();
    clipToAxes(stage, shape);
    context.globalAlpha = number(shape.opacity, 1);
    context.beginPath();
    if (shape.type === "line") {
      context.moveTo(x0!, y0!);
      context.lineTo(x1!, y1!);
    } else if (shape.type === "circle") {
      context.ellipse(
        (x0! + x1!) / 2,
        (y0! + y1!) / 2,
        Math.abs(x1! - x0!) / 2,
        Math.abs(y1! - y0!) / 2,
        0,
        0,
        2 * Math.PI,
      );
    } else {
      context.rect(Math.min(x0!, x1!), Math.min(y0!, y1!), Math.abs(x1! - x0!), Math.abs(y1! - y0!));
    }
    if (shape.type !== "line" && shape.fillcolor) {
      context.fillStyle = string(shape.fillcolor, "transparent");
      context.fill();
    }
    if (width > 0) {
      context.strokeStyle = string(line.color, "#000");
      context.lineWidth = width;
      context.setLineDash(dashPattern(line.dash, width));
      context.stroke();
    }
    context.restore();
  }
}

/** Shapes give values, also on a log axis. */
function shapeAt(stage: Stage, ref: unknown, value: unknown, letter: "x" | "y"): number {
  const axis = stage.axes.get(string(ref, letter));
  return axis?.type === "log" ? axis.toPixel(axis.toLinear(value)) : locate(stage, ref, value, letter);
}

function clipToAxes(stage: Stage, shape: PlotlyObject): void {
  const x = stage.axes.get(string(shape.xref, "x"));
  const y = stage.axes.get(string(shape.yref, "y"));
  if (!x && !y) return;
  stage.context.beginPath();
  stage.context.rect(x?.offset ?? 0, y?.offset ?? 0, x?.length ?? stage.width, y?.length ?? stage.height);
  stage.context.clip();
}
