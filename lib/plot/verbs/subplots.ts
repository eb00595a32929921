// Several figures in a grid, as one figure.

import { complete } from "../complete";
import { checkOptions, PlotError } from "../errors";
import { Figure, sourceOf } from "../figure";
import { describe } from "../input/numbers";
import { isObject, list, number, object, string, textOf, toNumber } from "../still/read";
import { LINE_SPACING } from "../text/rich-text";
import { type Theme, themeOf } from "../theme/theme";
import type { Annotation, FigureJson, Layout, PlotlyObject, Trace } from "../types";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout } from "./options";

export interface SubplotsOptions extends FigureOptions {
  columns?: number;
  /** Height of each row in pixels: by default the tallest figure's share of its width. */
  rowHeight?: number;
}

const DEFAULT_WIDTH = 900;

interface Cell {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Arranges figures in a grid, row by row.
 *
 * `plot.subplots([plot.line(losses), plot.bar(scores), plot.heatmap(matrix)], { columns: 2, title: "One run" })`
 *
 * Each keeps its own axes, legend and colour bar; its title stands over its cell.
 */
export function subplots(figures: readonly Figure[], options: SubplotsOptions = {}): Figure {
  const verb = "plot.subplots";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "columns", "rowHeight"]);
  if (!Array.isArray(figures) || figures.length === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one figure, got ${describe(figures)}`);
  const odd = figures.findIndex(figure => !(figure instanceof Figure));
  if (odd >= 0)
    throw new PlotError("PLOT_VALUE", `${verb}: entry ${odd} must be a Figure, got ${describe(figures[odd])}`);
  const columns = options.columns ?? (figures.length <= 3 ? figures.length : figures.length === 4 ? 2 : 3);
  if (!Number.isInteger(columns) || columns < 1)
    throw new PlotError("PLOT_OPTION", `${verb}: columns must be a whole number above 0, got ${columns}`);
  if (options.rowHeight !== undefined && !(options.rowHeight >= 60))
    throw new PlotError("PLOT_OPTION", `${verb}: rowHeight must be 60 pixels or more, got ${options.rowHeight}`);
  const theme = options.theme ? themeOf(options.theme, verb) : sourceOf(figures[0]!).theme;
  const width = options.width ?? (columns === 1 ? 700 : DEFAULT_WIDTH);
  const rows = Math.ceil(figures.length / columns);
  const cellWidth = width / columns;
  const tallest = Math.max(...figures.map(figure => (figure.layout.height! / figure.layout.width!) * cellWidth));
  const rowHeight =
    options.rowHeight ?? (options.height ? options.height / rows : Math.min(Math.max(tallest, 200), 460));
  const layout: Layout = { ...figureLayout(verb, options), width };
  const titleHeight = options.title ? (options.subtitle ? 62 : 42) : 0;
  layout.height = Math.round(rows * rowHeight + titleHeight);
  // Every part has its place already: plotly.js must not make room again.
  layout.margin = { l: 0, r: 0, t: titleHeight, b: 0, autoexpand: false };
  if (isObject(layout.title)) layout.title = { ...layout.title, pad: { l: 14 } };
  layout.annotations = [];
  layout.shapes = [];
  layout.images = [];
  const data: Trace[] = [];
  figures.forEach((figure, index) => {
    const cell = {
      left: (index % columns) * cellWidth,
      top: Math.floor(index / columns) * rowHeight,
      width: cellWidth,
      height: rowHeight,
    };
    const source = sourceOf(figure);
    const child = complete(
      source.data,
      { ...source.layout, width: cellWidth, height: rowHeight, margin: keptMargin(source.layout, figure) },
      theme,
    );
    data.push(...place(child, layout, cell, index, { width, height: rows * rowHeight }, theme));
  });
  const words = figures.flatMap(figure => figure.text().split("\n"));
  return new Figure(data, layout, { theme, words });
}

/** Grids of pictures state margins that belong to their own size; charts have theirs fitted anew. */
function keptMargin(layout: Layout, figure: Figure): Layout["margin"] {
  return layout.margin && figure.layout.xaxis?.visible === false ? { t: layout.margin.t } : undefined;
}

/** Moves a figure's parts into its cell: axes by their domains, everything on paper by its fractions. Returns its traces. */
function place(
  child: FigureJson,
  parent: Layout,
  cell: Cell,
  index: number,
  whole: { width: number; height: number },
  theme: Theme,
): Trace[] {
  const margin = child.layout.margin!;
  const area = {
    left: cell.left + margin.l!,
    top: cell.top + margin.t!,
    width: Math.max(cell.width - margin.l! - margin.r!, 10),
    height: Math.max(cell.height - margin.t! - margin.b!, 10),
  };
  // Fractions of the child's plot area to fractions of the whole figure's.
  const x = (fraction: number) => round((area.left + area.width * fraction) / whole.width);
  const y = (fraction: number) => round(1 - (area.top + area.height * (1 - fraction)) / whole.height);
  const rename = axisRenamer(index);
  const scene = (id: string) => (index === 0 && id === "scene" ? id : `scene${index * 10 + Number(id.slice(5) || 1)}`);
  for (const [key, value] of Object.entries(child.layout)) {
    const axis = /^([xy])axis(\d*)$/.exec(key);
    if (axis) {
      const id = rename(axis[1]! + axis[2]!);
      parent[`${id[0]}axis${id.slice(1)}`] = placeAxis(object(value), axis[1] === "x" ? x : y, rename, axis[1]!, id);
    } else if (/^scene\d*$/.test(key)) {
      parent[scene(key)] = { ...object(value), domain: { x: [x(0), x(1)], y: [y(0), y(1)] } };
    }
  }
  const legend = index === 0 ? "legend" : `legend${index + 1}`;
  const own = object(child.layout.legend);
  parent[legend] = { ...own, x: x(number(own.x, 1.02)), y: y(number(own.y, 1)) };
  for (const name of ["annotations", "shapes", "images"] as const) {
    for (const item of list(child.layout[name]) ?? [])
      (parent[name] as PlotlyObject[]).push(placeItem(object(item), x, y, rename));
  }
  (parent.annotations as Annotation[]).push(...titles(child.layout, x(0), cell.top, whole, theme));
  const hidden = child.layout.showlegend === false;
  const shown = child.data.filter(trace => trace.showlegend !== false).length > 1;
  const scaleY = area.height / whole.height;
  return child.data.map(trace => ({
    ...trace,
    ...("scene" in trace || trace.type === "surface" || trace.type === "scatter3d"
      ? { scene: scene(string(trace.scene, "scene")) }
      : {}),
    xaxis: rename(string(trace.xaxis, "x")),
    yaxis: rename(string(trace.yaxis, "y")),
    legend,
    showlegend: hidden ? false : shown ? trace.showlegend : (trace.showlegend ?? false),
    ...(trace.colorbar ? { colorbar: placeColorBar(object(trace.colorbar), x, y, scaleY) } : {}),
    ...(object(trace.marker).colorbar
      ? {
          marker: {
            ...object(trace.marker),
            colorbar: placeColorBar(object(object(trace.marker).colorbar), x, y, scaleY),
          },
        }
      : {}),
  }));
}

/** The first figure keeps "x" and "y"; those of later ones are numbered on, ten to a figure. */
function axisRenamer(index: number): (id: string) => string {
  return id => {
    if (!/^[xy]\d*$/.test(id)) return id;
    const number = index * 10 + Number(id.slice(1) || 1);
    return id[0]! + (number === 1 ? "" : number);
  };
}

function placeAxis(
  axis: PlotlyObject,
  at: (fraction: number) => number,
  rename: (id: string) => string,
  letter: string,
  id: string,
): PlotlyObject {
  const [from, to] = (list(axis.domain) ?? [0, 1]).map(toNumber) as [number, number];
  const counter = letter === "x" ? "y" : "x";
  return {
    ...axis,
    domain: [at(from), at(to)],
    anchor: typeof axis.anchor === "string" ? rename(axis.anchor) : counter + id.slice(1),
    ...(typeof axis.scaleanchor === "string" ? { scaleanchor: rename(axis.scaleanchor) } : {}),
    ...(typeof axis.matches === "string" ? { matches: rename(axis.matches) } : {}),
  };
}

function placeItem(
  item: PlotlyObject,
  x: (f: number) => number,
  y: (f: number) => number,
  rename: (id: string) => string,
): PlotlyObject {
  const out = { ...item };
  for (const [letter, at] of [
    ["x", x],
    ["y", y],
  ] as const) {
    const ref = item[`${letter}ref`];
    if (ref === "paper") {
      for (const key of [letter, `${letter}0`, `${letter}1`])
        if (typeof item[key] === "number") out[key] = at(item[key]);
    } else {
      out[`${letter}ref`] = rename(string(ref, letter));
    }
  }
  return out;
}

function placeColorBar(
  bar: PlotlyObject,
  x: (f: number) => number,
  y: (f: number) => number,
  scale: number,
): PlotlyObject {
  return { ...bar, x: x(number(bar.x, 1.02)), y: y(number(bar.y, 0.5)), len: round(number(bar.len, 1) * scale) };
}

/** The child's title and subtitle as annotations over its cell. */
function titles(
  layout: Layout,
  x: number,
  top: number,
  whole: { width: number; height: number },
  theme: Theme,
): Annotation[] {
  const title = textOf(layout.title);
  const subtitle = string(object(object(layout.title).subtitle).text, "");
  const at = (text: string, pixel: number, font: PlotlyObject): Annotation => ({
    text,
    x,
    xref: "paper",
    xanchor: "left",
    y: round(1 - pixel / whole.height),
    yref: "paper",
    yanchor: "bottom",
    showarrow: false,
    borderpad: 0,
    align: "left",
    font,
  });
  const own = object(object(layout.title).font);
  const size = Math.min(number(own.size, 14), 14);
  // Lines that a narrow cell broke off push down what follows.
  const more = (lines: string) => lines.split("<br>").length - 1;
  const last = top + 33 + more(title) * size * LINE_SPACING;
  return [
    ...(title
      ? [
          at(title, last, {
            size,
            weight: number(own.weight, 600),
            color: string(own.color, theme.ink),
          }),
        ]
      : []),
    ...(subtitle
      ? [at(subtitle, last + 19 + more(subtitle) * 12 * LINE_SPACING, { size: 12, color: theme.muted })]
      : []),
  ];
}

function round(value: number): number {
  return Number(value.toFixed(5));
}
