// One axis: its attributes with the template's laid under, its scale from data to pixels, its place in the figure.

import { boolean, list, merge, number, object, string, toNumber } from "../still/read";
import type { FigureJson, PlotlyObject, Trace } from "../types";
import { parseDate, printDate } from "./dates";

export type AxisType = "linear" | "log" | "category" | "date";

export interface Axis {
  /** "x", "x2", "y", "y3": how traces name it. */
  id: string;
  letter: "x" | "y";
  type: AxisType;
  /** Ends in linear units: exponents on a log axis, indices on a category axis, milliseconds on a date axis. */
  range: [number, number];
  categories: string[];
  attributes: PlotlyObject;
  /** Left or top edge and length, in pixels of the figure. */
  offset: number;
  length: number;
  /** A value of the data in linear units; NaN when the axis cannot show it. */
  toLinear(value: unknown): number;
  /** Linear units to pixels of the figure. */
  toPixel(linear: number): number;
}

/** "x2" of a trace is "xaxis2" of the layout. */
export function axisName(id: string): string {
  return `${id[0]}axis${id.slice(1)}`;
}

/** The axis attributes after the template and plotly.js's defaults. */
export function axisAttributes(figure: FigureJson, name: string): PlotlyObject {
  const template = object(object(figure.layout.template).layout);
  return merge(object(template[name.replace(/\d+$/, "")]), object(figure.layout[name]));
}

/** Ids of the axes that traces, annotations or the layout use. */
export function axisIds(figure: FigureJson, letter: "x" | "y"): string[] {
  const ids = new Set<string>();
  for (const trace of figure.data) {
    if (isCartesian(trace)) ids.add(string(trace[`${letter}axis`], letter));
  }
  for (const key of Object.keys(figure.layout)) {
    const found = new RegExp(`^${letter}axis(\\d*)$`).exec(key);
    if (found) ids.add(letter + found[1]);
  }
  return [...ids].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
}

const NO_AXES = new Set([
  "surface",
  "scatter3d",
  "mesh3d",
  "table",
  "pie",
  "sankey",
  "treemap",
  "sunburst",
  "indicator",
  "parcoords",
]);

export function isCartesian(trace: Trace): boolean {
  return !NO_AXES.has(trace.type ?? "scatter");
}

/** All values that traces put on one axis. */
export function valuesOnAxis(figure: FigureJson, id: string): unknown[] {
  const letter = id[0]!;
  const values: unknown[] = [];
  for (const trace of figure.data) {
    if (!isCartesian(trace) || string(trace[`${letter}axis`], letter) !== id) continue;
    // A box with given quartiles holds a list of outliers where others hold a value.
    for (const value of list(trace[letter]) ?? []) values.push(...(list(value) ?? [value]));
    const base = trace[`${letter}0`];
    if (base !== undefined) values.push(base);
    if (!list(trace[letter]) && typeof trace.name === "string" && namesCategory(trace, letter)) values.push(trace.name);
  }
  return values;
}

/** A box or violin without positions stands at its own name. */
function namesCategory(trace: Trace, letter: string): boolean {
  if (trace.type !== "box" && trace.type !== "violin") return false;
  const horizontal = trace.orientation === "h" || (trace.y === undefined && trace.x !== undefined);
  return letter === (horizontal ? "y" : "x");
}

/** The type plotly.js would choose, with what `type` says taken first. */
export function axisType(attributes: PlotlyObject, values: unknown[]): AxisType {
  const given = attributes.type;
  if (given === "log" || given === "linear" || given === "category" || given === "date") return given;
  const present = values.filter(value => value !== null && value !== undefined && value !== "");
  if (moreDates(present)) return "date";
  const numeric = present.filter(value => !Number.isNaN(toNumber(value))).length;
  return present.length > 0 && numeric * 2 <= present.length ? "category" : "linear";
}

/** More than two dates to each number, each counted once; a bare year is both. */
function moreDates(values: unknown[]): boolean {
  let dates = 0;
  let numeric = 0;
  for (const value of new Set(values)) {
    if (!Number.isNaN(parseDate(value))) dates++;
    if (!Number.isNaN(toNumber(value))) numeric++;
  }
  return dates > 2 * numeric;
}

/** The order of the categories: as given by the layout, else as they first appear. */
export function categoriesOf(attributes: PlotlyObject, values: unknown[]): string[] {
  const given = (list(attributes.categoryarray) ?? []).map(String);
  return [...new Set([...given, ...values.filter(value => value !== null && value !== undefined).map(String)])];
}

export function linearizer(type: AxisType, categories: string[]): (value: unknown) => number {
  if (type === "category") {
    const index = new Map(categories.map((category, i) => [category, i]));
    return value =>
      value === null || value === undefined ? Number.NaN : (index.get(String(value)) ?? toNumber(value));
  }
  if (type === "log") {
    return value => {
      const x = toNumber(value);
      return x > 0 ? Math.log10(x) : Number.NaN;
    };
  }
  return type === "date" ? dateToLinear : toNumber;
}

/** A date, or milliseconds since 1970 in UTC. */
function dateToLinear(value: unknown): number {
  const date = parseDate(value);
  return Number.isNaN(date) ? toNumber(value) : date;
}

/** Where values that a trace counts up begin (`x0`): on a date axis a date. */
export function countStart(type: AxisType, value: unknown): number {
  const start = type === "date" ? dateToLinear(value ?? 0) : toNumber(value ?? 0);
  return Number.isFinite(start) ? start : 0;
}

/** A range as the layout states it, in linear units. */
export function linearRange(type: AxisType, range: readonly unknown[]): [number, number] {
  return range.map(type === "date" ? dateToLinear : toNumber) as [number, number];
}

/** A range in linear units as the layout states it: dates are written as dates. */
export function statedRange(type: AxisType, range: [number, number]): [number, number] | [string, string] {
  return type === "date" ? [printDate(range[0]), printDate(range[1])] : range;
}

/** The axis, placed: `area` is the figure's plot area that domains refer to. */
export function placeAxis(
  figure: FigureJson,
  id: string,
  stated: readonly unknown[],
  area: { left: number; top: number; width: number; height: number },
): Axis {
  const letter = id[0] as "x" | "y";
  const attributes = axisAttributes(figure, axisName(id));
  const values = valuesOnAxis(figure, id);
  const type = axisType(attributes, values);
  const categories = type === "category" ? categoriesOf(attributes, values) : [];
  const domain = list(attributes.domain)?.map(toNumber) ?? [0, 1];
  const [from, to] = [number(domain[0], 0), number(domain[1], 1)];
  const offset = letter === "x" ? area.left + area.width * from : area.top + area.height * (1 - to);
  const length = (letter === "x" ? area.width : area.height) * (to - from);
  const range = linearRange(type, stated);
  const [start, end] = range;
  const axis: Axis = {
    id,
    letter,
    type,
    range,
    categories,
    attributes,
    offset,
    length,
    toLinear: linearizer(type, categories),
    // Offset and length are read at each call, since tied scales may still shrink the axis.
    toPixel: linear => {
      const share = (linear - start) / (end - start);
      return axis.letter === "x" ? axis.offset + share * axis.length : axis.offset + (1 - share) * axis.length;
    },
  };
  return axis;
}

/** Shrinks the domains of axes tied by `scaleanchor` until a unit is as long on both, as plotly.js does with `constrain: "domain"`. */
export function tieScales(axes: Map<string, Axis>): void {
  for (const axis of axes.values()) {
    const other = axes.get(String(axis.attributes.scaleanchor));
    if (!other) continue;
    const perUnit = (one: Axis) => one.length / Math.abs(one.range[1] - one.range[0]);
    const [longer, shorter] = perUnit(axis) > perUnit(other) ? [axis, other] : [other, axis];
    if (longer.attributes.constrain !== "domain") continue;
    const length = Math.abs(longer.range[1] - longer.range[0]) * perUnit(shorter);
    longer.offset += (longer.length - length) / 2;
    longer.length = length;
  }
}

export function isVisible(axis: Axis): boolean {
  return boolean(axis.attributes.visible, true);
}
