// Plotly figures as data: what is drawn must be the same within tolerance, how it is stored need not be. Typed arrays are read, random
// ids are dropped, and a template is compared only where both sides have one (JupyterLab's renderer adds its own).
import type { Difference } from "./difference";
import { compareJson } from "./json";
import type { Rules } from "./rules";

export function comparePlotly(saved: unknown, fresh: unknown, rules: Rules): Difference[] {
  return compareJson(canonical(saved), canonical(fresh), rules, { exactIntegers: false });
}

/** The figure without ids and with every array as numbers. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<number>)];
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (typeof object.bdata === "string" && typeof object.dtype === "string")
    return readTyped(object.bdata, object.dtype, object.shape);
  const kept = Object.entries(object).filter(([key, entry]) => key !== "uid" && entry !== undefined);
  return Object.fromEntries(kept.map(([key, entry]) => [key, canonical(entry)]));
}

type NumberArray = new (buffer: ArrayBuffer) => Iterable<number>;

// The names that Plotly's schema gives to typed arrays.
const kinds: Record<string, NumberArray> = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  u1: Uint8Array,
  u1c: Uint8ClampedArray,
  u2: Uint16Array,
  u4: Uint32Array,
};

function readTyped(base64: string, dtype: string, shape: unknown): unknown {
  const kind = kinds[dtype];
  if (!kind) return { bdata: base64, dtype };
  const bytes = Buffer.from(base64, "base64");
  const flat = [...new kind(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer)];
  const columns = Number(String(shape ?? "").split(",")[1]);
  if (!columns) return flat;
  return Array.from({ length: flat.length / columns }, (_, row) => flat.slice(row * columns, (row + 1) * columns));
}
