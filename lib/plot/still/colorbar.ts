// Colour bars: which traces have one, how much room it takes, and its drawing, by plotly.js's colorbar/draw.js (vertical bars).

import type { Axis } from "../axes/axis";
import { axisTicks, type Tick } from "../axes/ticks";
import { drawText, MID_SHIFT, measureText, type TextStyle } from "../text/rich-text";
import type { FigureJson, PlotlyObject, Trace } from "../types";
import { colorMap, css, type Rgba } from "./color";
import { bandColors, contourLevels } from "./contour";
import { zRange } from "./heatmap";
import { boolean, font, list, number, numbers, object, rowsOfNumbers, string, textOf } from "./read";
import { type Area, dashPattern, type Stage } from "./stage";

export interface ColorBar {
  attributes: PlotlyObject;
  range: [number, number];
  colorOf(value: number): Rgba;
  /** Band edges of a filled contour; undefined for a gradient. */
  levels: number[] | undefined;
  line: { width: number; color: string; dash: unknown } | undefined;
  left: number;
  top: number;
  thickness: number;
  length: number;
  axis: Axis;
  ticks: Tick[];
  style: TextStyle;
  title: string;
  titleStyle: TextStyle;
  /** Right edge of everything. */
  right: number;
}

const WITH_SCALE = new Set(["heatmap", "contour", "surface"]);

/** Colour, ends and levels of each trace that shows a colour bar. */
function scaleOf(
  trace: Trace,
): (Pick<ColorBar, "range" | "colorOf" | "levels" | "line"> & { attributes: PlotlyObject }) | undefined {
  const type = trace.type ?? "scatter";
  if (trace.visible === false) return undefined;
  const marker = object(trace.marker);
  if (!WITH_SCALE.has(type)) {
    const values = numbers(marker.color)?.filter(Number.isFinite);
    if (!values || values.length === 0 || typeof list(marker.color)![0] !== "number") return undefined;
    if (!boolean(marker.showscale, marker.colorbar !== undefined)) return undefined;
    const range: [number, number] = [
      number(marker.cmin, Math.min(...values)),
      number(marker.cmax, Math.max(...values)),
    ];
    return {
      range,
      ...gradient(marker, range),
      levels: undefined,
      line: undefined,
      attributes: object(marker.colorbar),
    };
  }
  if (!boolean(trace.showscale, true)) return undefined;
  const attributes = object(trace.colorbar);
  if (type === "surface") {
    const z = rowsOfNumbers(trace.surfacecolor ?? trace.z);
    const whole = zRange({ ...trace, zmin: trace.cmin, zmax: trace.cmax }, z);
    return { range: whole, ...gradient(trace, whole), levels: undefined, line: undefined, attributes };
  }
  const range = zRange(trace, rowsOfNumbers(trace.z));
  const contours = object(trace.contours);
  if (type === "heatmap" || contours.coloring === "heatmap")
    return { range, ...gradient(trace, range), levels: undefined, line: undefined, attributes };
  const { values, start, size } = contourLevels(trace);
  const band = bandColors(trace);
  const shown = boolean(contours.showlines, true) ? number(object(trace.line).width, 0.5) : 0;
  const ends: [number, number] = typeof trace.zmin === "number" ? range : [start - size / 2, values.at(-1)! + size / 2];
  return {
    range: ends,
    colorOf: value => band(Math.round((value - start) / size + 0.5)),
    levels: values,
    line:
      shown > 0
        ? { width: shown, color: string(object(trace.line).color, "#444"), dash: object(trace.line).dash }
        : undefined,
    attributes,
  };
}

function gradient(attributes: PlotlyObject, [low, high]: [number, number]) {
  const map = colorMap(attributes.colorscale, boolean(attributes.reversescale, false));
  return { colorOf: (value: number) => map(high === low ? 0.5 : (value - low) / (high - low)) };
}

/** Open Sans's ascent in em: where a browser's text box begins. */
const ASCENT = 1.069;

export function layColorBars(figure: FigureJson, area: Area, base: TextStyle): ColorBar[] {
  const bars: ColorBar[] = [];
  for (const trace of figure.data) {
    const scale = scaleOf(trace);
    if (!scale) continue;
    const { attributes } = scale;
    const thickness = Math.round(number(attributes.thickness, 30));
    const lengthMode = string(attributes.lenmode, "fraction");
    const length = Math.round(number(attributes.len, 1) * (lengthMode === "fraction" ? area.height : 1));
    const yPad = number(attributes.ypad, 10);
    const x = Math.round(number(attributes.x, 1.02) * area.width + number(attributes.xpad, 10));
    const anchor = { top: 1, middle: 0.5, bottom: 0 }[string(attributes.yanchor, "middle")] ?? 0.5;
    const bottom = Math.round(area.height * (1 - (number(attributes.y, 0.5) - (anchor * length) / area.height)));
    const top = bottom - length + yPad;
    const span = length - 2 * yPad;
    const offset = Math.round(area.top) + Math.round(top);
    const axis: Axis = {
      id: "y",
      letter: "y",
      type: "linear",
      range: scale.range,
      categories: [],
      attributes: { exponentformat: "power", ...attributes },
      offset,
      length: span,
      toLinear: value => Number(value),
      toPixel: value => offset + span - ((value - scale.range[0]) / (scale.range[1] - scale.range[0] || 1)) * span,
    };
    const ticks = colorBarTicks(axis, scale.levels, attributes);
    const style = font(attributes.tickfont, { size: 12, color: base.color });
    const title = textOf(attributes.title);
    const titleStyle = font(object(attributes.title).font, { size: 12, color: base.color });
    const left = Math.round(area.left) + x;
    const labels =
      left +
      thickness +
      labelGap(attributes, style) +
      Math.max(0, ...ticks.map(tick => measureText(tick.text, style).width));
    const right = title ? labels + 2 + titleStyle.size * 1.36 : labels;
    bars.push({ ...scale, left, top: offset, thickness, length: span, axis, ticks, style, title, titleStyle, right });
  }
  return bars;
}

/** Ticks of bands stand on the levels, thinned by plotly.js's rule; gradients tick like any axis. */
function colorBarTicks(axis: Axis, levels: number[] | undefined, attributes: PlotlyObject): Tick[] {
  const count = number(attributes.nticks, 0) || Math.min(Math.max(axis.length / 50, 4), 15) + 1;
  const span = axis.range[1] - axis.range[0];
  if (list(attributes.tickvals)) return axisTicks(axis);
  if (!levels || levels.length < 2) return axisTicks({ ...axis, attributes: { ...axis.attributes, nticks: 0 } });
  const size = levels[1]! - levels[0]!;
  const factor = span / (count * size);
  let step = size;
  if (factor > 1) {
    const power = 10 ** Math.floor(Math.log10(factor));
    const ratio = factor / power;
    step *= power * (ratio < 2 ? 2 : ratio < 5 ? 5 : 10);
  }
  const round = (Math.abs(levels[0]!) / size + 1e-6) % 1 < 2e-6;
  return axisTicks({ ...axis, attributes: { ...axis.attributes, dtick: step, tick0: round ? 0 : levels[0] } });
}

function labelGap(attributes: PlotlyObject, style: TextStyle): number {
  const outside = attributes.ticks === "outside";
  return (
    number(attributes.outlinewidth, 1) / 2 + (outside ? number(attributes.ticklen, 5) + 0.2 * style.size - 1 : 0) + 0.5
  );
}

export function drawColorBars(stage: Stage, bars: readonly ColorBar[]): void {
  for (const bar of bars) drawColorBar(stage, bar);
}

function drawColorBar(stage: Stage, bar: ColorBar): void {
  const { context } = stage;
  const { left, top, thickness, length, axis } = bar;
  if (bar.levels) {
    const edges = [
      bar.range[0],
      ...bar.levels.filter(level => level > bar.range[0] && level < bar.range[1]),
      bar.range[1],
    ];
    for (let i = 0; i + 1 < edges.length; i++) {
      const [low, high] = [Math.round(axis.toPixel(edges[i]!)), Math.round(axis.toPixel(edges[i + 1]!))];
      context.fillStyle = css(bar.colorOf((edges[i]! + edges[i + 1]!) / 2));
      context.fillRect(left, high, thickness, low - high);
    }
  } else {
    const fill = context.createLinearGradient(0, top + length, 0, top);
    for (let i = 0; i <= 32; i++) {
      fill.addColorStop(i / 32, css(bar.colorOf(bar.range[0] + ((bar.range[1] - bar.range[0]) * i) / 32)));
    }
    context.fillStyle = fill;
    context.fillRect(left, top, thickness, length);
  }
  if (bar.line && bar.levels) {
    context.strokeStyle = bar.line.color;
    context.lineWidth = bar.line.width;
    context.setLineDash(dashPattern(bar.line.dash, bar.line.width));
    for (const level of bar.levels) {
      const y = Math.round(axis.toPixel(level)) + ((bar.line.width / 2) % 1);
      if (y < top || y > top + length) continue;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + thickness, y);
      context.stroke();
    }
  }
  const outline = number(bar.attributes.outlinewidth, 1);
  if (outline > 0) {
    context.strokeStyle = string(bar.attributes.outlinecolor, "#444");
    context.lineWidth = outline;
    context.setLineDash([]);
    context.strokeRect(left, top, thickness, length);
  }
  const gap = labelGap(bar.attributes, bar.style);
  let widest = 0;
  for (const tick of bar.ticks) {
    const size = measureText(tick.text, bar.style).width;
    widest = Math.max(widest, size);
    const y = axis.toPixel(tick.value) + bar.style.size * MID_SHIFT;
    drawText(context, tick.text, bar.style, { x: left + thickness + gap, y });
  }
  if (bar.title) {
    const x = left + thickness + gap + widest + 2 + bar.titleStyle.size * ASCENT;
    drawText(context, bar.title, bar.titleStyle, { x, y: top + length / 2, anchor: "middle", rotate: -90 });
  }
}
