// Embeddings in the plane: each item a point, a name or a small picture.

import { checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { forJson, type Matrix, type Numbers, sameLength, toMatrix, toNumbers } from "../input/numbers";
import { type PictureShape, type PicturesInput, readPictures, toRgba, valueRange } from "../input/pictures";
import { jsonNumbers } from "../input/series";
import { encodePng } from "../still/png";
import { escapeMarkup } from "../text/escape";
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
  if (options.names) sameLength(verb, "names", options.names.length, "the points", rows.length);
  const written = options.names !== undefined && rows.length <= 60 && options.thumbnails === undefined;
  const data: Trace[] = [];
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 1);
  for (let label = 0; label < count; label++) {
    const members = rows.map((_, i) => i).filter(i => labels[i] === label);
    if (members.length === 0) continue;
    const names = options.names && members.map(i => escapeMarkup(options.names![i]!));
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
            text: names,
            textposition: "top center",
            textfont: { size: 11, color: theme.ink },
            hovertemplate: "%{text}<extra></extra>",
          }
        : {}),
      showlegend: options.labels !== undefined,
    });
  }
  const layout = chartLayout(verb, { xLabel: "first coordinate", yLabel: "second coordinate", ...options });
  const bare = { showgrid: false, zeroline: false, showticklabels: false, ticks: "", mirror: false };
  const ranges = [0, 1].map(k => padded(rows.map(row => row[k]!)));
  layout.xaxis = { ...layout.xaxis, ...bare, range: ranges[0]! };
  layout.yaxis = { ...layout.yaxis, ...bare, range: ranges[1]! };
  layout.width ??= 640;
  layout.height ??= 560;
  if (options.thumbnails !== undefined) {
    layout.images = thumbnailImages(verb, rows, ranges as [number, number][], options, {
      width: layout.width - 40,
      height: layout.height - 90,
    });
  }
  return makeFigure(verb, data, layout, options);
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
