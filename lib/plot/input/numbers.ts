// Numbers in, whatever holds them: arrays, typed arrays, nested arrays, tensors.
//
// A tensor is known by its shape and its `dataSync`, not by its class, so that this library draws tensors of any TensorFlow.js copy
// without importing one. Numbers that JSON cannot hold (NaN, infinities) become null, which plotly.js shows as a gap.

import { PlotError } from "../errors";

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** What is read of a tensor. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): ArrayLike<number> | ArrayLike<string>;
}

/** A sequence of numbers. */
export type Numbers = readonly number[] | TypedArray | TensorLike;

/** Rows of numbers, or a tensor of rank two. */
export type Matrix = readonly (readonly number[] | TypedArray)[] | TensorLike;

export function isTensor(value: unknown): value is TensorLike {
  return (
    typeof value === "object" &&
    value !== null &&
    Array.isArray((value as TensorLike).shape) &&
    typeof (value as TensorLike).dataSync === "function"
  );
}

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

export function isNumbers(value: unknown): value is Numbers {
  return (
    isTensor(value) ||
    isTypedArray(value) ||
    (Array.isArray(value) && (value.length === 0 || typeof value[0] === "number"))
  );
}

/** A flat list of numbers with at least one entry; `what` names it in errors ("plot.line: y"). */
export function toNumbers(value: unknown, what: string): number[] {
  if (isTensor(value)) {
    const long = value.shape.filter(size => size !== 1);
    if (long.length > 1) {
      throw new PlotError(
        "PLOT_SHAPE",
        `${what}: expected one row of numbers, got a tensor of shape [${value.shape}]; pick a row or flatten it`,
      );
    }
    if (value.dtype === "string" || value.dtype === "complex64") {
      throw new PlotError("PLOT_VALUE", `${what}: expected a tensor of numbers, got dtype ${value.dtype}`);
    }
    return nonEmpty(Array.from(value.dataSync() as ArrayLike<number>), what);
  }
  if (isTypedArray(value)) return nonEmpty(Array.from(value), what);
  if (!Array.isArray(value)) {
    throw new PlotError(
      "PLOT_VALUE",
      `${what}: expected an array, typed array or tensor of numbers, got ${describe(value)}`,
    );
  }
  const wrong = value.findIndex(entry => typeof entry !== "number");
  if (wrong >= 0) {
    throw new PlotError("PLOT_VALUE", `${what}: expected numbers, got ${describe(value[wrong])} at index ${wrong}`);
  }
  return nonEmpty([...(value as number[])], what);
}

function nonEmpty(values: number[], what: string): number[] {
  if (values.length > 0) return values;
  throw new PlotError("PLOT_EMPTY", `${what}: expected at least one value, got none; has the data been loaded?`);
}

/** Rows of equal length. */
export function toMatrix(value: unknown, what: string): number[][] {
  if (isTensor(value)) {
    const [rows, columns] = value.shape;
    if (value.shape.length !== 2) {
      throw new PlotError(
        "PLOT_SHAPE",
        `${what}: expected a tensor of rank 2, got shape [${value.shape}]; squeeze or reshape it`,
      );
    }
    if (rows! * columns! === 0)
      throw new PlotError("PLOT_EMPTY", `${what}: expected values, got shape [${value.shape}]`);
    const flat = Array.from(value.dataSync() as ArrayLike<number>);
    return Array.from({ length: rows! }, (_, row) => flat.slice(row * columns!, (row + 1) * columns!));
  }
  if (!Array.isArray(value)) {
    throw new PlotError(
      "PLOT_SHAPE",
      `${what}: expected rows of numbers or a tensor of rank 2, got ${describe(value)}`,
    );
  }
  if (value.length === 0) throw new PlotError("PLOT_EMPTY", `${what}: expected at least one row, got none`);
  const matrix = value.map((row, index) => toNumbers(row, `${what}[${index}]`));
  const width = matrix[0]!.length;
  const odd = matrix.findIndex(row => row.length !== width);
  if (odd >= 0) {
    throw new PlotError(
      "PLOT_LENGTH",
      `${what}: rows must be equally long, row 0 has ${width} values and row ${odd} has ${matrix[odd]!.length}`,
    );
  }
  return matrix;
}

/** Throws unless two lists that belong together are equally long. */
export function sameLength(verb: string, a: string, aLength: number, b: string, bLength: number): void {
  if (aLength === bLength) return;
  throw new PlotError("PLOT_LENGTH", `${verb}: ${a} and ${b} must be equally long, got ${aLength} and ${bLength}`);
}

/** A value as a reader of an error message would call it. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isTensor(value)) return `a tensor of shape [${value.shape}]`;
  if (isTypedArray(value)) return `a ${value.constructor.name} of length ${value.length}`;
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "an invalid Date" : `the Date ${value.toISOString()}`;
  if (typeof value === "object")
    return `an object with the keys ${Object.keys(value).slice(0, 6).join(", ") || "(none)"}`;
  return `${typeof value} ${String(value)}`;
}

/** Seven significant digits (what a float32 holds) keep a stored figure small; what JSON cannot hold becomes null. */
export function forJson(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
