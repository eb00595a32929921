// A figure's JSON to a PNG, in Node, without a browser.
//
// plotly.js under jsdom was measured and set aside: it needs shims to measure text, ends the process on 3-D traces and takes seconds to
// load. This renderer draws the same JSON by the same geometry on Skia, Chromium's own canvas, and is compared with plotly.js's
// rendering in a headless Chromium by the tests. Traces it does not know are named on the figure, never left out in silence.

import { axisIds, isCartesian, placeAxis, tieScales } from "../axes/axis";
import { autoRange } from "../axes/extents";
import { createDrawing, decodeImage } from "../text/fonts";
import { drawText, LINE_SPACING, measureText } from "../text/rich-text";
import { themeOfFigure } from "../theme/theme";
import type { FigureJson, Trace } from "../types";
import { drawAnnotations, drawShapes } from "./annotations";
import { drawBars } from "./bars";
import { drawBoxes, drawViolins } from "./boxes";
import { drawAxis, drawGrid } from "./cartesian";
import { drawColorBars, layColorBars } from "./colorbar";
import { drawContour } from "./contour";
import { drawHeatmap } from "./heatmap";
import { drawImageTrace, drawLayoutImages, pictureSources } from "./image";
import { drawLegend, layLegends } from "./legend";
import { encodePng } from "./png";
import { font, list, merge, number, object, string, textOf } from "./read";
import { drawScatters } from "./scatter";
import { drawScenes } from "./scene";
import type { PlacedTrace, Stage } from "./stage";

/** Draws the traces of one layer on one pair of axes. */
type LayerDrawing = (stage: Stage, placed: PlacedTrace[]) => void;

function each(draw: (stage: Stage, placed: PlacedTrace) => void): LayerDrawing {
  return (stage, placed) => {
    for (const one of placed) draw(stage, one);
  };
}

/** Traces below lines and markers, in plotly.js's order of layers. */
const LAYERS: [types: string[], draw: LayerDrawing][] = [
  [["image"], each(drawImageTrace)],
  [["heatmap"], each(drawHeatmap)],
  [["contour"], each(drawContour)],
  [["bar", "histogram"], drawBars],
  [["violin"], drawViolins],
  [["box"], drawBoxes],
];

/** Trace types that a still can show. */
export const STILL_TYPES: ReadonlySet<string> = new Set([
  ...LAYERS.flatMap(([types]) => types),
  "scatter",
  "scattergl",
  "surface",
  "scatter3d",
]);

/** Renders a completed figure as a PNG at `scale` device pixels per CSS pixel. */
export async function renderPng(figure: FigureJson, scale = 2): Promise<Buffer> {
  const { canvas, context } = await renderCanvas(figure, scale);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  // 96 CSS pixels are an inch: viewers that heed pHYs show the still at the size of the interactive figure.
  return encodePng(pixels, canvas.width, canvas.height, {
    pixelsPerInch: 96 * scale,
    colors: colorsOf(figure),
  });
}

/** How many shades a still must keep. */
function colorsOf({ data }: FigureJson): "few" | "scale" | "smooth" {
  const smooth = (trace: Trace) =>
    trace.type === "surface" ||
    trace.type === "image" ||
    object(trace.contours).coloring === "heatmap" ||
    (trace.type === "heatmap" && (trace.zsmooth || (list(trace.z)?.length ?? 0) > 30));
  const scaled = (trace: Trace) =>
    trace.type === "heatmap" || trace.type === "contour" || typeof list(object(trace.marker).color)?.[0] === "number";
  return data.some(smooth) ? "smooth" : data.some(scaled) ? "scale" : "few";
}

export async function renderCanvas(figure: FigureJson, scale: number) {
  const template = object(object(figure.layout.template).layout);
  const layout = merge(template, figure.layout);
  const width = number(layout.width, 700);
  const height = number(layout.height, 450);
  const margin = object(layout.margin);
  const [l, r, t, b] = [number(margin.l, 80), number(margin.r, 80), number(margin.t, 100), number(margin.b, 80)];
  const { canvas, context } = createDrawing(width, height, scale);
  const base = font(layout.font, { size: 12, color: "#444" });
  const stage: Stage = {
    context,
    figure,
    layout,
    width,
    height,
    scale,
    area: { left: l, top: t, width: Math.max(width - l - r, 1), height: Math.max(height - t - b, 1) },
    axes: new Map(),
    font: base,
    colorway: (list(layout.colorway) as string[] | undefined) ?? themeOfFigure(figure).colorway,
    pictures: new Map(),
  };
  for (const source of pictureSources(figure.data, layout)) {
    stage.pictures.set(source, await decodeImage(Buffer.from(source.slice(source.indexOf(",") + 1), "base64")));
  }
  for (const letter of ["x", "y"] as const) {
    for (const id of axisIds(figure, letter)) {
      const axis = object(layout[`${letter}axis${id.slice(1)}`]);
      const range = list(axis.range) ?? autoRange(figure, id, true) ?? [0, 1];
      stage.axes.set(id, placeAxis(figure, id, range, stage.area));
    }
  }
  tieScales(stage.axes);
  context.fillStyle = string(layout.paper_bgcolor, "#fff");
  context.fillRect(0, 0, width, height);
  drawPlots(stage);
  drawScenes(stage);
  drawColorBars(stage, layColorBars(figure, stage.area, base));
  for (const legend of layLegends(figure, stage.area, base)) drawLegend(stage, legend);
  drawTitle(stage);
  drawShapes(stage, "above");
  drawLayoutImages(stage, "above");
  drawAnnotations(stage);
  drawUnknown(stage);
  return { canvas, context };
}

function isShown(trace: Trace): boolean {
  return trace.visible !== false && trace.visible !== "legendonly";
}

function drawPlots(stage: Stage): void {
  const { context, figure } = stage;
  const subplots = new Map<string, PlacedTrace[]>();
  figure.data.forEach((trace, index) => {
    const x = stage.axes.get(string(trace.xaxis, "x"));
    const y = stage.axes.get(string(trace.yaxis, "y"));
    if (!isCartesian(trace) || !isShown(trace) || !x || !y) return;
    const placed = { trace, x, y, color: stage.colorway[index % stage.colorway.length]! };
    const key = `${x.id} ${y.id}`;
    subplots.set(key, [...(subplots.get(key) ?? []), placed]);
  });
  for (const [placed] of subplots.values()) {
    context.fillStyle = string(stage.layout.plot_bgcolor, "#fff");
    context.fillRect(placed!.x.offset, placed!.y.offset, placed!.x.length, placed!.y.length);
  }
  drawLayoutImages(stage, "below");
  drawShapes(stage, "below");
  for (const axis of stage.axes.values()) drawGrid(stage, axis);
  for (const placed of subplots.values()) {
    const { x, y } = placed[0]!;
    context.save();
    context.beginPath();
    context.rect(x.offset, y.offset, x.length, y.length);
    context.clip();
    for (const [types, draw] of LAYERS) {
      const layer = placed.filter(one => types.includes(one.trace.type ?? ""));
      if (layer.length > 0) draw(stage, layer);
    }
    drawScatters(
      stage,
      placed.filter(one => ["scatter", "scattergl"].includes(one.trace.type ?? "scatter")),
    );
    context.restore();
  }
  for (const axis of stage.axes.values()) drawAxis(stage, axis);
}

function drawTitle(stage: Stage): void {
  const title = object(stage.layout.title);
  const text = textOf(stage.layout.title);
  if (!text) return;
  const style = font(title.font, { size: Math.round(stage.font.size * 1.4), color: stage.font.color });
  const x = number(title.x, 0.5);
  const paper = title.xref === "paper";
  const left = paper ? stage.area.left + stage.area.width * x : stage.width * x;
  const given = string(title.xanchor, "auto");
  const anchor =
    given === "left" || (given === "auto" && x < 1 / 3)
      ? "start"
      : given === "right" || (given === "auto" && x > 2 / 3)
        ? "end"
        : "middle";
  const pad = object(title.pad);
  const shift = anchor === "start" ? number(pad.l, 0) : anchor === "end" ? -number(pad.r, 0) : 0;
  const top = title.yanchor === "top";
  const y =
    typeof title.y === "number"
      ? stage.height * (1 - title.y) + (top ? number(pad.t, 0) + 0.7 * style.size : -number(pad.b, 0))
      : stage.area.top / 2 + 0.35 * style.size;
  drawText(stage.context, text, style, { x: left + shift, y, anchor });
  const subtitle = object(title.subtitle);
  const small = font(subtitle.font, { size: Math.round(style.size * 0.7), color: stage.font.color });
  const lines = text.split(/<br>|\n/).length - 1;
  const below =
    y + lines * style.size * LINE_SPACING + style.size * 0.293 + 1.6 * small.size + (top ? 0.7 * small.size : 0);
  drawText(stage.context, string(subtitle.text, ""), small, { x: left + shift, y: below, anchor });
}

/** A trace no still can show is named below the figure's title, never left out in silence. */
function drawUnknown(stage: Stage): void {
  const types = stage.figure.data.filter(isShown).map(trace => trace.type ?? "scatter");
  const unknown = [...new Set(types)].filter(type => !STILL_TYPES.has(type));
  if (unknown.length === 0) return;
  const { context, area } = stage;
  const all = unknown.length === new Set(types).size;
  const text = `${unknown.map(type => `“${type}”`).join(", ")}: only in the interactive figure`;
  const style = { size: all ? 15 : 12, color: themeOfFigure(stage.figure).warning };
  const size = measureText(text, style);
  const [x, y] = [area.left + area.width / 2, area.top + (all ? area.height / 2 : 14)];
  context.fillStyle = string(stage.layout.paper_bgcolor, "#fff");
  context.fillRect(x - size.width / 2 - 8, y - 12, size.width + 16, 24);
  drawText(context, text, style, { x, y: y + style.size * 0.35, anchor: "middle" });
}
