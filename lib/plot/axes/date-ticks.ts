// Ticks of a date axis, by plotly.js's rules (src/plots/cartesian/axes.js): whole years, months, weeks, days, hours, minutes or seconds.
//
// A label says what changes from tick to tick; what changes seldom (the year of days, the day of hours) stands below it, once.

import { string } from "../still/read";
import type { Axis } from "./axis";
import { DAY, formatDate, HOUR, MINUTE, MONTH, parseDate, printDate, SECOND, YEAR } from "./dates";
import type { Tick } from "./ticks";

/** From where ticks are counted: a first of January, and for weeks a Sunday or a Monday. */
const ORIGIN = Date.UTC(2000, 0, 1);
const SUNDAY = Date.UTC(2000, 0, 2);
const MONDAY = Date.UTC(2000, 0, 3);

/** Multiples of a unit that read well. */
const STEPS = {
  months: [1, 2, 3, 6, 12],
  days: [1, 2, 3, 7, 14],
  hours: [1, 2, 3, 6, 12],
  sixtieths: [1, 2, 5, 10, 15, 30],
};

/** Milliseconds between ticks, or "M3": every three months. */
export type DateStep = number | `M${number}`;

function next(steps: readonly number[], rough: number): number {
  return steps.find(step => step > rough) ?? steps.at(-1)!;
}

/** The smallest of 2, 5, 10 times a power of ten above the rough step. */
function nextDecimal(rough: number): number {
  const base = 10 ** Math.floor(Math.log10(rough));
  return base * next([2, 5, 10], rough / base);
}

/** The step nearest above a rough one in milliseconds. */
export function dateStep(rough: number): DateStep {
  const twice = 2 * rough;
  if (twice > YEAR) return `M${12 * nextDecimal(rough / YEAR)}`;
  if (twice > MONTH) return `M${next(STEPS.months, rough / MONTH)}`;
  if (twice > DAY) return DAY * next(STEPS.days, rough / DAY);
  if (twice > HOUR) return HOUR * next(STEPS.hours, rough / HOUR);
  if (twice > MINUTE) return MINUTE * next(STEPS.sixtieths, rough / MINUTE);
  if (twice > SECOND) return SECOND * next(STEPS.sixtieths, rough / SECOND);
  return nextDecimal(rough);
}

function statedStep(axis: Axis): DateStep | undefined {
  const given = axis.attributes.dtick;
  if (typeof given === "number" && given > 0) return given;
  return typeof given === "string" && /^M\d+$/.test(given) ? (given as DateStep) : undefined;
}

function originOf(axis: Axis, step: DateStep): number {
  const given = parseDate(axis.attributes.tick0);
  if (!Number.isNaN(given)) return given;
  const weeks = typeof step === "number" && step >= DAY && axis.attributes.dtick === undefined;
  if (!weeks) return ORIGIN;
  return /%[uVW]/.test(string(axis.attributes.tickformat, "")) ? MONDAY : SUNDAY;
}

/** The instants of the ticks between low and high, in order. */
function instants(step: DateStep, origin: number, low: number, high: number): number[] {
  const out: number[] = [];
  if (typeof step === "number") {
    for (let i = Math.ceil((low - origin) / step); origin + i * step <= high && out.length < 1000; i++)
      out.push(origin + i * step);
    return out;
  }
  const months = Number(step.slice(1));
  const start = new Date(origin);
  const after = (i: number) => {
    const date = new Date(origin);
    date.setUTCMonth(start.getUTCMonth() + i * months);
    return date.getTime();
  };
  // Months are of unequal length: begin one step early and skip what lies below.
  for (let i = Math.floor((low - origin) / (months * MONTH)) - 1; after(i) <= high && out.length < 1000; i++) {
    if (after(i) >= low) out.push(after(i));
  }
  return out;
}

/** How much of a date the labels must say: plotly.js's autoTickRound. */
type Detail = "year" | "month" | "day" | "minute" | "second" | number;

function detailOf(step: DateStep, origin: number): Detail {
  const start = printDate(origin);
  if (typeof step === "string") {
    if (start.length > 10 || start.slice(5) !== "01-01") return "day";
    return Number(step.slice(1)) % 12 === 0 ? "year" : "month";
  }
  if ((step >= DAY && start.length <= 10) || step >= DAY * 15) return "day";
  if ((step >= MINUTE && start.length <= 16) || step >= HOUR) return "minute";
  if ((step >= SECOND && start.length <= 19) || step >= MINUTE) return "second";
  const digits = Math.max(start.length, printDate(origin + step).length) - 20;
  return digits < 0 ? 4 : digits;
}

const FORMATS = { year: "%Y", month: "%b %Y", day: "%b %-d\n%Y", minute: "%H:%M\n%b %-d, %Y" };

/** What changes from tick to tick and, after a line break, what changes seldom. */
function words(detail: Detail, ms: number): string {
  if (typeof detail === "string" && detail !== "second") return formatDate(FORMATS[detail], ms);
  const digits = detail === "second" ? 0 : detail;
  const part = digits > 0 ? `.${String(((ms % SECOND) + SECOND) % SECOND).padStart(3, "0")}`.slice(0, digits + 1) : "";
  return formatDate(`%H:%M:%S${part.replace(/\.?0+$/, "")}\n%b %-d, %Y`, ms);
}

/** The labels of instants; a second line is written where it differs from the one before. */
function labels(axis: Axis, values: number[], detail: Detail, repeat: boolean): string[] {
  const format = axis.attributes.tickformat;
  let head = "";
  return values.map(value => {
    const text = typeof format === "string" && format !== "" ? formatDate(format, value) : words(detail, value);
    const [first, second] = text.split("\n") as [string, string?];
    if (second === undefined) return first;
    if (repeat || second !== head) {
      head = second;
      return `${first}<br>${second}`;
    }
    return axis.attributes.side === "top" ? `${first}<br> ` : first;
  });
}

/** `rough` is the step that would fit the axis, in milliseconds. */
export function dateTicks(axis: Axis, rough: number): Tick[] {
  const step = statedStep(axis) ?? dateStep(rough);
  const origin = originOf(axis, step);
  const [from, to] = axis.range;
  const slack = Math.abs(to - from) * 1e-4;
  const values = instants(step, origin, Math.min(from, to) - slack, Math.max(from, to) + slack);
  // On an axis that runs backwards plotly.js writes the seldom part at the latest date first.
  const ordered = to < from ? values.reverse() : values;
  const texts = labels(axis, ordered, detailOf(step, origin), false);
  return ordered.map((value, i) => ({ value, text: texts[i]!, fontScale: 1 }));
}

/** Labels of dates that the layout names; `rough` as for dateTicks. */
export function dateLabels(axis: Axis, values: number[], rough: number): string[] {
  const step = statedStep(axis) ?? dateStep(rough);
  return labels(axis, values, detailOf(step, originOf(axis, step)), true);
}
