// A figure in words: what a diff, a terminal or a screen reader shows of it.

import { axisIds, axisName } from "./axes/axis";
import { parseDate, printDate } from "./axes/dates";
import { isList, list, numbers, object, string, textOf } from "./still/read";
import type { FigureJson, PlotlyObject, Trace } from "./types";

export function summarize(figure: FigureJson, notes: readonly string[], words?: readonly string[]): string {
  const { data, layout } = figure;
  const title = plain(textOf(layout.title)) || "untitled";
  const subtitle = plain(string(object(object(layout.title).subtitle).text, ""));
  const kinds = [...new Set(data.map(kind))].join(", ");
  const lines = [`Figure “${title}”${subtitle ? ` — ${subtitle}` : ""} (${kinds || "empty"})`];
  for (const letter of ["x", "y"] as const) {
    for (const id of axisIds(figure, letter)) {
      const axis = object(layout[axisName(id)]);
      if (axis.visible === false) continue;
      lines.push(`  ${id}: ${axisWords(axis)}`);
    }
  }
  if (words) {
    lines.push(...words.map(line => `  ${line}`));
  } else {
    lines.push(...data.slice(0, MOST_TRACES).map(traceWords).filter(Boolean));
    if (data.length > MOST_TRACES) lines.push(`  … and ${data.length - MOST_TRACES} more`);
  }
  lines.push(...notes.map(note => `  ⚠ ${note}`));
  return lines.join("\n");
}

/** A figure of a hundred pictures needs no hundred lines. */
const MOST_TRACES = 12;

function kind(trace: Trace): string {
  const type = trace.type ?? "scatter";
  if (type !== "scatter" && type !== "scattergl") return type;
  const mode = string(trace.mode, "lines");
  return trace.fill && trace.fill !== "none"
    ? "area"
    : mode.includes("lines")
      ? "line"
      : mode === "text"
        ? "text"
        : "scatter";
}

function axisWords(axis: PlotlyObject): string {
  const name = plain(textOf(axis.title)) || "no label";
  const stated = list(axis.range);
  if (stated?.every(end => typeof end === "string")) return `${name}, ${stated[0]} to ${stated[1]}`;
  const range = numbers(stated);
  if (!range) return name;
  if (axis.type === "log") return `${name}, ${compact(10 ** range[0]!)} to ${compact(10 ** range[1]!)} (log)`;
  return `${name}, ${compact(range[0]!)} to ${compact(range[1]!)}`;
}

function traceWords(trace: Trace): string {
  const name = plain(trace.name ?? "") || kind(trace);
  const dates = datesOf(trace);
  if (dates)
    return `  ${name}: ${dates.length} dates, ${printDate(Math.min(...dates))} to ${printDate(Math.max(...dates))}`;
  const medians = trace.type === "box" ? numbers(trace.median) : undefined;
  if (medians) return boxWords(name, trace, medians);
  const values = seriesOf(trace);
  if (!values) return trace.name ? `  ${name}` : "";
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return `  ${name}: ${values.length} values, none finite`;
  let [low, high] = [Infinity, -Infinity];
  for (const value of finite) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const last = finite.at(-1)!;
  const count = `${values.length} ${values.length === 1 ? "value" : "values"}`;
  return `  ${name}: ${count}, ${compact(low)} to ${compact(high)}, last ${compact(last)}`;
}

/** Boxes that were given as what they show: their median, the middle half, the fences. */
function boxWords(name: string, trace: Trace, medians: number[]): string {
  const at = (key: string) => numbers(trace[key])?.map(compact) ?? [];
  const [lowest, low, high, highest] = [at("lowerfence"), at("q1"), at("q3"), at("upperfence")];
  const boxes = medians.map(
    (median, i) =>
      `median ${compact(median)}, half in ${low[i]} to ${high[i]}, fences ${lowest[i] ?? "?"} and ${highest[i] ?? "?"}`,
  );
  return `  ${name}: ${boxes.join("; ")}`;
}

/** The dates that a trace is about: of a histogram, or of points above each other in time. */
function datesOf(trace: Trace): number[] | undefined {
  if (trace.z !== undefined) return undefined;
  const dates = list(trace.orientation === "h" || trace.y === undefined ? trace.x : trace.y)?.map(parseDate);
  const known = dates?.filter(Number.isFinite) ?? [];
  return known.length * 2 > (dates?.length ?? 0) ? known : undefined;
}

/** The numbers a trace is about: z of a grid, y of a line, x of a histogram. */
function seriesOf(trace: Trace): number[] | undefined {
  const grid = list(trace.z);
  if (grid)
    return isList(grid[0])
      ? isList(list(grid[0])![0])
        ? undefined
        : grid.flatMap(row => numbers(row) ?? [])
      : numbers(grid);
  return numbers(trace.orientation === "h" || trace.y === undefined ? trace.x : trace.y);
}

/** Four significant digits, exponents only where they help. */
export function compact(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return Number(value.toPrecision(4)).toExponential().replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

function plain(text: string): string {
  return text.replace(/<br>/g, " ").replace(/<[^>]*>/g, "");
}
