// Box and violin plots: their statistics and their drawing, by plotly.js's rules (quartiles interpolated, whiskers to the last value
// within 1.5 interquartile ranges, densities by a Gaussian kernel with Silverman's bandwidth).

import type { Trace } from "../types";
import { withAlpha } from "./color";
import { drawMarker } from "./markers";
import { boolean, list, number, numbers, object, string, toNumber } from "./read";
import type { PlacedTrace, Stage } from "./stage";

export interface Group {
  /** Category or number at which the box stands; undefined for the trace's own name. */
  at: unknown;
  values: number[];
}

export function isHorizontalBox(trace: Trace): boolean {
  return trace.orientation === "h" || (trace.y === undefined && trace.x !== undefined && trace.q1 === undefined);
}

/** One group of values per box. */
export function boxGroups(trace: Trace): Group[] {
  const [value, position] = isHorizontalBox(trace) ? (["x", "y"] as const) : (["y", "x"] as const);
  const values = numbers(trace[value]) ?? [];
  const positions = list(trace[position]);
  if (!positions) return [{ at: undefined, values: values.filter(Number.isFinite) }];
  const groups = new Map<string, Group>();
  values.forEach((one, i) => {
    const at = positions[i];
    const key = String(at);
    if (!groups.has(key)) groups.set(key, { at, values: [] });
    if (Number.isFinite(one)) groups.get(key)!.values.push(one);
  });
  return [...groups.values()];
}

export interface BoxStatistics {
  q1: number;
  median: number;
  q3: number;
  lowerFence: number;
  upperFence: number;
  mean: number;
  outliers: number[];
}

/** The value at a fraction of a sorted list, as plotly.js's Lib.interp does it. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const at = fraction * sorted.length - 0.5;
  if (at < 0) return sorted[0]!;
  if (at > sorted.length - 1) return sorted.at(-1)!;
  const share = at % 1;
  return share * sorted[Math.ceil(at)]! + (1 - share) * sorted[Math.floor(at)]!;
}

export function boxStatistics(values: readonly number[]): BoxStatistics {
  const sorted = [...values].sort((a, b) => a - b);
  const [q1, median, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter(value => value >= q1 - reach && value <= q3 + reach);
  const lowerFence = Math.min(q1, inside[0] ?? q1);
  const upperFence = Math.max(q3, inside.at(-1) ?? q3);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return {
    q1,
    median,
    q3,
    lowerFence,
    upperFence,
    mean,
    outliers: sorted.filter(value => value < lowerFence || value > upperFence),
  };
}

/** Statistics given in the trace itself, or computed from its values: with the positions of each box. */
export function traceBoxes(trace: Trace): { at: unknown; statistics: BoxStatistics }[] {
  const q1 = numbers(trace.q1);
  if (!q1)
    return boxGroups(trace)
      .filter(group => group.values.length > 0)
      .map(group => ({ at: group.at, statistics: boxStatistics(group.values) }));
  const horizontal = isHorizontalBox(trace);
  const positions = list(horizontal ? trace.y : trace.x);
  const samples = list(horizontal ? trace.x : trace.y);
  return q1.map((first, i) => {
    const median = numbers(trace.median)![i]!;
    const q3 = numbers(trace.q3)![i]!;
    const lowerFence = numbers(trace.lowerfence)?.[i] ?? first;
    const upperFence = numbers(trace.upperfence)?.[i] ?? q3;
    const outliers = (numbers(samples?.[i]) ?? []).filter(value => value < lowerFence || value > upperFence);
    return {
      at: positions?.[i],
      statistics: { q1: first, median, q3, lowerFence, upperFence, mean: numbers(trace.mean)?.[i] ?? median, outliers },
    };
  });
}

/** Middles and half-widths of boxes in linear units of their axis. */
function slots(placed: readonly PlacedTrace[], stage: Stage, kind: "box" | "violin") {
  const horizontal = isHorizontalBox(placed[0]!.trace);
  const axis = horizontal ? placed[0]!.y : placed[0]!.x;
  const grouped = stage.layout[`${kind}mode`] === "group" && placed.length > 1;
  const share = 1 - number(stage.layout[`${kind}gap`], 0.3);
  const groupShare = 1 - number(stage.layout[`${kind}groupgap`], 0.3);
  const half = grouped ? (0.5 * share * groupShare) / placed.length : 0.5 * share * groupShare;
  return placed.map((one, index) => ({
    half: typeof one.trace.width === "number" && one.trace.width > 0 ? one.trace.width / 2 : half,
    middleOf: (at: unknown) =>
      axis.toLinear(at ?? (axis.type === "category" ? one.trace.name : index)) +
      (grouped ? (-0.5 + (0.5 + index) / placed.length) * share : 0),
  }));
}

export function drawBoxes(stage: Stage, placed: readonly PlacedTrace[]): void {
  const laid = slots(placed, stage, "box");
  placed.forEach(({ trace, x, y, color }, index) => {
    const horizontal = isHorizontalBox(trace);
    const [along, across] = horizontal ? [y, x] : [x, y];
    const { context } = stage;
    const line = object(trace.line);
    const lineColor = string(line.color, string(object(trace.marker).color, color));
    const width = number(line.width, 2);
    context.save();
    context.globalAlpha = number(trace.opacity, 1);
    for (const { at, statistics } of traceBoxes(trace)) {
      const middle = laid[index]!.middleOf(at);
      const [p0, p1, center] = [middle - laid[index]!.half, middle + laid[index]!.half, middle].map(along.toPixel) as [
        number,
        number,
        number,
      ];
      const whisker = number(trace.whiskerwidth, 0.5) * laid[index]!.half;
      const [w0, w1] = [middle - whisker, middle + whisker].map(along.toPixel) as [number, number];
      const value = (v: number) => across.toPixel(across.toLinear(v));
      const [q1, q3, median] = [value(statistics.q1), value(statistics.q3), value(statistics.median)];
      const [low, high] = [value(statistics.lowerFence), value(statistics.upperFence)];
      const path = pen(stage, horizontal);
      context.beginPath();
      path.move(p0, q1).line(p1, q1).line(p1, q3).line(p0, q3).close();
      context.fillStyle = string(trace.fillcolor, withAlpha(lineColor, 0.5));
      context.fill();
      context.strokeStyle = lineColor;
      context.lineWidth = width;
      context.lineJoin = "miter";
      context.setLineDash([]);
      path.move(p0, median).line(p1, median);
      path.move(center, q1).line(center, low).move(center, q3).line(center, high);
      if (whisker > 0) path.move(w0, low).line(w1, low).move(w0, high).line(w1, high);
      context.stroke();
      if (trace.boxmean === true) {
        context.setLineDash([width * 2, width]);
        context.beginPath();
        path.move(p0, value(statistics.mean)).line(p1, value(statistics.mean));
        context.stroke();
      }
      if (trace.boxpoints !== false)
        drawOutliers(
          stage,
          trace,
          statistics.outliers,
          center,
          value,
          horizontal,
          string(object(trace.marker).color, lineColor),
        );
    }
    context.restore();
  });
}

function drawOutliers(
  stage: Stage,
  trace: Trace,
  outliers: number[],
  center: number,
  value: (v: number) => number,
  horizontal: boolean,
  color: string,
): void {
  const marker = object(trace.marker);
  const previous = stage.context.globalAlpha;
  stage.context.globalAlpha = previous * number(marker.opacity, 1);
  for (const outlier of outliers) {
    const along = value(outlier);
    drawMarker(stage.context, horizontal ? along : center, horizontal ? center : along, {
      symbol: string(marker.symbol, "circle"),
      size: number(marker.size, 6),
      color,
      lineColor: color,
      lineWidth: 0,
    });
  }
  stage.context.globalAlpha = previous;
}

/** A pen that takes (position, value) and swaps them for horizontal boxes. */
function pen({ context }: Stage, horizontal: boolean) {
  const self = {
    move(position: number, value: number) {
      context.moveTo(horizontal ? value : position, horizontal ? position : value);
      return self;
    },
    line(position: number, value: number) {
      context.lineTo(horizontal ? value : position, horizontal ? position : value);
      return self;
    },
    close() {
      context.closePath();
      return self;
    },
  };
  return self;
}

export interface Density {
  /** Values at which the density is known, and the density there. */
  at: number[];
  density: number[];
}

/** Gaussian kernel density over the values' span and two bandwidths beyond. */
export function kernelDensity(values: readonly number[], given?: number): Density {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const span = high - low;
  if (span === 0) return { at: [low], density: [1] };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const deviation = Math.sqrt(
    sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(sorted.length - 1, 1),
  );
  const iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const silverman = 1.059 * Math.min(deviation, iqr / 1.349) * sorted.length ** -0.2;
  const bandwidth = given ? Math.max(given, span / 1e4) : Math.max(silverman, span / 100);
  const [start, end] = [low - 2 * bandwidth, high + 2 * bandwidth];
  const count = Math.ceil((end - start) / (bandwidth / 3));
  const factor = 1 / (sorted.length * bandwidth * Math.sqrt(2 * Math.PI));
  const at = Array.from({ length: count + 1 }, (_, i) => start + ((end - start) * i) / count);
  const density = at.map(
    t => factor * sorted.reduce((sum, value) => sum + Math.exp(-0.5 * ((t - value) / bandwidth) ** 2), 0),
  );
  return { at, density };
}

export function drawViolins(stage: Stage, placed: readonly PlacedTrace[]): void {
  const laid = slots(placed, stage, "violin");
  placed.forEach(({ trace, x, y, color }, index) => {
    const horizontal = isHorizontalBox(trace);
    const [along, across] = horizontal ? [y, x] : [x, y];
    const { context } = stage;
    const line = object(trace.line);
    const lineColor = string(line.color, string(object(trace.marker).color, color));
    const groups = boxGroups(trace).filter(group => group.values.length > 0);
    const bandwidth = toNumber(trace.bandwidth);
    const densities = groups.map(group =>
      kernelDensity(group.values, Number.isFinite(bandwidth) ? bandwidth : undefined),
    );
    const peak = Math.max(...densities.flatMap(one => one.density));
    context.save();
    context.globalAlpha = number(trace.opacity, 1);
    groups.forEach((group, g) => {
      const middle = laid[index]!.middleOf(group.at);
      const { at, density } = densities[g]!;
      const path = pen(stage, horizontal);
      const sides = string(trace.side, "both");
      const point = (i: number, sign: number): [number, number] => [
        along.toPixel(middle + (sign * density[i]! * laid[index]!.half) / peak),
        across.toPixel(across.toLinear(at[i]!)),
      ];
      context.beginPath();
      const positive = sides !== "negative" ? 1 : 0;
      const negative = sides !== "positive" ? -1 : 0;
      for (let i = 0; i < at.length; i++) path.line(...point(i, positive));
      for (let i = at.length - 1; i >= 0; i--) path.line(...point(i, negative));
      path.close();
      context.fillStyle = string(trace.fillcolor, withAlpha(lineColor, 0.5));
      context.fill();
      context.strokeStyle = lineColor;
      context.lineWidth = number(line.width, 2);
      context.setLineDash([]);
      context.stroke();
      const box = object(trace.box);
      const statistics = boxStatistics(group.values);
      if (boolean(box.visible, false))
        drawInnerBox(
          stage,
          trace,
          statistics,
          middle,
          laid[index]!.half * number(box.width, 0.25),
          along.toPixel,
          v => across.toPixel(across.toLinear(v)),
          horizontal,
        );
      const mean = object(trace.meanline);
      if (boolean(mean.visible, false)) {
        const v = across.toPixel(across.toLinear(statistics.mean));
        const reach = (nearestDensity(at, density, statistics.mean) / peak) * laid[index]!.half;
        context.strokeStyle = string(mean.color, lineColor);
        context.lineWidth = number(mean.width, number(line.width, 2));
        context.setLineDash([context.lineWidth * 2, context.lineWidth]);
        context.beginPath();
        path.move(along.toPixel(middle - reach), v).line(along.toPixel(middle + reach), v);
        context.stroke();
      }
    });
    context.restore();
  });
}

function nearestDensity(at: number[], density: number[], value: number): number {
  let best = 0;
  for (let i = 1; i < at.length; i++) if (Math.abs(at[i]! - value) < Math.abs(at[best]! - value)) best = i;
  return density[best]!;
}

function drawInnerBox(
  stage: Stage,
  trace: Trace,
  statistics: BoxStatistics,
  middle: number,
  half: number,
  position: (linear: number) => number,
  value: (v: number) => number,
  horizontal: boolean,
): void {
  const { context } = stage;
  const box = object(trace.box);
  const outline = object(box.line);
  const line = object(trace.line);
  const path = pen(stage, horizontal);
  const [p0, p1, center] = [position(middle - half), position(middle + half), position(middle)];
  const [q1, q3, median] = [value(statistics.q1), value(statistics.q3), value(statistics.median)];
  context.beginPath();
  path.move(p0, q1).line(p1, q1).line(p1, q3).line(p0, q3).close();
  context.fillStyle = string(box.fillcolor, string(trace.fillcolor, "transparent"));
  context.fill();
  context.strokeStyle = string(outline.color, string(line.color, "#444"));
  context.lineWidth = number(outline.width, number(line.width, 2));
  context.setLineDash([]);
  path.move(p0, median).line(p1, median);
  path
    .move(center, q1)
    .line(center, value(statistics.lowerFence))
    .move(center, q3)
    .line(center, value(statistics.upperFence));
  context.stroke();
}
