// Makes a figure explicit: theme, size, ranges and margins are settled here, once, and written into its JSON.
//
// plotly.js would choose ranges and margins itself, but only in a browser. With both stated, the interactive figure and the still have
// nothing left to disagree about, no label is clipped, and the stored JSON can be tested.

import { type Axis, axisIds, axisName, placeAxis } from "./axes/axis";
import { autoRange } from "./axes/extents";
import { axisTicks, roundStep } from "./axes/ticks";
import { histogramBins } from "./input/bins";
import { axisDepth, labelAngle, tickFont } from "./still/cartesian";
import { layColorBars } from "./still/colorbar";
import { zRange } from "./still/heatmap";
import { layLegend } from "./still/legend";
import {
  boolean,
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
} from "./still/read";
import { SCENE_TYPES, sceneIds } from "./still/scene";
import { LINE_SPACING, measureText } from "./text/rich-text";
import { type Theme, template } from "./theme/theme";
import type { AxisLayout, FigureJson, Layout, PlotlyObject, Trace } from "./types";

/** Room between the outermost text and the edge of the figure, in pixels: a little more than plotly.js's own automargin asks for. */
const EDGE = 14;
const DEFAULT_WIDTH = 700;
const DEFAULT_HEIGHT = 420;

export function complete(data: Trace[], layout: Layout, theme: Theme): FigureJson {
  const figure: FigureJson = {
    data,
    layout: {
      width: DEFAULT_WIDTH,
      height: DEFAULT_HEIGHT,
      ...layout,
      template: layout.template ?? template(theme),
    },
  };
  figure.data = data.map(stateBins);
  for (const id of sceneIds(data)) figure.layout[id] = stateScene(figure, id);
  for (const letter of ["x", "y"] as const) {
    for (const id of axisIds(figure, letter)) {
      const name = axisName(id);
      const axis = (figure.layout[name] ?? {}) as AxisLayout;
      const range = axis.range ?? autoRange(figure, id);
      // A stated range must not meet autorange, which plotly.js would heed instead.
      figure.layout[name] = range ? { ...axis, range, autorange: undefined } : axis;
    }
  }
  placeTitle(figure);
  figure.layout.margin = { ...fitMargins(figure), ...layout.margin };
  return figure;
}

/** Contour levels and histogram bins as plotly.js would choose them, stated. */
function stateBins(trace: Trace): Trace {
  if (trace.type === "contour") return stateLevels(trace);
  if (trace.type !== "histogram") return trace;
  const letter = trace.orientation === "h" || (trace.x === undefined && trace.y !== undefined) ? "y" : "x";
  if (trace[`${letter}bins`] !== undefined) return trace;
  const values = (numbers(trace[letter]) ?? []).filter(Number.isFinite);
  const bins = histogramBins(values, number(trace[`nbins${letter}`], 0) || undefined);
  return { ...trace, ...(letter === "y" ? { orientation: "h" } : {}), [`${letter}bins`]: bins };
}

function stateLevels(trace: Trace): Trace {
  const contours = object(trace.contours);
  if (contours.start !== undefined && contours.end !== undefined && contours.size !== undefined) return trace;
  const [low, high] = zRange(trace, rowsOfNumbers(trace.z));
  const size = roundStep((high - low || 1) / number(trace.ncontours, 15));
  let start = Math.ceil(low / size) * size;
  let end = Math.floor(high / size) * size;
  if (start === low) start += size;
  if (end === high) end -= size;
  if (start > end) start = end = (low + high) / 2;
  return { ...trace, autocontour: false, contours: { ...contours, start, end, size } };
}

/** Ranges and tick steps of a 3-D box: these do not change with the view, so they can be stated. */
function stateScene(figure: FigureJson, id: string): PlotlyObject {
  const scene = object(figure.layout[id]);
  const out: PlotlyObject = { ...scene };
  for (const letter of ["x", "y", "z"] as const) {
    const axis = object(scene[`${letter}axis`]);
    let [low, high] = [Infinity, -Infinity];
    for (const trace of figure.data) {
      if (!isInScene(trace, id)) continue;
      const flat =
        letter === "z" && trace.type === "surface"
          ? rowsOfNumbers(trace.z).flat()
          : (numbers(trace[letter]) ?? gridIndex(trace, letter));
      for (const value of flat) {
        if (!Number.isFinite(value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    if (low > high) [low, high] = [0, 1];
    if (low === high) [low, high] = [low - 1, high + 1];
    const range = list(axis.range)?.map(toNumber) ?? [low, high];
    out[`${letter}axis`] = { ...axis, range, dtick: axis.dtick ?? roundStep(Math.abs(range[1]! - range[0]!) / 5) };
  }
  if (scene.aspectratio === undefined) out.aspectratio = { x: 1, y: 1, z: 0.7 };
  out.aspectmode = "manual";
  return out;
}

function isInScene(trace: Trace, id: string): boolean {
  return SCENE_TYPES.has(trace.type ?? "") && string(trace.scene, "scene") === id;
}

function gridIndex(trace: Trace, letter: "x" | "y" | "z"): number[] {
  const z = rowsOfNumbers(trace.z);
  const count = letter === "y" ? z.length : (z[0]?.length ?? 0);
  return Array.from({ length: count }, (_, i) => i);
}

/** Margins that hold every label, title, legend and colour bar. */
function fitMargins(figure: FigureJson): { l: number; r: number; t: number; b: number } {
  const layout = merge(object(object(figure.layout.template).layout), figure.layout);
  const width = number(layout.width, DEFAULT_WIDTH);
  const height = number(layout.height, DEFAULT_HEIGHT);
  const base = font(layout.font, { size: 12, color: "#444" });
  const titleHeight = titleDepth(layout, base);
  let margin = { l: 60, r: 24, t: Math.max(titleHeight, 24), b: 50 };
  // Ticks depend on the lengths of the axes and these on the margins: the second pass settles all but pathological cases.
  for (let pass = 0; pass < 2; pass++) {
    const area = {
      left: margin.l,
      top: margin.t,
      width: width - margin.l - margin.r,
      height: height - margin.t - margin.b,
    };
    const needs = { l: EDGE, r: EDGE, t: Math.max(titleHeight, EDGE), b: EDGE };
    for (const letter of ["x", "y"] as const) {
      for (const id of axisIds(figure, letter)) {
        const range = list(object(layout[axisName(id)]).range);
        if (!range) continue;
        const axis = placeAxis(figure, id, range.map(toNumber) as [number, number], area);
        if (boolean(axis.attributes.visible, true)) reach(axis, base, area, needs);
      }
    }
    const legend = layLegend(figure, area, base);
    if (legend) {
      needs.r = Math.max(needs.r, legend.left + legend.width - (area.left + area.width) + 4);
      needs.t = Math.max(needs.t, area.top - legend.top + (titleHeight || 4));
      needs.b = Math.max(needs.b, legend.top + legend.height - (area.top + area.height) + 4);
    }
    for (const bar of layColorBars(figure, area, base)) {
      needs.r = Math.max(needs.r, bar.right - (area.left + area.width) + EDGE + 6);
    }
    margin = { l: Math.ceil(needs.l), r: Math.ceil(needs.r), t: Math.ceil(needs.t), b: Math.ceil(needs.b) };
  }
  return margin;
}

type Needs = { l: number; r: number; t: number; b: number };

/** What an axis needs beyond the plot area on each side. */
function reach(
  axis: Axis,
  base: { size: number; color: string },
  area: { left: number; top: number; width: number; height: number },
  needs: Needs,
): void {
  const depth = axisDepth(axis, base) + EDGE;
  const side = string(axis.attributes.side, axis.letter === "x" ? "bottom" : "left");
  const ticks = boolean(axis.attributes.showticklabels, true) ? axisTicks(axis) : [];
  const style = tickFont(axis, base);
  if (axis.letter === "y") {
    if (side === "right") needs.r = Math.max(needs.r, depth);
    else needs.l = Math.max(needs.l, depth);
    needs.t = Math.max(needs.t, style.size);
    return;
  }
  if (side === "top") needs.t += depth;
  else needs.b = Math.max(needs.b, depth);
  const angle = labelAngle(axis, ticks, style);
  for (const tick of ticks) {
    const text = measureText(tick.text, { ...style, size: style.size * tick.fontScale }).width;
    const middle = axis.toPixel(tick.value);
    const right = angle === 0 ? text / 2 : angle < 60 ? text * Math.cos((angle * Math.PI) / 180) : style.size / 2;
    const left = angle === 0 ? text / 2 : style.size / 2;
    needs.r = Math.max(needs.r, middle + right - (area.left + area.width) + EDGE);
    needs.l = Math.max(needs.l, area.left - (middle - left) + EDGE);
  }
}

/** Baseline of the title, in pixels from the top. */
const TITLE_BASELINE = 28;

/** Anchored by its baseline, so that plotly.js sets the subtitle close below it. */
function placeTitle({ layout }: FigureJson): void {
  if (!textOf(layout.title)) return;
  const title = typeof layout.title === "string" ? { text: layout.title } : object(layout.title);
  if (title.y === undefined)
    layout.title = { ...title, y: Number((1 - TITLE_BASELINE / layout.height!).toFixed(5)), yanchor: "bottom" };
}

function titleDepth(layout: PlotlyObject, base: { size: number; color: string }): number {
  const title = object(layout.title);
  const text = textOf(layout.title);
  if (!text) return 0;
  const style = font(title.font, base);
  const subtitle = string(object(title.subtitle).text, "");
  const small = font(object(title.subtitle).font, { size: 12, color: base.color });
  const lines = (measureText(text, style).lines - 1) * style.size * LINE_SPACING;
  return TITLE_BASELINE + lines + (subtitle ? small.size * 2.3 : style.size * 0.3) + 6;
}
