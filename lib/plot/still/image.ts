// Pictures: plotly.js's "image" trace (pixels as rows of colours, or a data URI) and layout images.

import { pixelCanvas } from "../text/fonts";
import type { PlotlyObject, Trace } from "../types";
import { locate } from "./annotations";
import { list, number, object, string, toNumber } from "./read";
import type { CanvasImageSource, PlacedTrace, Stage } from "./stage";

/** Every data URI in a figure, so that they can be decoded before drawing. */
export function pictureSources(data: readonly Trace[], layout: PlotlyObject): string[] {
  const sources = data
    .map(trace => trace.source)
    .concat((list(layout.images) ?? []).map(image => object(image).source));
  return [
    ...new Set(
      sources.filter((source): source is string => typeof source === "string" && source.startsWith("data:image/")),
    ),
  ];
}

export function drawImageTrace(stage: Stage, { trace, x, y }: PlacedTrace): void {
  const picture = typeof trace.source === "string" ? stage.pictures.get(trace.source) : pixelsOf(trace);
  if (!picture) return;
  const { width, height } = picture as { width: number; height: number };
  const dx = number(trace.dx, 1);
  const dy = number(trace.dy, 1);
  // x0 and y0 are the middles of the first pixel.
  const left = x.toPixel(number(trace.x0, 0) - dx / 2);
  const right = x.toPixel(number(trace.x0, 0) + dx * (width - 0.5));
  const top = y.toPixel(number(trace.y0, 0) - dy / 2);
  const bottom = y.toPixel(number(trace.y0, 0) + dy * (height - 0.5));
  stage.context.save();
  stage.context.globalAlpha = number(trace.opacity, 1);
  drawStretched(stage, picture, left, top, right - left, bottom - top, string(trace.zsmooth, "") === "fast");
  stage.context.restore();
}

/** Draws a picture into a box, mirrored where its sides are negative, pixel by pixel unless smooth. */
export function drawStretched(
  stage: Stage,
  picture: CanvasImageSource,
  left: number,
  top: number,
  width: number,
  height: number,
  smooth: boolean,
): void {
  const { context } = stage;
  context.save();
  context.imageSmoothingEnabled = smooth;
  if (smooth) context.imageSmoothingQuality = "high";
  context.translate(left, top);
  context.scale(Math.sign(width) || 1, Math.sign(height) || 1);
  context.drawImage(picture, 0, 0, Math.abs(width), Math.abs(height));
  context.restore();
}

function pixelsOf(trace: Trace): CanvasImageSource | undefined {
  const rows = list(trace.z);
  const first = list(rows?.[0]);
  if (!rows || !first) return undefined;
  const [height, width] = [rows.length, first.length];
  const rgba = new Uint8ClampedArray(width * height * 4);
  rows.forEach((row, r) => {
    (list(row) ?? []).forEach((pixel, c) => {
      const channels = (list(pixel) ?? []).map(toNumber);
      const at = (r * width + c) * 4;
      rgba.set([channels[0] ?? 0, channels[1] ?? 0, channels[2] ?? 0, (channels[3] ?? 1) * 255], at);
    });
  });
  return pixelCanvas(rgba, width, height);
}

export function drawLayoutImages(stage: Stage, layer: "below" | "above"): void {
  for (const raw of list(stage.layout.images) ?? []) {
    const image = object(raw);
    if (string(image.layer, "above") !== layer) continue;
    const picture = stage.pictures.get(string(image.source, ""));
    if (!picture) continue;
    const x = locate(stage, image.xref ?? "paper", image.x, "x");
    const y = locate(stage, image.yref ?? "paper", image.y, "y");
    const width = Math.abs(locate(stage, image.xref ?? "paper", number(image.x, 0) + number(image.sizex, 0), "x") - x);
    const height = Math.abs(locate(stage, image.yref ?? "paper", number(image.y, 0) + number(image.sizey, 0), "y") - y);
    const source = picture as { width: number; height: number };
    const ratio = image.sizing === "stretch" ? undefined : Math.min(width / source.width, height / source.height);
    const [w, h] = ratio === undefined ? [width, height] : [source.width * ratio, source.height * ratio];
    const shareX = { left: 0, center: 0.5, right: 1 }[string(image.xanchor, "left")] ?? 0;
    const shareY = { top: 0, middle: 0.5, bottom: 1 }[string(image.yanchor, "top")] ?? 0;
    stage.context.save();
    stage.context.globalAlpha = number(image.opacity, 1);
    drawStretched(
      stage,
      picture,
      x - width * shareX + (width - w) / 2,
      y - height * shareY + (height - h) / 2,
      w,
      h,
      true,
    );
    stage.context.restore();
  }
}
