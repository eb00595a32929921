// Records as a table: numbers aligned and formatted, the best set bold, a bar in the cell where a column is to be compared.

import { printDate } from "../axes/dates";
import { d3Format, isNumberFormat } from "../axes/ticks";
import { checkChoice, checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { describe } from "../input/numbers";
import { withAlpha } from "../still/color";
import { escapeMarkup } from "../text/escape";
import { measureText, shorten } from "../text/rich-text";
import { type Theme, themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { FIGURE_OPTIONS, type FigureOptions, figureLayout, makeFigure, seriesColor } from "./options";

export type TableRecord = { readonly [column: string]: unknown };

export interface TableOptions extends FigureOptions {
  /** Which columns, in which order; by default all, as they first appear. */
  columns?: readonly string[];
  /** Headings, where the column's name is not enough. */
  headings?: { readonly [column: string]: string };
  /** d3 formats by column: ".2f", ",d", ".1%", ".3e". */
  format?: { readonly [column: string]: string };
  /** Columns with a bar in each cell, from zero to the column's largest value. */
  bars?: readonly string[];
  /** Columns whose best value is set bold. */
  best?: { readonly [column: string]: "min" | "max" };
}

const ROW = 28;
const PAD = 12;
const BAR_WIDTH = 70;
const TEXT_SIZE = 13;
/** Longer texts are cut with an ellipsis and shown whole on hover. */
const MOST_TEXT = 320;

interface Column {
  name: string;
  heading: string;
  cells: string[];
  numeric: boolean;
  values: (number | undefined)[];
  bar: boolean;
  best: number | undefined;
  left: number;
  width: number;
}

/**
 * Draws records as a table.
 *
 * `plot.table([{ model: "MLP", accuracy: 0.979 }, { model: "CNN", accuracy: 0.992 }], { format: { accuracy: ".1%" }, bars: ["accuracy"] })`
 *
 * The text form of the figure is the table in plain characters.
 */
export function table(records: readonly TableRecord[], options: TableOptions = {}): Figure {
  const verb = "plot.table";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "columns", "headings", "format", "bars", "best"]);
  if (!Array.isArray(records))
    throw new PlotError("PLOT_VALUE", `${verb}: expected a list of records, got ${describe(records)}`);
  if (records.length === 0) throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one record, got none`);
  if (records.length > 200)
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: ${records.length} rows cannot be read, at most 200 can; slice or aggregate them`,
    );
  const odd = records.findIndex(record => typeof record !== "object" || record === null);
  if (odd >= 0)
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: record ${odd} must be an object of values by column, got ${describe(records[odd])}`,
    );
  const names = [...new Set(records.flatMap(record => Object.keys(record)))];
  if (options.columns !== undefined && !Array.isArray(options.columns))
    throw new PlotError("PLOT_OPTION", `${verb}: columns must be a list, got ${describe(options.columns)}`);
  for (const list of [
    options.columns,
    options.bars,
    Object.keys(options.format ?? {}),
    Object.keys(options.best ?? {}),
    Object.keys(options.headings ?? {}),
  ]) {
    const stray = list?.find(name => !names.includes(name));
    if (stray !== undefined)
      throw new PlotError("PLOT_OPTION", `${verb}: there is no column "${stray}"; columns: ${names.join(", ")}`);
  }
  for (const [name, format] of Object.entries(options.format ?? {})) {
    if (!isNumberFormat(format))
      throw new PlotError(
        "PLOT_OPTION",
        `${verb}: format of "${name}" must be one of d3's, such as ".2f", ",d", ".1%" or ".3e", got ${JSON.stringify(format)}`,
      );
  }
  for (const [name, best] of Object.entries(options.best ?? {}))
    checkChoice(verb, `best of "${name}"`, best, ["min", "max"]);
  const theme = themeOf(options.theme, verb);
  const columns = layColumns(verb, records, options.columns ?? names, options);
  const width = columns.at(-1)!.left + columns.at(-1)!.width;
  const height = (records.length + 1) * ROW;
  const data: Trace[] = [
    stripes(records.length, width, theme),
    ...columns.filter(column => column.bar).map(column => barTrace(column, theme)),
    ...columns.flatMap(column => textTraces(column, theme)),
  ];
  const layout = figureLayout(verb, options);
  const top = options.title ? (options.subtitle ? 70 : 48) : 10;
  layout.width ??= Math.max(Math.ceil(width) + 20, options.title ? 320 : 0);
  layout.height ??= height + top + 10;
  layout.margin = { l: 10, r: Math.max(layout.width - 10 - Math.ceil(width), 10), t: top, b: 10 };
  layout.xaxis = { visible: false, range: [0, Math.ceil(width)], fixedrange: true };
  layout.yaxis = { visible: false, range: [height, 0], fixedrange: true };
  layout.showlegend = false;
  layout.hovermode = "closest";
  layout.barmode = "overlay";
  layout.shapes = [ROW, height].map(y => ({
    type: "line",
    x0: 0,
    x1: Math.ceil(width),
    y0: y,
    y1: y,
    line: { color: theme.line, width: 1 },
  }));
  return makeFigure(verb, data, layout, options, [], plainTable(columns, records.length));
}

function layColumns(
  verb: string,
  records: readonly TableRecord[],
  names: readonly string[],
  options: TableOptions,
): Column[] {
  let left = 0;
  return names.map(name => {
    const raw = records.map(record => record[name]);
    const present = raw.filter(value => value !== undefined && value !== null);
    const numeric = present.length > 0 && present.every(value => typeof value === "number");
    const values = raw.map(value => (typeof value === "number" && Number.isFinite(value) ? value : undefined));
    const format = options.format?.[name] ?? (numeric ? defaultFormat(present as number[]) : "");
    const cells = raw.map(value => cellText(value, format));
    const heading = options.headings?.[name] ?? name;
    const bar = options.bars?.includes(name) ?? false;
    if (bar && !numeric)
      throw new PlotError(
        "PLOT_OPTION",
        `${verb}: a bar needs numbers, column "${name}" holds ${describe(present[0])}`,
      );
    const finite = values.filter(value => value !== undefined);
    const wanted = options.best?.[name];
    const best =
      wanted && finite.length > 0 ? (wanted === "max" ? Math.max(...finite) : Math.min(...finite)) : undefined;
    const style = { size: TEXT_SIZE, color: "#000", weight: best === undefined ? 400 : 700 };
    const textWidth = Math.min(
      MOST_TEXT,
      Math.max(
        measureText(escapeMarkup(heading), { ...style, weight: 600 }).width,
        ...cells.map(cell => measureText(escapeMarkup(cell), style).width),
      ),
    );
    const column = {
      name,
      heading,
      cells,
      numeric,
      values,
      bar,
      best,
      left,
      width: textWidth + 2 * PAD + (bar ? BAR_WIDTH + 8 : 0),
    };
    left += column.width;
    return column;
  });
}

/** Whole numbers with thousands apart; others with four digits of the largest. */
function defaultFormat(values: number[]): string {
  if (values.every(Number.isInteger)) return ",d";
  const most = Math.max(...values.filter(Number.isFinite).map(Math.abs));
  if (most >= 1e7 || most < 1e-3) return ".3e";
  return `,.${Math.max(0, 3 - Math.floor(Math.log10(most)))}f`;
}

function cellText(value: unknown, format: string): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number") return Number.isFinite(value) ? d3Format(format, value) : String(value);
  if (typeof value === "boolean") return value ? "✓" : "✗";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "–" : printDate(value.getTime());
  return String(value);
}

/** Every second row lies on a shade, so that the eye keeps its line. */
function stripes(count: number, width: number, theme: Theme): Trace {
  const x: (number | null)[] = [];
  const y: (number | null)[] = [];
  for (let row = 1; row < count; row += 2) {
    const top = (row + 1) * ROW;
    x.push(0, width, width, 0, 0, null);
    y.push(top, top, top + ROW, top + ROW, top, null);
  }
  return {
    type: "scatter",
    mode: "lines",
    x,
    y,
    fill: "toself",
    fillcolor: withAlpha(theme.muted, 0.07),
    line: { width: 0 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

function barTrace(column: Column, theme: Theme): Trace {
  const most = Math.max(...column.values.map(value => Math.abs(value ?? 0)), 1e-300);
  const shown = column.values.map((value, row) => ({ value, row })).filter(({ value }) => value !== undefined);
  return {
    type: "bar",
    orientation: "h",
    name: column.heading,
    x: shown.map(({ value }) => Math.round((Math.abs(value!) / most) * BAR_WIDTH * 10) / 10),
    y: shown.map(({ row }) => (row + 1.5) * ROW),
    base: column.left + PAD,
    width: ROW * 0.5,
    marker: { color: shown.map(({ value }) => withAlpha(seriesColor(theme, value! < 0 ? 1 : 0), 0.55)) },
    customdata: shown.map(({ row }) => column.cells[row]!),
    hovertemplate: "%{customdata}<extra>%{fullData.name}</extra>",
    showlegend: false,
  };
}

function textTraces(column: Column, theme: Theme): Trace[] {
  const right = column.numeric;
  const x = right ? column.left + column.width - PAD : column.left + PAD;
  const style = { size: TEXT_SIZE, color: theme.ink };
  const trace = (text: string[], y: number[], textfont: object): Trace => ({
    type: "scatter",
    mode: "text",
    x: y.map(() => x),
    y,
    text,
    textposition: right ? "middle left" : "middle right",
    textfont,
    hoverinfo: "skip",
    showlegend: false,
    cliponaxis: false,
  });
  const cells = column.cells.map((cell, row) => {
    const text = escapeMarkup(shorten(cell, style, MOST_TEXT));
    return column.best !== undefined && column.values[row] === column.best ? `<b>${text}</b>` : text;
  });
  return [
    trace([escapeMarkup(column.heading)], [ROW / 2], { size: TEXT_SIZE, color: theme.muted, weight: 600 }),
    trace(
      cells,
      column.cells.map((_, row) => (row + 1.5) * ROW),
      style,
    ),
  ];
}

/** The table in plain characters, for the text form of the figure. */
function plainTable(columns: Column[], rows: number): string[] {
  const widths = columns.map(column => Math.max(column.heading.length, ...column.cells.map(cell => cell.length)));
  const line = (texts: string[]) =>
    texts
      .map((text, i) => (columns[i]!.numeric ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  return [
    line(columns.map(column => column.heading)),
    widths.map(width => "─".repeat(width)).join("  "),
    ...Array.from({ length: rows }, (_, row) => line(columns.map(column => column.cells[row]!))),
  ];
}
