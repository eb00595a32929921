// Embeddings in the plane: each item a point, a name or a small picture.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { forJson, type Matrix, type Numbers, sameLength, toMatrix, toNumbers } from "../input/numbers";
import { type PictureShape, type PicturesInput, readPictures, toRgba, valueRange } from "../input/pictures";
import { jsonNumbers } from "../input/series";
import { encodePng } from "../still/png";
import { escapeMarkup } from "../text/escape";
import { measureText } from "../text/rich-text";
import { themeOf } from "../theme/theme";
import type { PlotlyObject, Trace } from "../types";
import { CHART_OPTIONS, type ChartOptions, chartLayout, makeFigure, seriesColor } from "./options";

export interface EmbeddingOptions extends Omit<ChartOptions, "xScale" | "yScale" | "xRange" | "yRange"> {
  /** Class of each item, from 0: sets its colour. */
  labels?: Numbers;
  classes?: readonly string[];
  /** Name of each item: written beside its point when there are at most 60, else shown on hover. */
  names?: readonly string[];
  /** A picture of each item, drawn in place of its point. */
  thumbnails?: PicturesInput;
  shape?: PictureShape;
  /** Height of a picture in pixels: by default 16 to 48, as many pictures leave room for. */
  thumbnailSize?: number;
}

const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x", "triangle-down", "pentagon"] as const;

/**
 * Draws items at two coordinates.
 *
 * `plot.embedding(projected, { labels: digits, thumbnails: images })`
 *
 * Axes of an embedding mean nothing by themselves, so they carry no ticks. Throws when the items have more than two coordinates.
 */
export function embedding(input: Matrix, options: EmbeddingOptions = {}): Figure {
  const verb = "plot.embedding";
  checkOptions(verb, options, [
    ...CHART_OPTIONS.filter(name => !/Scale|Range/.test(name)),
    "labels",
    "classes",
    "names",
    "thumbnails",
    "shape",
    "thumbnailSize",
  ]);
  const theme = themeOf(options.theme, verb);
  const rows = toMatrix(input, `${verb}: points`);
  if (rows[0]!.length !== 2)
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: points must have two columns, got ${rows[0]!.length}; project them first (PCA, t-SNE)`,
    );
  const labels = options.labels === undefined ? rows.map(() => 0) : toNumbers(options.labels, `${verb}: labels`);
  sameLength(verb, "labels", labels.length, "the points", rows.length);
  const bad = labels.find(label => !Number.isInteger(label) || label < 0);
  if (bad !== undefined) throw new PlotError("PLOT_VALUE", `${verb}: labels must be whole numbers from 0, got ${bad}`);
  const highest = labels.reduce((most, label) => Math.max(most, label), 0);
  if (options.classes && options.classes.length <= highest)
    throw new PlotError(
      "PLOT_LENGTH",
      `${verb}: classes must name every label, got ${options.classes.length} names and label ${highest}`,
    );
  if (options.names) sameLength(verb, "names", options.names.length, "the points", rows.length);
  const written = options.names !== undefined && rows.length <= 60 && options.thumbnails === undefined;
  const width = options.width ?? 640;
  const height = options.height ?? 560;
  const ranges = [0, 1].map(k => padded(rows.map(row => row[k]!))) as [number, number][];
  const size = { width: width - 40, height: height - 90 };
  const placed = written ? placeNames(rows, options.names!, ranges, size) : undefined;
  const crowded = placed?.filter(place => place === undefined).length ?? 0;
  const data: Trace[] = [];
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 1);
  for (let label = 0; label < count; label++) {
    const members = rows.map((_, i) => i).filter(i => labels[i] === label);
    if (members.length === 0) continue;
    const names = options.names && members.map(i => escapeMarkup(options.names![i]!));
    const places = placed && members.map(i => placed[i]);
    data.push({
      type: "scatter",
      mode: written ? "markers+text" : "markers",
      name: options.classes?.[label] ?? String(label),
      x: jsonNumbers(members.map(i => rows[i]![0]!)),
      y: jsonNumbers(members.map(i => rows[i]![1]!)),
      marker: {
        color: seriesColor(theme, label),
        symbol: SYMBOLS[Math.floor(label / theme.colorway.length + (label % 2)) % SYMBOLS.length],
        size: rows.length > 1000 ? 4 : 7,
        opacity: options.thumbnails ? 0.15 : 0.85,
      },
      ...(names
        ? {
            ...(places
              ? {
                  text: names.map((name, k) => (places[k] ? name : "")),
                  textposition: places.map(place => place ?? "top center"),
                  textfont: { size: NAME_SIZE, color: theme.ink },
                }
              : {}),
            hovertext: names,
            hovertemplate: "%{hovertext}<extra></extra>",
          }
        : {}),
      showlegend: options.labels !== undefined,
    });
  }
  const layout = chartLayout(verb, { xLabel: "first coordinate", yLabel: "second coordinate", ...options });
  const bare = { showgrid: false, zeroline: false, showticklabels: false, ticks: "", mirror: false };
  layout.xaxis = { ...layout.xaxis, ...bare, range: ranges[0]! };
  layout.yaxis = { ...layout.yaxis, ...bare, range: ranges[1]! };
  layout.width ??= width;
  layout.height ??= height;
  if (options.thumbnails !== undefined) {
    layout.images = thumbnailImages(verb, rows, ranges, options, size);
  }
  const notes =
    crowded > 0 ? [`${crowded} ${crowded === 1 ? "name has" : "names have"} no room: hover tells them`] : [];
  return makeFigure(verb, data, layout, options, notes);
}

const NAME_SIZE = 11;
const NAME_PLACES = ["top center", "bottom center", "middle right", "middle left"] as const;
type NamePlace = (typeof NAME_PLACES)[number];

/** Where each name stands beside its point without touching a point or a name placed before it; undefined where there is no room. */
function placeNames(
  rows: number[][],
  names: readonly string[],
  ranges: [number, number][],
  size: { width: number; height: number },
): (NamePlace | undefined)[] {
  const pixel = (row: number[]) => ({
    x: ((row[0]! - ranges[0]![0]) / (ranges[0]![1] - ranges[0]![0])) * size.width,
    y: (1 - (row[1]! - ranges[1]![0]) / (ranges[1]![1] - ranges[1]![0])) * size.height,
  });
  const points = rows.map(pixel);
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 3, right: x + 3, top: y - 3, bottom: y + 3 }));
  return points.map(({ x, y }, i) => {
    const wide = measureText(escapeMarkup(names[i]!), { size: NAME_SIZE, color: "#000" }).width;
    const boxes: Record<NamePlace, Box> = {
      "top center": { left: x - wide / 2, right: x + wide / 2, top: y - 5 - NAME_SIZE, bottom: y - 5 },
      "bottom center": { left: x - wide / 2, right: x + wide / 2, top: y + 5, bottom: y + 5 + NAME_SIZE },
      "middle right": { left: x + 5, right: x + 5 + wide, top: y - NAME_SIZE / 2, bottom: y + NAME_SIZE / 2 },
      "middle left": { left: x - 5 - wide, right: x - 5, top: y - NAME_SIZE / 2, bottom: y + NAME_SIZE / 2 },
    };
    const free = NAME_PLACES.find(place => {
      const box = boxes[place];
      if (box.left < 0 || box.right > size.width) return false;
      return !taken.some((other, k) => k !== i && overlap(box, other));
    });
    if (free) taken.push(boxes[free]);
    return free;
  });
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function padded(values: number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) throw new PlotError("PLOT_VALUE", "plot.embedding: expected finite coordinates, got none");
  let [low, high] = [Infinity, -Infinity];
  for (const value of finite) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const room = (high - low || 1) * 0.07;
  return [forJson(low - room)!, forJson(high + room)!];
}

function thumbnailImages(
  verb: string,
  rows: number[][],
  ranges: [number, number][],
  options: EmbeddingOptions,
  size: { width: number; height: number },
): PlotlyObject[] {
  const pictures = readPictures(verb, options.thumbnails!, options.shape);
  sameLength(verb, "thumbnails", pictures.count, "the points", rows.length);
  const range = valueRange(verb, pictures);
  // Pictures that together cover a seventh of the plot leave most of their neighbours to be seen.
  const fit = Math.sqrt((size.width * size.height) / 7 / rows.length);
  const tall = options.thumbnailSize ?? Math.round(Math.min(Math.max(fit, 16), 48));
  const wide = (tall * pictures.width) / pictures.height;
  return rows.map(([x, y], i) => ({
    source: `data:image/png;base64,${encodePng(toRgba(pictures, i, range), pictures.width, pictures.height).toString("base64")}`,
    xref: "x",
    yref: "y",
    x: forJson(x!),
    y: forJson(y!),
    sizex: forJson(((ranges[0]![1] - ranges[0]![0]) * wide) / size.width),
    sizey: forJson(((ranges[1]![1] - ranges[1]![0]) * tall) / size.height),
    xanchor: "center",
    yanchor: "middle",
    sizing: "contain",
    layer: "above",
  }));
}
