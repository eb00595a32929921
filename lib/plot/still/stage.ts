// What every part of the still renderer draws on: the canvas, the figure, where its axes lie, and the theme's colours.

import type { Axis } from "../axes/axis";
import type { Drawing } from "../text/fonts";
import type { FigureJson, PlotlyObject, Trace } from "../types";

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Stage {
  context: Drawing;
  figure: FigureJson;
  /** Template laid under the layout. */
  layout: PlotlyObject;
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  scale: number;
  /** The plot area inside the margins. */
  area: Area;
  axes: Map<string, Axis>;
  font: { size: number; color: string; weight: number };
  colorway: string[];
  /** Pictures named by data URI, decoded before drawing begins. */
  pictures: Map<string, CanvasImageSource>;
}

/** Anything that the canvas can draw: an image or another canvas. */
export type CanvasImageSource = Parameters<Drawing["drawImage"]>[0];

/** A trace on its axes, with the colour the colorway gives it. */
export interface PlacedTrace {
  trace: Trace;
  x: Axis;
  y: Axis;
  color: string;
}

/** To the nearest device pixel, as `shape-rendering: crispEdges` does. */
export function crisp(stage: Stage, value: number): number {
  return Math.round(value * stage.scale) / stage.scale;
}

/** A straight horizontal or vertical line without blur. */
export function crispLine(
  stage: Stage,
  from: [number, number],
  to: [number, number],
  width: number,
  color: string,
): void {
  const { context } = stage;
  const half = width / 2;
  const vertical = from[0] === to[0];
  const left = crisp(stage, Math.min(from[0], to[0]) - (vertical ? half : 0));
  const right = crisp(stage, Math.max(from[0], to[0]) + (vertical ? half : 0));
  const top = crisp(stage, Math.min(from[1], to[1]) - (vertical ? 0 : half));
  const bottom = crisp(stage, Math.max(from[1], to[1]) + (vertical ? 0 : half));
  context.fillStyle = color;
  context.fillRect(left, top, Math.max(right - left, 1 / stage.scale), Math.max(bottom - top, 1 / stage.scale));
}

/** plotly.js's dash names as canvas dash lengths for a line of this width. */
export function dashPattern(dash: unknown, width: number): number[] {
  if (typeof dash !== "string" || dash === "solid") return [];
  const unit = Math.max(width, 3);
  const patterns: Record<string, number[]> = {
    dot: [1, 1],
    dash: [3, 3],
    longdash: [5, 5],
    dashdot: [3, 1, 1, 1],
    longdashdot: [5, 2, 1, 2],
  };
  const known = patterns[dash];
  if (known) return known.map(length => length * unit);
  return dash
    .split(/[\s,]+/)
    .map(part => Number.parseFloat(part))
    .filter(Number.isFinite);
}
