// A grid of pictures with captions.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { sameLength } from "../input/numbers";
import {
  type PictureShape,
  type Pictures,
  type PicturesInput,
  readPictures,
  toRgba,
  type ValueRange,
  valueRange,
} from "../input/pictures";
import { encodePng } from "../still/png";
import { compact } from "../summary";
import { escapeMarkup } from "../text/escape";
import { shorten } from "../text/rich-text";
import { type Theme, themeOf } from "../theme/theme";
import type { Annotation, Layout, Trace } from "../types";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure } from "./options";

export interface ImagesOptions extends FigureOptions {
  /** One per picture. */
  captions?: readonly (string | number)[];
  /** Captions to set off in the warning colour, such as wrong predictions. */
  highlight?: readonly boolean[];
  columns?: number;
  /** Height and width (and channels) of flat pictures. */
  shape?: PictureShape;
  /** The values shown as black and as white. */
  range?: readonly [number, number];
  /** Screen pixels per picture pixel; by default what fits the width. */
  zoom?: number;
  /** Smooth when enlarged: for photographs, not for digits. */
  smooth?: boolean;
}

const WIDTH = 700;
const SIDE = 12;
const GAP = 6;
const CAPTION = 16;

/**
 * Shows pictures in a grid.
 *
 * `plot.images(digits, { captions: labels, columns: 8 })` where digits has shape [N, 28, 28, 1], [N, 28, 28] or [N, 784]
 *
 * The subtitle states which values are black and white. Values that are no numbers show as magenta.
 */
export function images(input: PicturesInput, options: ImagesOptions = {}): Figure {
  const verb = "plot.images";
  checkOptions(verb, options, [
    ...FIGURE_OPTIONS,
    "captions",
    "highlight",
    "columns",
    "shape",
    "range",
    "zoom",
    "smooth",
  ]);
  const pictures = readPictures(verb, input, options.shape);
  if (options.captions) sameLength(verb, "captions", options.captions.length, "pictures", pictures.count);
  if (options.highlight) sameLength(verb, "highlight", options.highlight.length, "pictures", pictures.count);
  const range = valueRange(verb, pictures, options.range);
  const subtitle = options.subtitle ?? describePictures(pictures, range);
  return pictureGrid(verb, pictures, index => toRgba(pictures, index, range), { ...options, subtitle }, notesOf(range));
}

/** The grid itself, shared with plot.filters. */
export function pictureGrid(
  verb: string,
  pictures: Pick<Pictures, "count" | "height" | "width">,
  pixels: (index: number) => Uint8ClampedArray,
  options: ImagesOptions,
  notes: string[],
): Figure {
  const theme = themeOf(options.theme, verb);
  const { count, height, width } = pictures;
  const columns = options.columns ?? defaultColumns(pictures);
  if (!Number.isInteger(columns) || columns < 1) {
    throw new PlotError("PLOT_OPTION", `${verb}: columns must be a whole number above 0, got ${columns}`);
  }
  const caption = options.captions ? CAPTION : 0;
  const used = Math.min(columns, count);
  const room = ((options.width ?? WIDTH) - 2 * SIDE - (used - 1) * GAP) / used;
  const zoom = options.zoom ?? defaultZoom(room / width, height);
  const [cellWidth, cellHeight] = [width * zoom, height * zoom];
  const rows = Math.ceil(count / columns);
  const gridWidth = used * cellWidth + (used - 1) * GAP;
  const gridHeight = rows * (cellHeight + caption) + (rows - 1) * GAP;
  const data: Trace[] = [];
  const annotations: Annotation[] = [];
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * (cellWidth + GAP);
    const top = Math.floor(i / columns) * (cellHeight + caption + GAP);
    const text = options.captions ? String(options.captions[i]) : String(i);
    data.push({
      type: "image",
      name: escapeMarkup(text),
      source: `data:image/png;base64,${encodePng(pixels(i), width, height).toString("base64")}`,
      x0: left + zoom / 2,
      dx: zoom,
      y0: top + zoom / 2,
      dy: zoom,
      ...(options.smooth ? { zsmooth: "fast" } : {}),
      hovertemplate: "%{color}<extra>%{fullData.name}</extra>",
    });
    if (options.captions)
      annotations.push(
        captionOf(
          text,
          left + cellWidth / 2,
          top + cellHeight,
          cellWidth + GAP,
          options.highlight?.[i] ?? false,
          theme,
        ),
      );
  }
  const layout: Layout = { ...figureLayout(verb, options), annotations };
  const figureWidth = Math.max(
    options.width ?? 0,
    Math.ceil(gridWidth) + 2 * SIDE,
    options.title || options.subtitle ? 420 : 0,
  );
  const top = options.title ? (options.subtitle ? 70 : 48) : options.subtitle ? 34 : SIDE;
  layout.width = figureWidth;
  layout.height = Math.ceil(gridHeight) + top + SIDE;
  layout.margin = { l: SIDE, r: figureWidth - SIDE - Math.ceil(gridWidth), t: top, b: SIDE };
  layout.xaxis = { visible: false, range: [0, Math.ceil(gridWidth)], constrain: "domain" };
  layout.yaxis = { visible: false, range: [Math.ceil(gridHeight), 0], scaleanchor: "x", constrain: "domain" };
  if (!options.title && options.subtitle)
    layout.title = { text: options.subtitle, font: { size: 12, color: theme.muted, weight: 400 } };
  const words = options.captions
    ? [`captions: ${options.captions.slice(0, 40).join(", ")}${count > 40 ? ", …" : ""}`]
    : [];
  return makeFigure(verb, data, layout, options, notes, words);
}

/** As square as the page allows, at most ten in a row. */
function defaultColumns({ count, width }: Pick<Pictures, "count" | "width">): number {
  const fit = Math.max(1, Math.floor((WIDTH - 2 * SIDE + GAP) / (Math.max(width, 48) + GAP)));
  return Math.min(count <= 5 ? count : count <= 12 ? Math.ceil(count / 2) : 10, fit);
}

/** Whole factors keep pixels square; one picture alone is not blown up past 320 pixels, a grid not past 96. */
function defaultZoom(room: number, height: number): number {
  const most = Math.max(1, Math.floor(220 / height));
  const zoom = Math.min(room, most);
  return zoom >= 1 ? Math.floor(zoom) : zoom;
}

function captionOf(text: string, x: number, y: number, width: number, highlight: boolean, theme: Theme): Annotation {
  const style = { size: 11, color: highlight ? theme.warning : theme.muted };
  return {
    text: highlight
      ? `<b>${escapeMarkup(shorten(text, { ...style, weight: 700 }, width))}</b>`
      : escapeMarkup(shorten(text, style, width)),
    x,
    y,
    showarrow: false,
    yanchor: "top",
    borderpad: 0,
    font: { size: style.size, color: style.color },
    ...(text.length > 6 ? { hovertext: escapeMarkup(text) } : {}),
  };
}

function describePictures({ count, height, width, channels }: Pictures, range: ValueRange): string {
  const what = count === 1 ? "one picture" : `${count} pictures`;
  const ends =
    channels === 1
      ? `black ${compact(range.low)}, white ${compact(range.high)}`
      : `values ${compact(range.low)} to ${compact(range.high)}`;
  return `${what} of ${height}×${width}${channels === 1 ? "" : `×${channels}`}; ${ends}`;
}

function notesOf(range: ValueRange): string[] {
  const notes: string[] = [];
  if (range.notFinite > 0) notes.push(`${range.notFinite} pixel values are not finite (magenta)`);
  if (range.clipped > 0) notes.push(`${range.clipped} pixel values lie outside the range and are clipped`);
  return notes;
}
