// Grid, axis lines, ticks, labels and axis titles: geometry by plotly.js's axes.js.

import { type Axis, isVisible } from "../axes/axis";
import { axisTicks, type Tick } from "../axes/ticks";
import { CAP_SHIFT, drawText, LINE_SPACING, MID_SHIFT, measureText, type TextStyle } from "../text/rich-text";
import { boolean, font, number, object, string, textOf } from "./read";
import { crispLine, type Stage } from "./stage";

/** Open Sans reaches this far below its baseline, in em: what plotly.js measures around tick labels. */
const DESCENT = 0.29;

export function lineWidth(axis: Axis): number {
  return boolean(axis.attributes.showline, false) ? number(axis.attributes.linewidth, 1) : 0;
}

export function tickLength(axis: Axis): number {
  return axis.attributes.ticks === "outside" ? number(axis.attributes.ticklen, 5) : 0;
}

export function tickFont(axis: Axis, base: TextStyle): TextStyle {
  return font(axis.attributes.tickfont, { size: base.size, color: base.color });
}

/** From the axis line to the text of the labels (plotly.js's makeLabelFns). */
function labelStandoff(axis: Axis, style: TextStyle): number {
  const outside = axis.attributes.ticks === "outside";
  const gap = outside || boolean(axis.attributes.showline, false) ? 0.2 * style.size : 0;
  return tickLength(axis) + gap + number(axis.attributes.linewidth, 1) / 2;
}

/** The angle of an x axis's labels: as given, else turned when they would overlap, as plotly.js turns them (30, then 90 degrees). */
export function labelAngle(axis: Axis, ticks: Tick[], style: TextStyle): number {
  const given = axis.attributes.tickangle;
  if (typeof given === "number") return given;
  if (axis.letter === "y" || ticks.length < 2) return 0;
  const boxes = ticks.map(tick => {
    const size = measureText(tick.text, { ...style, size: style.size * tick.fontScale });
    const middle = axis.toPixel(tick.value);
    return [middle - size.width / 2 - 2, middle + size.width / 2 + 2] as const;
  });
  const overlaps = boxes.some(([left], i) => i > 0 && left < boxes[i - 1]![1]);
  if (!overlaps) return 0;
  const spacing = Math.abs(axis.toPixel(ticks[1]!.value) - axis.toPixel(ticks[0]!.value));
  return spacing * Math.sin(Math.PI / 6) >= style.size * 1.25 ? 30 : 90;
}

/** How far labels reach away from the axis line, in pixels. */
export function labelDepth(axis: Axis, ticks: Tick[], style: TextStyle): number {
  if (!boolean(axis.attributes.showticklabels, true) || ticks.length === 0) return tickLength(axis);
  const sizes = ticks.map(tick => measureText(tick.text, { ...style, size: style.size * tick.fontScale }));
  const widest = Math.max(...sizes.map((size, i) => size.width - (ticks[i]!.dx ?? 0) * style.size));
  const standoff = labelStandoff(axis, style);
  if (axis.letter === "y") return standoff + widest;
  const angle = (Math.abs(labelAngle(axis, ticks, style)) * Math.PI) / 180;
  const lines = Math.max(...sizes.map(size => size.lines));
  const tall = style.size * (1 + DESCENT + (lines - 1) * LINE_SPACING);
  return standoff + tall * Math.cos(angle) + widest * Math.sin(angle);
}

/** How far an axis reaches away from its line with its title. */
export function axisDepth(axis: Axis, base: TextStyle): number {
  if (!isVisible(axis)) return 0;
  const ticks = axisTicks(axis);
  const depth = labelDepth(axis, ticks, tickFont(axis, base));
  const title = textOf(axis.attributes.title);
  if (!title) return depth;
  const style = font(object(axis.attributes.title).font, { size: base.size * 1.2, color: base.color });
  const lines = title.split(/<br>|\n/).length;
  return (
    depth +
    number(object(axis.attributes.title).standoff, 10) +
    style.size * (CAP_SHIFT + DESCENT + (lines - 1) * LINE_SPACING)
  );
}

/** The pixel of the axis line: at its counter axis's end, or at the position it names. */
function linePosition(stage: Stage, axis: Axis): { position: number; outward: 1 | -1 } {
  const side = string(axis.attributes.side, axis.letter === "x" ? "bottom" : "left");
  const anchor = axis.attributes.anchor;
  const counter = stage.axes.get(
    typeof anchor === "string" ? anchor : axis.id.replace(/^[xy]/, axis.letter === "x" ? "y" : "x"),
  );
  const half = lineWidth(axis) / 2;
  const free = anchor === "free" || !counter;
  const area = stage.area;
  if (axis.letter === "x") {
    const top = free ? area.top : counter.offset;
    const bottom = free ? area.top + area.height : counter.offset + counter.length;
    return side === "top" ? { position: top - half, outward: -1 } : { position: bottom + half, outward: 1 };
  }
  const left = free ? area.left : counter.offset;
  const right = free ? area.left + area.width : counter.offset + counter.length;
  return side === "right" ? { position: right + half, outward: 1 } : { position: left - half, outward: -1 };
}

/** Grid and zero lines, below the traces. */
export function drawGrid(stage: Stage, axis: Axis): void {
  if (!isVisible(axis)) return;
  const counter = counterOf(stage, axis);
  const ticks = axisTicks(axis);
  const along = (pixel: number, width: number, color: string) =>
    axis.letter === "x"
      ? crispLine(stage, [pixel, counter.offset], [pixel, counter.offset + counter.length], width, color)
      : crispLine(stage, [counter.offset, pixel], [counter.offset + counter.length, pixel], width, color);
  const zero = boolean(axis.attributes.zeroline, true) && axis.type === "linear" && axis.range[0] * axis.range[1] <= 0;
  if (boolean(axis.attributes.showgrid, axis.type !== "category")) {
    for (const tick of ticks) {
      const pixel = axis.toPixel(tick.value);
      const inside = pixel > axis.offset + 1 && pixel < axis.offset + axis.length - 1;
      if (!inside || (zero && tick.value === 0)) continue;
      along(pixel, number(axis.attributes.gridwidth, 1), string(axis.attributes.gridcolor, "#eee"));
    }
  }
  const origin = axis.toPixel(0);
  if (zero && origin > axis.offset + 1 && origin < axis.offset + axis.length - 1) {
    along(origin, number(axis.attributes.zerolinewidth, 1), string(axis.attributes.zerolinecolor, "#444"));
  }
}

export function counterOf(stage: Stage, axis: Axis): { offset: number; length: number } {
  const anchor = axis.attributes.anchor;
  const named = typeof anchor === "string" ? stage.axes.get(anchor) : undefined;
  const same = stage.axes.get(axis.id.replace(/^[xy]/, axis.letter === "x" ? "y" : "x"));
  const { left, top, width, height } = stage.area;
  return named ?? same ?? (axis.letter === "x" ? { offset: top, length: height } : { offset: left, length: width });
}

/** Axis line, ticks, labels and title, above the traces. */
export function drawAxis(stage: Stage, axis: Axis): void {
  if (!isVisible(axis)) return;
  const { position, outward } = linePosition(stage, axis);
  const width = lineWidth(axis);
  const horizontal = axis.letter === "x";
  const lineColor = string(axis.attributes.linecolor, "#444");
  if (width > 0) {
    // The ends meet the other axis's line at the corner.
    const [from, to] = [axis.offset - (horizontal ? width : 0), axis.offset + axis.length + (horizontal ? 0 : 0)];
    if (horizontal) crispLine(stage, [from, position], [to, position], width, lineColor);
    else crispLine(stage, [position, from], [position, to], width, lineColor);
  }
  const ticks = axisTicks(axis).filter(tick => onAxis(axis, tick));
  const length = tickLength(axis);
  if (length > 0) {
    const pad = number(axis.attributes.linewidth, 1) / 2;
    const color = string(axis.attributes.tickcolor, "#444");
    for (const tick of ticks) {
      const pixel = axis.toPixel(tick.value);
      const start = position + pad * outward;
      const end = start + length * outward;
      if (horizontal) crispLine(stage, [pixel, start], [pixel, end], number(axis.attributes.tickwidth, 1), color);
      else crispLine(stage, [start, pixel], [end, pixel], number(axis.attributes.tickwidth, 1), color);
    }
  }
  const style = tickFont(axis, stage.font);
  if (boolean(axis.attributes.showticklabels, true)) drawLabels(stage, axis, ticks, style, position, outward);
  drawAxisTitle(stage, axis, ticks, style, position, outward);
}

function onAxis(axis: Axis, tick: Tick): boolean {
  const pixel = axis.toPixel(tick.value);
  return pixel >= axis.offset - 1 && pixel <= axis.offset + axis.length + 1;
}

function drawLabels(
  stage: Stage,
  axis: Axis,
  ticks: Tick[],
  style: TextStyle,
  position: number,
  outward: 1 | -1,
): void {
  const standoff = labelStandoff(axis, style);
  const angle = labelAngle(axis, ticks, style);
  for (const tick of ticks) {
    const size = style.size * tick.fontScale;
    const pixel = axis.toPixel(tick.value);
    const text = { ...style, size };
    // Lines below the first: y labels are centred as a whole, those of an x axis at the top grow upwards.
    const below = (tick.text.split("<br>").length - 1) * LINE_SPACING * size;
    if (axis.letter === "y") {
      drawText(stage.context, tick.text, text, {
        x: position + standoff * outward + (tick.dx ?? 0) * style.size,
        y: pixel + size * MID_SHIFT - below / 2,
        anchor: outward < 0 ? "end" : "start",
      });
      continue;
    }
    const baseline = position + standoff * outward + (outward > 0 ? size : -0.2 * size);
    if (angle === 0) {
      drawText(stage.context, tick.text, text, {
        x: pixel + (tick.dx ?? 0) * style.size,
        y: baseline + (tick.dy ?? 0) * style.size - (outward > 0 ? 0 : below),
        anchor: "middle",
      });
    } else {
      // plotly.js turns a label about a point half its size above the baseline it would have unturned.
      const upright = Math.abs(angle) === 90;
      const theta = (angle * Math.PI) / 180;
      const anchor = angle * outward < 0 ? "end" : "start";
      const pivot = position + standoff * outward + (upright ? 0 : outward > 0 ? size / 2 : -0.7 * size);
      const x = pixel + (upright ? (MID_SHIFT / 2) * size * (angle / 90) : 0) - (Math.sin(theta) * size) / 2;
      const y = pivot + (Math.cos(theta) * size) / 2;
      drawText(stage.context, tick.text, text, { x, y, anchor, rotate: angle });
    }
  }
}

function drawAxisTitle(
  stage: Stage,
  axis: Axis,
  ticks: Tick[],
  labels: TextStyle,
  position: number,
  outward: 1 | -1,
): void {
  const title = object(axis.attributes.title);
  const text = textOf(axis.attributes.title);
  if (!text) return;
  const style = font(title.font, { size: Math.round(stage.font.size * 1.2), color: stage.font.color });
  const depth = labelDepth(axis, ticks, labels);
  const extra = (text.split(/<br>|\n/).length - 1) * LINE_SPACING;
  const far = outward > 0 ? CAP_SHIFT : MID_SHIFT + extra;
  const away = depth + number(title.standoff, 10) + style.size * far;
  const middle = axis.offset + axis.length / 2;
  if (axis.letter === "x") {
    drawText(stage.context, text, style, { x: middle, y: position + away * outward, anchor: "middle" });
  } else {
    drawText(stage.context, text, style, { x: position + away * outward, y: middle, anchor: "middle", rotate: -90 });
  }
}
