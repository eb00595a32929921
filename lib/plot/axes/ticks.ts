// Where the ticks of an axis go and what they say, by plotly.js's own rules (src/plots/cartesian/axes.js), so that the still and the
// interactive figure agree tick by tick.

import { list, number, string, toNumber } from "../still/read";
import type { Axis } from "./axis";
import { dateLabels, dateTicks } from "./date-ticks";

export interface Tick {
  /** Linear units of the axis. */
  value: number;
  text: string;
  /** Relative to the axis's tick font. */
  fontScale: number;
  /** Shift of the label in pixels at font size 1. */
  dx?: number;
  dy?: number;
}

const MINUS = "−";
const SI = ["f", "p", "n", "μ", "m", "", "k", "M", "G", "T"];

/** The smallest of 2, 5, 10 times a power of ten that is larger than the rough step, as plotly.js's roundUp picks it. */
export function roundStep(rough: number): number {
  const base = 10 ** Math.floor(Math.log(rough) / Math.LN10);
  const ratio = rough / base;
  return base * (ratio < 2 ? 2 : ratio < 5 ? 5 : 10);
}

/** The step between ticks: a number, "L0.2" (linear steps on a log axis), "D1" or "D2" (digits between powers of ten). */
export function tickStep(axis: Axis): number | string {
  const given = axis.attributes.dtick;
  if (typeof given === "number" || (typeof given === "string" && /^[LD]/.test(given))) return given;
  const rough = roughStep(axis);
  if (axis.type === "category") return Math.ceil(Math.max(rough, 1));
  return axis.type === "log" ? logStep(axis, rough) : roundStep(rough);
}

/** The step that would give an axis of this length as many ticks as it has room for. */
function roughStep(axis: Axis): number {
  const span = Math.abs(axis.range[1] - axis.range[0]);
  let count = number(axis.attributes.nticks, 0);
  if (count === 0) {
    if (axis.type === "category") {
      const fontSize = number((axis.attributes.tickfont as { size?: number } | undefined)?.size, 12);
      count = axis.length / Math.round(fontSize * 1.2);
    } else {
      const spacing = axis.letter === "y" ? 40 : 80;
      count = Math.min(Math.max(axis.length / spacing, 4), 9) + 1;
    }
  }
  return span / count;
}

function logStep(axis: Axis, rough: number): number | string {
  const span = Math.abs(axis.range[1] - axis.range[0]);
  if (rough > 0.7) return Math.ceil(rough);
  if (span < 1) {
    const steps = 1.5 * Math.abs(span / rough);
    return `L${roundStep(Math.abs(10 ** axis.range[1] - 10 ** axis.range[0]) / steps)}`;
  }
  return rough > 0.3 ? "D2" : "D1";
}

export function axisTicks(axis: Axis): Tick[] {
  const explicit = list(axis.attributes.tickvals);
  if (explicit && axis.attributes.tickmode !== "auto" && axis.attributes.tickmode !== "linear") {
    return explicitTicks(axis, explicit);
  }
  if (axis.type === "date") return decorate(axis, dateTicks(axis, roughStep(axis)));
  const step = tickStep(axis);
  // A tick that rounding pushed just outside still counts, as in plotly.js's expandRange.
  const slack = Math.abs(axis.range[1] - axis.range[0]) * 1e-4;
  const low = Math.min(...axis.range) - slack;
  const high = Math.max(...axis.range) + slack;
  if (axis.type === "category") {
    const ticks: Tick[] = [];
    const every = Number(step);
    for (
      let i = Math.max(0, Math.ceil(low / every) * every);
      i <= Math.min(high, axis.categories.length - 0.5);
      i += every
    ) {
      ticks.push({ value: i, text: axis.categories[i] ?? "", fontScale: 1 });
    }
    return ticks;
  }
  if (typeof step === "string") return logTicks(axis, step, low, high);
  const origin = number(axis.attributes.tick0, 0);
  const ticks: Tick[] = [];
  const first = Math.ceil((low - origin) / step);
  const format = numberFormat(axis, step);
  for (let i = first; origin + i * step <= high && ticks.length < 1000; i++) {
    const value = origin + i * step;
    if (axis.type === "log") ticks.push(powerOfTen(axis, value));
    else ticks.push({ value, text: format(value), fontScale: 1 });
  }
  return decorate(axis, ticks);
}

/** Where the values of ticks are given, plotly.js writes labels as fine as ticks a hundred times as many would need. */
const FINER = 100;

function explicitTicks(axis: Axis, values: unknown[]): Tick[] {
  const texts = list(axis.attributes.ticktext);
  const slack = Math.abs(axis.range[1] - axis.range[0]) * 1e-9;
  const low = Math.min(...axis.range) - slack;
  const high = Math.max(...axis.range) + slack;
  const write = texts ? (_value: number, index: number) => string(texts[index], "") : explicitLabels(axis, values);
  const ticks: Tick[] = [];
  values.forEach((raw, index) => {
    const value = axis.toLinear(raw);
    if (value >= low && value <= high) ticks.push({ value, text: write(value, index), fontScale: 1 });
  });
  return ticks;
}

function explicitLabels(axis: Axis, values: unknown[]): (value: number, index: number) => string {
  if (axis.type === "category") return (_value, index) => String(values[index]);
  if (axis.type === "log") return value => powerOfTen(axis, value).text;
  if (axis.type === "date") {
    const labels = dateLabels(axis, values.map(axis.toLinear), roughStep(axis) / FINER);
    return (_value, index) => labels[index]!;
  }
  return numberFormat(axis, roundStep(roughStep(axis) / FINER));
}

function logTicks(axis: Axis, step: string, low: number, high: number): Tick[] {
  const ticks: Tick[] = [];
  if (step[0] === "L") {
    const size = Number(step.slice(1));
    const format = numberFormat(axis, size, [10 ** axis.range[0], 10 ** axis.range[1]]);
    for (let i = Math.ceil(10 ** low / size); i * size <= 10 ** high && ticks.length < 1000; i++) {
      if (i > 0) ticks.push({ value: Math.log10(i * size), text: format(i * size), fontScale: 1 });
    }
    return ticks;
  }
  const digits = step === "D2" ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const digit of digits) {
      const value = power + Math.log10(digit);
      if (value < low || value > high) continue;
      const tick: Tick = digit === 1 ? powerOfTen(axis, power) : { value, text: String(digit), fontScale: 0.75 };
      // Where nines are written, tens step aside.
      if (step === "D1" && /^[01]/.test(tick.text)) {
        if (axis.letter === "y") tick.dx = -tick.fontScale / 4;
        else Object.assign(tick, { dx: tick.fontScale * (power < 0 ? 0.5 : 0.25), dy: tick.fontScale / 2 });
      }
      ticks.push(tick);
    }
  }
  return ticks;
}

/** Labels of whole powers on a log axis, as plotly.js's formatLog writes them. */
function powerOfTen(axis: Axis, value: number): Tick {
  const power = Math.round(value);
  const format = string(axis.attributes.exponentformat, "B");
  if (format === "power" && Math.abs(value - power) < 1e-6) {
    const text = power === 0 ? "1" : power === 1 ? "10" : `10<sup>${power < 0 ? MINUS : ""}${Math.abs(power)}</sup>`;
    return { value, text, fontScale: 1.25 };
  }
  const plain = 10 ** value;
  return { value, text: numberFormat(axis, plain, [0, plain])(plain), fontScale: 1 };
}

/** Prefix and suffix, and d3's few formats that the course uses. */
function decorate(axis: Axis, ticks: Tick[]): Tick[] {
  const prefix = string(axis.attributes.tickprefix, "");
  const suffix = string(axis.attributes.ticksuffix, "");
  return prefix || suffix ? ticks.map(tick => ({ ...tick, text: prefix + tick.text + suffix })) : ticks;
}

/** plotly.js's numFormat: enough digits to tell neighbours apart, one exponent for the whole axis. */
export function numberFormat(
  axis: Pick<Axis, "attributes" | "range">,
  step: number,
  ends = axis.range,
): (value: number) => string {
  const tickformat = axis.attributes.tickformat;
  if (typeof tickformat === "string" && tickformat !== "") return value => d3Format(tickformat, value);
  const style = string(axis.attributes.exponentformat, "B");
  const round = 2 - Math.floor(Math.log10(step) + 0.01);
  const rangeExponent = Math.floor(Math.log10(Math.max(Math.abs(ends[0]), Math.abs(ends[1]))) + 0.01);
  const si = style === "SI" || style === "B";
  let exponent = 0;
  if (Math.abs(rangeExponent) > number(axis.attributes.minexponent, 3)) {
    exponent =
      si && rangeExponent > -14 && rangeExponent <= 13 ? 3 * Math.round((rangeExponent - 1) / 3) : rangeExponent;
  }
  if (style === "none") exponent = 0;
  return value => {
    const magnitude = Math.abs(value);
    // With the exponent shown on every label, zero carries none.
    if (magnitude < 10 ** -round / 2 || Math.abs(value / step) < 1e-6) return "0";
    const digits = round + exponent;
    let text = (magnitude * 10 ** -exponent).toFixed(Math.min(Math.max(digits, 0), 20));
    if (text.includes(".")) text = text.replace(/\.?0+$/, "");
    if (exponent) {
      const sign = exponent < 0 ? MINUS + -exponent : String(exponent);
      if (style === "power") text += `×10<sup>${sign}</sup>`;
      else if (style === "e" || style === "E") text += style + (exponent < 0 ? sign : `+${sign}`);
      else if (style === "B" && exponent === 9) text += "B";
      else text += SI[exponent / 3 + 5] ?? `×10<sup>${sign}</sup>`;
    }
    return (value < 0 ? MINUS : "") + text;
  };
}

const D3_FORMAT = /^(\+?)(,?)(?:\.(\d+))?(~?)([efgrsd%]?)$/i;

/** Whether d3Format knows the specifier. */
export function isNumberFormat(specifier: string): boolean {
  return D3_FORMAT.test(specifier);
}

/** The d3-format specifiers in use: [,][.digits](f|e|g|r|s|%|d), with trailing zeros cut by "~". */
export function d3Format(specifier: string, value: number): string {
  const match = D3_FORMAT.exec(specifier);
  if (!match || !Number.isFinite(value)) return String(value);
  const [, plus, comma, digitsText, trim, type] = match;
  const digits =
    digitsText === undefined ? (type === "f" || type === "%" || type === "e" ? 6 : 12) : Number(digitsText);
  const magnitude = Math.abs(value);
  let text: string;
  if (type === "f") text = magnitude.toFixed(digits);
  else if (type === "%") text = (magnitude * 100).toFixed(digits);
  else if (type === "e") text = magnitude.toExponential(digits).replace("-", MINUS);
  else if (type === "d") text = Math.round(magnitude).toString();
  else if (type === "s") {
    const power = magnitude === 0 ? 0 : Math.max(-5, Math.min(4, Math.floor(Math.log10(magnitude) / 3)));
    const scaled = magnitude / 1000 ** power;
    text =
      String(Number(scaled.toPrecision(Math.max(digitsText === undefined ? 6 : digits, 1)))) + (SI[power + 5] ?? "");
  } else text = trimZeros(magnitude.toPrecision(Math.max(digits, 1)));
  if (trim && type !== "s") text = trimZeros(text);
  if (type === "%") text += "%";
  if (comma) text = text.replace(/^\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ","));
  const negative = value < 0 && toNumber(text.replace(/[^\d.]/g, "")) !== 0;
  return (negative ? MINUS : plus ? "+" : "") + text;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+(?=$|e)/, "") : text;
}
