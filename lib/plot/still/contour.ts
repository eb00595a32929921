// Contours: levels of a function on a grid as filled bands, lines, or both, by marching squares.
//
// Each cell contributes its polygon above a level to one path per level. Filled in one call, the path shows no seams between cells.

import type { Trace } from "../types";
import { colorMap, css, type Rgba } from "./color";
import { cellCenters, drawHeatmap, zColors } from "./heatmap";
import { boolean, number, object, rowsOfNumbers, string } from "./read";
import { dashPattern, type PlacedTrace, type Stage } from "./stage";

export interface Levels {
  start: number;
  end: number;
  size: number;
  /** Every level from start to end. */
  values: number[];
}

export function contourLevels(trace: Trace): Levels {
  const contours = object(trace.contours);
  const start = number(contours.start, 0);
  const end = number(contours.end, 1);
  const size = number(contours.size, 0.1);
  const values: number[] = [];
  for (let i = 0; start + i * size < end + size / 1e6 && i < 1000; i++) values.push(start + i * size);
  return { start, end, size, values };
}

/** The colour of the band below level `i`; the last band lies above all levels. plotly.js's make_color_map. */
export function bandColors(trace: Trace): (band: number) => Rgba {
  const { values, start, size } = contourLevels(trace);
  const lines = object(trace.contours).coloring === "lines";
  const map = colorMap(trace.colorscale, boolean(trace.reversescale, false));
  const spans = values.length + (lines ? 0 : 1) - 1;
  if (
    typeof trace.zmin === "number" &&
    typeof trace.zmax === "number" &&
    (start <= trace.zmin || number(object(trace.contours).end, 0) >= trace.zmax)
  ) {
    const [low, high] = [Math.max(start, trace.zmin), trace.zmax];
    return band => map((start + (band - 0.5) * size - low) / (high - low || 1));
  }
  return band => map(spans > 0 ? band / spans : 0.5);
}

export function drawContour(stage: Stage, placed: PlacedTrace): void {
  const { trace, x, y } = placed;
  const z = rowsOfNumbers(trace.z);
  const columns = Math.min(...z.map(row => row.length));
  if (z.length < 2 || columns < 2) return;
  const xs = cellCenters(trace, "x", columns, x.toLinear).map(x.toPixel);
  const ys = cellCenters(trace, "y", z.length, y.toLinear).map(y.toPixel);
  const contours = object(trace.contours);
  const coloring = string(contours.coloring, "fill");
  const { values } = contourLevels(trace);
  const colorOf = bandColors(trace);
  const { context } = stage;
  context.save();
  context.globalAlpha = number(trace.opacity, 1);
  if (coloring === "heatmap") drawHeatmap(stage, { ...placed, trace: { ...trace, type: "heatmap", zsmooth: "best" } });
  if (coloring === "fill") {
    context.fillStyle = css(colorOf(0));
    context.fillRect(
      Math.min(xs[0]!, xs.at(-1)!),
      Math.min(ys[0]!, ys.at(-1)!),
      Math.abs(xs.at(-1)! - xs[0]!),
      Math.abs(ys.at(-1)! - ys[0]!),
    );
    values.forEach((level, i) => {
      context.beginPath();
      forEachCell(z, columns, (r, c, corners) => addCellAbove(context, corners, level, xs, ys, r, c));
      context.fillStyle = css(colorOf(i + 1));
      context.fill();
    });
  }
  const line = object(trace.line);
  const width = number(line.width, 0.5);
  if (boolean(contours.showlines, true) && width > 0) {
    context.lineWidth = width;
    context.setLineDash(dashPattern(line.dash, width));
    values.forEach((level, i) => {
      context.strokeStyle = coloring === "lines" ? css(lineColor(trace, z, i, colorOf)) : string(line.color, "#444");
      context.beginPath();
      forEachCell(z, columns, (r, c, corners) => addCellLine(context, corners, level, xs, ys, r, c));
      context.stroke();
    });
  }
  context.restore();
}

function lineColor(trace: Trace, z: number[][], level: number, colorOf: (band: number) => Rgba): Rgba {
  return contourLevels(trace).values.length > 1 ? colorOf(level) : zColors(trace, z)(contourLevels(trace).start);
}

/** Values at the corners of a cell, clockwise from its first row and column. */
type Corners = [number, number, number, number];

function forEachCell(
  z: number[][],
  columns: number,
  visit: (row: number, column: number, corners: Corners) => void,
): void {
  for (let r = 0; r + 1 < z.length; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const corners: Corners = [z[r]![c]!, z[r]![c + 1]!, z[r + 1]![c + 1]!, z[r + 1]![c]!];
      if (corners.every(Number.isFinite)) visit(r, c, corners);
    }
  }
}

/** Column and row offsets of the corners. */
const CORNERS: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

function cornerPoint(i: number, xs: number[], ys: number[], r: number, c: number): [number, number] {
  const [dc, dr] = CORNERS[i]!;
  return [xs[c + dc]!, ys[r + dr]!];
}

/** Where the level crosses the edge between corners i and i + 1. */
function crossing(
  i: number,
  corners: Corners,
  level: number,
  xs: number[],
  ys: number[],
  r: number,
  c: number,
): [number, number] {
  const j = (i + 1) % 4;
  const t = (level - corners[i]!) / (corners[j]! - corners[i]!);
  const [ax, ay] = cornerPoint(i, xs, ys, r, c);
  const [bx, by] = cornerPoint(j, xs, ys, r, c);
  return [ax + (bx - ax) * t, ay + (by - ay) * t];
}

/** A cell with two opposite corners above: joined through the middle when the mean is above too. */
function isSplitSaddle(corners: Corners, level: number): boolean {
  const above = corners.map(value => value >= level);
  const saddle = above[0] === above[2] && above[1] === above[3] && above[0] !== above[1];
  return saddle && (corners[0] + corners[1] + corners[2] + corners[3]) / 4 < level;
}

function addCellAbove(
  context: Stage["context"],
  corners: Corners,
  level: number,
  xs: number[],
  ys: number[],
  r: number,
  c: number,
): void {
  const points: [number, number][] = [];
  const split = isSplitSaddle(corners, level);
  for (let i = 0; i < 4; i++) {
    const here = corners[i]! >= level;
    const next = corners[(i + 1) % 4]! >= level;
    if (here) points.push(cornerPoint(i, xs, ys, r, c));
    if (here !== next) points.push(crossing(i, corners, level, xs, ys, r, c));
    // Leaving the first of two separate corners closes its triangle.
    if (split && here && !next) {
      const before = crossing((i + 3) % 4, corners, level, xs, ys, r, c);
      addPolygon(context, [before, cornerPoint(i, xs, ys, r, c), crossing(i, corners, level, xs, ys, r, c)]);
    }
  }
  if (!split && points.length > 2) addPolygon(context, points);
}

function addPolygon(context: Stage["context"], points: [number, number][]): void {
  points.forEach(([px, py], i) => {
    if (i === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
  });
  context.closePath();
}

function addCellLine(
  context: Stage["context"],
  corners: Corners,
  level: number,
  xs: number[],
  ys: number[],
  r: number,
  c: number,
): void {
  const crossings: [number, number][] = [];
  for (let i = 0; i < 4; i++) {
    if (corners[i]! >= level !== corners[(i + 1) % 4]! >= level)
      crossings.push(crossing(i, corners, level, xs, ys, r, c));
  }
  if (crossings.length === 2) {
    context.moveTo(...crossings[0]!);
    context.lineTo(...crossings[1]!);
  } else if (crossings.length === 4) {
    // Around the corners that stand alone: those above when the middle is below, else those below.
    const firstAlone = corners[0] >= level === isSplitSaddle(corners, level);
    const order = firstAlone ? [3, 0, 1, 2] : [0, 1, 2, 3];
    context.moveTo(...crossings[order[0]!]!);
    context.lineTo(...crossings[order[1]!]!);
    context.moveTo(...crossings[order[2]!]!);
    context.lineTo(...crossings[order[3]!]!);
  }
}
