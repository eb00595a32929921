// Heat maps: cells of a grid coloured by value, with or without a text in each.

import type { Axis } from "../axes/axis";
import { pixelCanvas } from "../text/fonts";
import { drawText, LINE_SPACING } from "../text/rich-text";
import type { Trace } from "../types";
import { colorMap, css, type Rgba } from "./color";
import { drawStretched } from "./image";
import { boolean, font, isObject, list, number, rowsOfNumbers, string } from "./read";
import { crisp, type PlacedTrace, type Stage } from "./stage";

/** The middles of columns or rows, in linear units. */
export function cellCenters(
  trace: Trace,
  letter: "x" | "y",
  count: number,
  toLinear: (value: unknown) => number,
): number[] {
  const given = list(trace[letter]);
  if (given) return given.map(toLinear);
  return Array.from({ length: count }, (_, i) => number(trace[`${letter}0`], 0) + i * number(trace[`d${letter}`], 1));
}

/** Edges between cells: halfway between middles, or the middles themselves where there is one more of them. */
export function cellEdges(centers: number[], count: number): number[] {
  if (centers.length === count + 1) return centers;
  if (count === 1) return [centers[0]! - 0.5, centers[0]! + 0.5];
  const edges = [centers[0]! - (centers[1]! - centers[0]!) / 2];
  for (let i = 1; i < count; i++) edges.push((centers[i - 1]! + centers[i]!) / 2);
  edges.push(centers[count - 1]! + (centers[count - 1]! - centers[count - 2]!) / 2);
  return edges;
}

/** The ends of a trace's colour scale. */
export function zRange(trace: Trace, z: number[][]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const row of z) {
    for (const value of row) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) [low, high] = [0, 1];
  const middle = trace.zmid;
  if (typeof middle === "number" && trace.zmin === undefined) {
    const reach = Math.max(high - middle, middle - low);
    [low, high] = [middle - reach, middle + reach];
  }
  return [number(trace.zmin, low), number(trace.zmax, high)];
}

export function zColors(trace: Trace, z: number[][]): (value: number) => Rgba {
  const [low, high] = zRange(trace, z);
  const map = colorMap(trace.colorscale, boolean(trace.reversescale, false));
  return value => map(high === low ? 0.5 : (value - low) / (high - low));
}

export function drawHeatmap(stage: Stage, { trace, x, y }: PlacedTrace): void {
  const z = rowsOfNumbers(trace.z);
  const columns = Math.max(0, ...z.map(row => row.length));
  if (columns === 0) return;
  const xs = cellEdges(cellCenters(trace, "x", columns, x.toLinear), columns).map(x.toPixel);
  const ys = cellEdges(cellCenters(trace, "y", z.length, y.toLinear), z.length).map(y.toPixel);
  const colorOf = zColors(trace, z);
  const { context } = stage;
  context.save();
  context.globalAlpha = number(trace.opacity, 1);
  const [gapX, gapY] = [number(trace.xgap, 0), number(trace.ygap, 0)];
  // With gaps plotly.js paints whole pixels, the odd one of a gap after its cell; without, it stretches a picture of the cells.
  const whole = gapX > 0 || gapY > 0;
  const snap = (value: number, axis: Axis) =>
    whole ? axis.offset + Math.round(value - axis.offset) : crisp(stage, value);
  if (trace.zsmooth === "fast" || trace.zsmooth === "best") {
    drawSmooth(stage, z, columns, colorOf, xs, ys);
  } else {
    z.forEach((row, r) => {
      row.forEach((value, c) => {
        if (!Number.isFinite(value)) return;
        const [left, right] = [xs[c]!, xs[c + 1]!].map(edge => snap(edge, x)).sort((a, b) => a - b) as [number, number];
        const [top, bottom] = [ys[r]!, ys[r + 1]!].map(edge => snap(edge, y)).sort((a, b) => a - b) as [number, number];
        context.fillStyle = css(colorOf(value));
        context.fillRect(
          left + Math.floor(gapX / 2),
          top + Math.floor(gapY / 2),
          right - left - gapX,
          bottom - top - gapY,
        );
      });
    });
  }
  context.restore();
  if (typeof trace.texttemplate === "string" && trace.texttemplate !== "")
    drawCellTexts(stage, trace, z, x, y, colorOf);
}

function drawSmooth(
  stage: Stage,
  z: number[][],
  columns: number,
  colorOf: (value: number) => Rgba,
  xs: number[],
  ys: number[],
): void {
  const rgba = new Uint8ClampedArray(columns * z.length * 4);
  z.forEach((row, r) => {
    row.forEach((value, c) => {
      if (!Number.isFinite(value)) return;
      const [red, green, blue, alpha] = colorOf(value);
      rgba.set([red, green, blue, alpha * 255], (r * columns + c) * 4);
    });
  });
  const picture = pixelCanvas(rgba, columns, z.length);
  drawStretched(stage, picture, xs[0]!, ys[0]!, xs.at(-1)! - xs[0]!, ys.at(-1)! - ys[0]!, true);
}

/** White on dark, dark grey on light, as plotly.js's Color.contrast decides. */
export function contrastColor([r, g, b]: Rgba): string {
  return (r * 299 + g * 587 + b * 114) / 1000 < 128 ? "#fff" : "#444";
}

function drawCellTexts(
  stage: Stage,
  trace: Trace,
  z: number[][],
  x: Axis,
  y: Axis,
  colorOf: (value: number) => Rgba,
): void {
  const columns = Math.max(...z.map(row => row.length));
  const xs = cellCenters(trace, "x", columns, x.toLinear).map(x.toPixel);
  const ys = cellCenters(trace, "y", z.length, y.toLinear).map(y.toPixel);
  const texts = list(trace.text);
  const template = string(trace.texttemplate, "");
  const style = font(trace.textfont, stage.font);
  const fixed = isObject(trace.textfont) && typeof trace.textfont.color === "string";
  z.forEach((row, r) => {
    row.forEach((value, c) => {
      if (!Number.isFinite(value)) return;
      const own = string(list(texts?.[r])?.[c], "");
      const text = template.replace("%{text}", own).replace("%{z}", String(value));
      if (text === "") return;
      const color = fixed ? style.color : contrastColor(colorOf(value));
      const lines = text.split(/<br>|\n/).length;
      const baseline = y.offset + Math.round(ys[r]! - y.offset) - style.size * ((lines * LINE_SPACING) / 2 - 1);
      const middle = x.offset + Math.round(xs[c]! - x.offset);
      drawText(stage.context, text, { ...style, color }, { x: middle, y: baseline, anchor: "middle" });
    });
  });
}
