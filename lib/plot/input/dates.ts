// Positions in time: Date objects, or strings such as "2024-03-01", "2024-03-01 12:00" and "2024-03-01T12:00:30+02:00".

import { DAY, HOUR, MINUTE, parseDate, printDate, SECOND, zoneOffset } from "../axes/dates";
import { PlotError } from "../errors";
import type { Bins } from "./bins";
import { describe, type Numbers, toNumbers } from "./numbers";

/** A Date (an instant, shown in UTC), or a string (read as it stands; one that names a time zone is moved to UTC). */
export type Moment = Date | string;

export type Dates = readonly Moment[];

/** Where points stand along x: numbers or dates. */
export type Positions = Numbers | Dates;

/** Whether a list is meant as dates: its first entry says. */
export function isDates(value: unknown): value is Dates {
  return Array.isArray(value) && (value[0] instanceof Date || typeof value[0] === "string");
}

/** Milliseconds of one date. */
export function toInstant(value: unknown, what: string, where = ""): number {
  const instant = parseDate(value);
  // A Date that holds no time is a gap, as a number that is no number is.
  if (value instanceof Date) return instant;
  if (!Number.isNaN(instant)) return instant - (typeof value === "string" ? zoneOffset(value) * MINUTE : 0);
  throw new PlotError(
    "PLOT_VALUE",
    `${what}: expected a date (a Date, or a string such as "2024-03-01 12:00"), got ${describe(value)}${where}`,
  );
}

/** Positions as numbers, dates as milliseconds. */
export function toPositions(value: unknown, what: string): { values: number[]; dates: boolean } {
  if (!isDates(value)) return { values: toNumbers(value, what), dates: false };
  return { values: value.map((entry, index) => toInstant(entry, what, ` at index ${index}`)), dates: true };
}

/** Instants as the stored figure holds them: strings that plotly.js reads the same way in every time zone. */
export function jsonDates(instants: readonly number[]): (string | null)[] {
  return instants.map(instant => (Number.isFinite(instant) ? printDate(instant) : null));
}

/** Widths of bins that a reader can name. */
const WIDTHS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(n => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(n => n * MINUTE),
  ...[1, 2, 3, 6, 12].map(n => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 365].map(n => n * DAY),
];

/** Bins of seconds to years with about `wanted` of them; those of whole weeks begin on a Sunday, as the ticks of weeks do. */
export function dateBins(instants: readonly number[], wanted?: number): Bins {
  const low = instants.reduce((least, value) => Math.min(least, value), Infinity);
  const high = instants.reduce((most, value) => Math.max(most, value), -Infinity);
  const rough = (high - low) / (wanted ?? 30);
  if (wanted !== undefined && high > low) return { start: low, end: high, size: rough };
  const size = WIDTHS.find(width => width >= rough) ?? WIDTHS.at(-1)! * Math.ceil(rough / WIDTHS.at(-1)!);
  const origin = size % (7 * DAY) === 0 ? Date.UTC(2000, 0, 2) : Date.UTC(2000, 0, 1);
  const start = origin + Math.floor((low - origin) / size) * size;
  return { start, end: start + (Math.floor((high - start) / size) + 1) * size, size };
}
