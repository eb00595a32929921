// The legend: which traces it names, how large it is, and its drawing, by plotly.js's legend/draw.js.

import { drawText, LINE_SPACING, measureText } from "../text/rich-text";
import type { FigureJson, PlotlyObject, Trace } from "../types";
import { colorMap, css, withAlpha } from "./color";
import { drawMarker } from "./markers";
import { boolean, entry, font, merge, number, object, string } from "./read";
import { markerColors, scatterMode } from "./scatter";
import { type Area, dashPattern, type Stage } from "./stage";

const ITEM_GAP = 5;
const ITEM_WIDTH = 30;
/** Swatch and gaps, left of a text. */
const TEXT_GAP = ITEM_WIDTH + 2 * ITEM_GAP;

const NO_LEGEND = new Set(["heatmap", "contour", "image", "surface", "table", "histogram2d", "histogram2dcontour"]);

interface Item {
  trace: Trace;
  index: number;
  text: string;
  width: number;
  height: number;
  x: number;
  y: number;
}

export interface Legend {
  items: Item[];
  attributes: PlotlyObject;
  style: { size: number; color: string; weight: number };
  title: string;
  width: number;
  height: number;
  left: number;
  top: number;
}

function legendAttributes(figure: FigureJson, id: string): PlotlyObject {
  const template = object(object(figure.layout.template).layout);
  return merge(object(template.legend), object(figure.layout[id]));
}

/** Every legend of a figure: traces may name one of several ("legend2"). */
export function layLegends(figure: FigureJson, area: Area, base: { size: number; color: string }): Legend[] {
  const ids = [...new Set(figure.data.map(trace => string(trace.legend, "legend")))];
  return ids.flatMap(id => layLegend(figure, id, area, base) ?? []);
}

function layLegend(
  figure: FigureJson,
  id: string,
  area: Area,
  base: { size: number; color: string },
): Legend | undefined {
  const named = figure.data
    .map((trace, index) => ({ trace, index }))
    .filter(
      ({ trace }) =>
        string(trace.legend, "legend") === id &&
        trace.visible !== false &&
        boolean(trace.showlegend, true) &&
        !NO_LEGEND.has(trace.type ?? "scatter"),
    );
  const wanted = boolean(
    figure.layout.showlegend,
    named.length > 1 || named.some(({ trace }) => trace.showlegend === true),
  );
  if (!wanted || named.length === 0) return undefined;
  const attributes = legendAttributes(figure, id);
  const style = font(attributes.font, base);
  const title = string(object(attributes.title).text, "");
  const items = named.map(({ trace, index }): Item => {
    const text = string(trace.name, `trace ${index}`);
    const size = measureText(text, style);
    return {
      trace,
      index,
      text,
      width: size.width,
      height: Math.max(size.lines * style.size * LINE_SPACING, 16) + 3,
      x: 0,
      y: 0,
    };
  });
  const titleHeight = title ? style.size * LINE_SPACING : 0;
  const vertical = attributes.orientation !== "h";
  const border = number(attributes.borderwidth, 0);
  let width = 0;
  let height = 0;
  if (vertical) {
    for (const item of items) {
      item.y = border + titleHeight + height + item.height / 2 + ITEM_GAP;
      height += item.height;
      width = Math.max(width, item.width);
    }
    width += ITEM_GAP + TEXT_GAP + 2 * border;
    height += 2 * (border + ITEM_GAP);
  } else {
    const widths = items.map(item => item.width + TEXT_GAP);
    const total = widths.reduce((sum, w) => sum + w, 0) + (items.length - 1) * ITEM_GAP;
    const oneRow = total + 2 * border < area.width;
    const widest = Math.max(...widths);
    let [x, y, rowHeight] = [0, 0, 0];
    items.forEach((item, i) => {
      const next = (oneRow ? widths[i]! : widest) + ITEM_GAP;
      if (next + border + x - ITEM_GAP >= area.width && x > 0) {
        [x, y, rowHeight] = [0, y + rowHeight, 0];
      }
      item.x = border + x;
      item.y = titleHeight + border + y + item.height / 2 + ITEM_GAP;
      width = Math.max(width, x + widths[i]! + ITEM_GAP);
      x += next;
      rowHeight = Math.max(rowHeight, item.height);
    });
    height = y + rowHeight + 2 * (border + ITEM_GAP);
  }
  if (title) width = Math.max(width, measureText(title, style).width + 2 * (border + 2));
  const legend = {
    items,
    attributes,
    style,
    title,
    width: Math.ceil(width),
    height: Math.ceil(height + titleHeight),
    left: 0,
    top: 0,
  };
  place(legend, area, vertical);
  return legend;
}

function place(legend: Legend, area: Area, vertical: boolean): void {
  const { attributes } = legend;
  const x = number(attributes.x, vertical ? 1.02 : 0);
  const y = number(attributes.y, vertical ? 1 : -0.1);
  const xAnchor = anchor(attributes.xanchor ?? "left", x, "left", "center", "right");
  const yAnchor = anchor(attributes.yanchor, 1 - y, "top", "middle", "bottom");
  legend.left = area.left + area.width * x - xAnchor * legend.width;
  legend.top = area.top + area.height * (1 - y) - yAnchor * legend.height;
}

/** 0, 0.5 or 1: the share of the size that lies before the anchor; "auto" goes by thirds. */
function anchor(given: unknown, at: number, start: string, middle: string, end: string): number {
  if (given === start) return 0;
  if (given === middle) return 0.5;
  if (given === end) return 1;
  return at <= 1 / 3 ? 0 : at < 2 / 3 ? 0.5 : 1;
}

export function drawLegend(stage: Stage, legend: Legend): void {
  const { context } = stage;
  context.save();
  context.translate(legend.left, legend.top);
  context.fillStyle = string(legend.attributes.bgcolor, "rgba(255,255,255,0.8)");
  context.fillRect(0, 0, legend.width, legend.height);
  const border = number(legend.attributes.borderwidth, 0);
  if (border > 0) {
    context.strokeStyle = string(legend.attributes.bordercolor, "#444");
    context.lineWidth = border;
    context.strokeRect(border / 2, border / 2, legend.width - border, legend.height - border);
  }
  if (legend.title)
    drawText(context, legend.title, legend.style, { x: border + 2, y: border + legend.style.size * LINE_SPACING });
  for (const item of legend.items) {
    drawSwatch(stage, item);
    const lines = item.text.split(/<br>|\n/).length;
    const lineHeight = legend.style.size * LINE_SPACING;
    drawText(context, item.text, legend.style, {
      x: item.x + TEXT_GAP,
      y: item.y - lineHeight * ((lines - 1) / 2 - 0.3),
    });
  }
  context.restore();
}

function drawSwatch(stage: Stage, { trace, index, x, y }: Item): void {
  const { context } = stage;
  const colorway = stage.colorway[index % stage.colorway.length]!;
  const marker = object(trace.marker);
  const type = trace.type ?? "scatter";
  context.save();
  context.translate(x, y);
  context.globalAlpha = number(trace.opacity, 1);
  if (type === "scatter" || type === "scattergl") {
    const mode = scatterMode(trace);
    const line = object(trace.line);
    const lineColor = string(line.color, string(marker.color, colorway));
    const fills = typeof trace.fill === "string" && trace.fill !== "none";
    const top = fills && mode.includes("lines") ? -2 : 0;
    if (fills) {
      context.fillStyle = string(trace.fillcolor, withAlpha(lineColor, 0.5));
      context.fillRect(ITEM_GAP, mode === "none" ? -3 : top, ITEM_WIDTH, 6);
    }
    if (mode.includes("lines")) {
      // plotly.js thins lines in the legend to 10 pixels at most.
      const width = Math.min(number(line.width, 2), 10);
      context.strokeStyle = lineColor;
      context.lineWidth = width;
      context.setLineDash(dashPattern(line.dash, width));
      context.beginPath();
      context.moveTo(ITEM_GAP, top);
      context.lineTo(ITEM_GAP + ITEM_WIDTH, top);
      context.stroke();
    }
    if (mode.includes("markers")) {
      drawMarker(context, TEXT_GAP / 2, 0, {
        symbol: string(entry(marker.symbol, 0), "circle"),
        size: Math.min(Math.max(number(entry(marker.size, 0), 6), 2), 16),
        color: Array.isArray(marker.color)
          ? swatchColor(marker, colorway)
          : string(marker.color, string(line.color, colorway)),
        lineColor: string(entry(object(marker.line).color, 0), lineColor),
        lineWidth: Math.min(number(entry(object(marker.line).width, 0), 0), 5),
      });
    }
  } else {
    const outline = object(marker.line);
    const box = type === "box" || type === "violin";
    const line = object(trace.line);
    const edge = string(line.color, string(marker.color, colorway));
    context.fillStyle = box ? string(trace.fillcolor, withAlpha(edge, 0.5)) : markerColors(marker, colorway)(0);
    context.globalAlpha *= box ? 1 : number(entry(marker.opacity, 0), 1);
    context.fillRect(TEXT_GAP / 2 - 6, -6, 12, 12);
    const width = box ? Math.min(number(line.width, 2), 5) : Math.min(number(entry(outline.width, 0), 0), 5);
    if (width > 0) {
      context.strokeStyle = box ? edge : string(entry(outline.color, 0), "#444");
      context.lineWidth = width;
      context.setLineDash([]);
      context.strokeRect(TEXT_GAP / 2 - 6, -6, 12, 12);
    }
  }
  context.restore();
}

/** A trace coloured by numbers is named by the middle of its scale. */
function swatchColor(marker: PlotlyObject, otherwise: string): string {
  const first = (marker.color as unknown[])[0];
  return typeof first === "string"
    ? first
    : typeof first === "number"
      ? css(colorMap(marker.colorscale)(0.5))
      : otherwise;
}
