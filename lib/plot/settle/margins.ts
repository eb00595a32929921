// Margins that hold every label, title, legend and colour bar, and the title's place in them.

import { type Axis, axisIds, axisName, placeAxis } from "../axes/axis";
import { autoRange } from "../axes/extents";
import { axisTicks } from "../axes/ticks";
import { axisDepth, labelAngle, tickFont } from "../still/cartesian";
import { layColorBars } from "../still/colorbar";
import { layLegends } from "../still/legend";
import { boolean, font, list, merge, number, object, string, textOf } from "../still/read";
import { LINE_SPACING, measureText, wrapText } from "../text/rich-text";
import type { FigureJson, PlotlyObject } from "../types";

/** Room between the outermost text and the edge of the figure, in pixels: a little more than plotly.js's own automargin asks for. */
const EDGE = 14;
/** Baseline of the title, in pixels from the top. */
const TITLE_BASELINE = 28;

/** Titles and subtitles wider than the figure are broken into lines, between words and outside of markup. */
export function wrapTitle(figure: FigureJson): void {
  const { layout } = figure;
  const text = textOf(layout.title);
  if (!text) return;
  const template = object(object(layout.template).layout);
  const title = object(merge(object(template), { title: layout.title }).title);
  const base = font(merge(object(template.font), object(layout.font)), { size: 12, color: "#444" });
  const subtitle = object(title.subtitle);
  const below = string(subtitle.text, "");
  const style = font(title.font, { ...base, size: Math.round(base.size * 1.4) });
  const small = font(subtitle.font, { ...base, size: 12 });
  const widest = Math.max(measureText(text, style).width, measureText(below, small).width);
  // Most titles are short: only long ones ask where the plot begins, above which they stand.
  if (widest <= layout.width! / 2) return;
  const left = title.xref === "paper" ? (layout.margin?.l ?? fitMargins(figure).l) : EDGE;
  const room = layout.width! - left - EDGE;
  const wrapped = wrapText(text, style, room);
  const wrappedBelow = wrapText(below, small, room);
  if (wrapped === text && wrappedBelow === below) return;
  const given = typeof layout.title === "string" ? {} : object(layout.title);
  layout.title = {
    ...given,
    text: wrapped,
    ...(below ? { subtitle: { ...object(given.subtitle), text: wrappedBelow } } : {}),
  };
}

/** Anchored by its baseline, so that plotly.js sets the subtitle close below it. */
export function placeTitle({ layout }: FigureJson): void {
  if (!textOf(layout.title)) return;
  const title = typeof layout.title === "string" ? { text: layout.title } : object(layout.title);
  if (title.y === undefined)
    layout.title = { ...title, y: Number((1 - TITLE_BASELINE / layout.height!).toFixed(5)), yanchor: "bottom" };
}

/** Margins that hold every label, title, legend and colour bar. */
export function fitMargins(figure: FigureJson): { l: number; r: number; t: number; b: number } {
  const layout = merge(object(object(figure.layout.template).layout), figure.layout);
  const width = number(layout.width, 700);
  const height = number(layout.height, 420);
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
        const range = list(object(layout[axisName(id)]).range) ?? autoRange(figure, id, true);
        if (!range) continue;
        const axis = placeAxis(figure, id, range, area);
        if (boolean(axis.attributes.visible, true)) reach(axis, base, area, needs);
      }
    }
    for (const legend of layLegends(figure, area, base)) {
      needs.r = Math.max(needs.r, legend.left + legend.width - (area.left + area.width) + EDGE);
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

function titleDepth(layout: PlotlyObject, base: { size: number; color: string }): number {
  const title = object(layout.title);
  const text = textOf(layout.title);
  if (!text) return 0;
  const style = font(title.font, base);
  const subtitle = string(object(title.subtitle).text, "");
  const small = font(object(title.subtitle).font, { size: 12, color: base.color });
  const lines = (measureText(text, style).lines - 1) * style.size * LINE_SPACING;
  const below = subtitle
    ? small.size * (2.3 + (measureText(subtitle, small).lines - 1) * LINE_SPACING)
    : style.size * 0.3;
  return TITLE_BASELINE + lines + below + 6;
}
