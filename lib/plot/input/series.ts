// The series of a chart, from whichever form is at hand: one list, {x, y}, or several by name.

import { PlotError } from "../errors";
import { jsonDates, type Positions, toPositions } from "./dates";
import { describe, forJson, isNumbers, type Numbers, sameLength, toNumbers } from "./numbers";

/** One series with its own x, or without one (then x counts from 0). */
export interface XY {
  /** Numbers or dates. */
  x?: Positions;
  y: Numbers;
}

/** What line, scatter, area and curves take: `losses`, `{x, y}` or `{ train: losses, validation: {x, y} }`. */
export type SeriesInput = Numbers | XY | { readonly [name: string]: Numbers | XY };

export interface Series {
  /** Undefined for a lone unnamed series. */
  name: string | undefined;
  /** Dates are milliseconds here. */
  x: number[];
  y: number[];
  /** Whether x are dates. */
  dates: boolean;
}

function isXY(value: unknown): value is XY {
  return (
    typeof value === "object" &&
    value !== null &&
    isNumbers((value as XY).y) &&
    Object.keys(value).every(key => key === "x" || key === "y")
  );
}

/** `x` is shared by all series that bring none of their own. */
export function readSeries(verb: string, input: SeriesInput, x?: Positions): Series[] {
  if (isNumbers(input) || isXY(input)) return [readOne(verb, undefined, input, x)];
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: expected numbers, {x, y}, or an object of series by name, got ${describe(input)}`,
    );
  }
  const entries = Object.entries(input);
  if (entries.length === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one series, got an empty object`);
  return entries.map(([name, series]) => readOne(verb, name, series, x));
}

function readOne(verb: string, name: string | undefined, value: Numbers | XY, sharedX: Positions | undefined): Series {
  const label = name === undefined ? "y" : `series "${name}"`;
  const own = isNumbers(value) ? { x: sharedX, y: value } : value;
  if (!isXY(own) && !isNumbers(value)) {
    throw new PlotError("PLOT_VALUE", `${verb}: ${label} must be numbers or {x, y}, got ${describe(value)}`);
  }
  const y = toNumbers(own.y, `${verb}: ${label}`);
  const given = own.x ?? sharedX;
  const { values: x, dates } =
    given === undefined ? { values: y.map((_, i) => i), dates: false } : toPositions(given, `${verb}: x of ${label}`);
  sameLength(verb, `x of ${label}`, x.length, label, y.length);
  return { name, x, y, dates };
}

export interface Checked {
  series: Series[];
  /** What the reader should know was left out: shown on the figure and in its summary. */
  notes: string[];
}

/** Counts what cannot be shown (NaN, infinities, zero or less on a log axis) and throws when nothing is left. */
export function checkFinite(verb: string, series: Series[], log: { x: boolean; y: boolean }): Checked {
  const odd = series.find(one => one.dates !== series[0]!.dates);
  if (odd)
    throw new PlotError(
      "PLOT_VALUE",
      `${verb}: series must all have dates or all have numbers for x, "${odd.name}" differs from "${series[0]!.name}"`,
    );
  if (log.x && series.some(one => one.dates))
    throw new PlotError("PLOT_OPTION", `${verb}: dates have no logarithm; drop xScale: "log"`);
  let notFinite = 0;
  let notPositive = 0;
  let shown = 0;
  const checked = series.map(one => {
    const x = one.x.map(value => (log.x && value <= 0 ? Number.NaN : value));
    const y = one.y.map(value => (log.y && value <= 0 ? Number.NaN : value));
    one.y.forEach((value, i) => {
      if (!Number.isFinite(value) || !Number.isFinite(one.x[i]!)) notFinite++;
      else if ((log.y && value <= 0) || (log.x && one.x[i]! <= 0)) notPositive++;
      else shown++;
    });
    return { ...one, x, y };
  });
  if (shown === 0) {
    const why = notPositive > 0 ? "values above zero for a log axis" : "at least one finite value";
    throw new PlotError("PLOT_VALUE", `${verb}: expected ${why}, got none among ${notFinite + notPositive} points`);
  }
  const notes: string[] = [];
  if (notFinite > 0) notes.push(`${notFinite} ${notFinite === 1 ? "value is" : "values are"} not finite and not shown`);
  if (notPositive > 0)
    notes.push(`${notPositive} ${notPositive === 1 ? "value is" : "values are"} zero or less, not shown on a log axis`);
  return { series: checked, notes };
}

export function jsonNumbers(values: readonly number[]): (number | null)[] {
  return values.map(forJson);
}

/** The x of a series as the stored figure holds it. */
export function jsonX({ x, dates }: Series): (number | string | null)[] {
  return dates ? jsonDates(x) : jsonNumbers(x);
}
