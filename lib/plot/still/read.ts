// Reading Plotly's loosely typed JSON: every attribute may be missing, one value, or a list with one value per point.

import { isTypedArray } from "../input/numbers";
import type { PlotlyObject } from "../types";

export function isObject(value: unknown): value is PlotlyObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isTypedArray(value);
}

export function object(value: unknown): PlotlyObject {
  return isObject(value) ? value : {};
}

export function number(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

export function string(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : otherwise;
}

export function boolean(value: unknown, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

const TYPED = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  u4: Uint32Array,
  i2: Int16Array,
  u2: Uint16Array,
  i1: Int8Array,
  u1: Uint8Array,
  u1c: Uint8ClampedArray,
} as const;

/** A list, whether an array, a typed array, or plotly.js's base64 form {dtype, bdata, shape?}; undefined for anything else. */
export function list(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (isTypedArray(value)) return Array.from(value);
  if (!isObject(value) || typeof value.bdata !== "string" || typeof value.dtype !== "string") return undefined;
  const Type = TYPED[value.dtype as keyof typeof TYPED];
  if (!Type) return undefined;
  const bytes = Uint8Array.from(Buffer.from(value.bdata, "base64"));
  const flat = Array.from(new Type(bytes.buffer));
  const shape = String(value.shape ?? "")
    .split(",")
    .map(Number);
  if (shape.length !== 2) return flat;
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => flat.slice(row * columns, (row + 1) * columns));
}

export function isList(value: unknown): boolean {
  return list(value) !== undefined;
}

/** Numbers of a list; what is no number becomes NaN. Undefined when there is no list. */
export function numbers(value: unknown): number[] | undefined {
  return list(value)?.map(toNumber);
}

export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && value.trim() !== "") return Number(value);
  return Number.NaN;
}

/** Rows of numbers. */
export function rowsOfNumbers(value: unknown): number[][] {
  return (list(value) ?? []).map(row => numbers(row) ?? []);
}

/** The entry for one point: the list's when the attribute is a list, else the attribute itself. */
export function entry(value: unknown, index: number): unknown {
  const all = Array.isArray(value) ? value : isObject(value) || isTypedArray(value) ? list(value) : undefined;
  return all ? all[index] : value;
}

/** `over` laid upon `base`, objects merged deeply, lists and scalars replaced. */
export function merge(base: PlotlyObject, over: PlotlyObject): PlotlyObject {
  const out: PlotlyObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = out[key];
    out[key] = isObject(below) && isObject(value) ? merge(below, value) : value;
  }
  return out;
}

/** An attribute that may be given as plain text or as {text}. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : string(object(value).text, "");
}

export function font(value: unknown, base: { size: number; color: string; weight?: number }) {
  const given = object(value);
  const weight =
    given.weight === "bold" ? 700 : given.weight === "normal" ? 400 : number(given.weight, base.weight ?? 400);
  return { size: number(given.size, base.size), color: string(given.color, base.color), weight };
}
