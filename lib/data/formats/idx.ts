/**
 * IDX, the format MNIST is published in: two zero bytes, a type code, the number of dimensions, each dimension as a big-endian
 * 32-bit integer, then the values in row-major order, big-endian.
 *
 * One-byte values are given as a view of the file's own bytes. Wider ones are copied, because their byte order is the other one.
 * Source: the page of the MNIST database, Yann LeCun, Corinna Cortes and Christopher Burges.
 */
import { FormatError } from "../errors";

export type IdxValues = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: IdxValues;
}

const typeCodes = {
  8: { name: "uint8", size: 1 },
  9: { name: "int8", size: 1 },
  11: { name: "int16", size: 2 },
  12: { name: "int32", size: 4 },
  13: { name: "float32", size: 4 },
  14: { name: "float64", size: 8 },
} as const;

/** More dimensions than any array has; the format itself would allow 255. */
const maxRank = 32;

/**
 * Reads an IDX file.
 *
 * @example const { shape, values } = parseIdx(await readFile("train-images-idx3-ubyte")); // shape [60000, 28, 28]
 * @throws FormatError when the bytes are too few, too many or of an unknown type
 */
export function parseIdx(bytes: Uint8Array): IdxArray {
  const fail = (offset: number, reason: string): never => {
    throw new FormatError("idx", offset, reason);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) fail(bytes.length, `expected a header of 4 bytes, the file ends after ${bytes.length}`);
  if (view.getUint16(0) !== 0) fail(0, `expected two zero bytes, got ${view.getUint8(0)} and ${view.getUint8(1)}`);
  const code = view.getUint8(2);
  const type = typeCodes[code as keyof typeof typeCodes] ?? fail(2, `unknown type code ${code}`);
  const rank = view.getUint8(3);
  if (rank > maxRank) fail(3, `expected at most ${maxRank} dimensions, got ${rank}`);
  const start = 4 + 4 * rank;
  if (bytes.length < start) fail(bytes.length, `expected ${rank} dimensions, the file ends within them`);

  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, dimension) => product * dimension, 1); // A double: too large is inexact, never negative.
  if (count * type.size !== bytes.length - start) {
    fail(start, `[${shape}] of ${type.name} needs ${count * type.size} bytes, ${bytes.length - start} are there`);
  }
  const { buffer, byteOffset } = bytes;
  const element = (index: number) => start + index * type.size;
  switch (type.name) {
    case "uint8":
      return { shape, values: new Uint8Array(buffer, byteOffset + start, count) };
    case "int8":
      return { shape, values: new Int8Array(buffer, byteOffset + start, count) };
    case "int16":
      return { shape, values: Int16Array.from({ length: count }, (_, i) => view.getInt16(element(i))) };
    case "int32":
      return { shape, values: Int32Array.from({ length: count }, (_, i) => view.getInt32(element(i))) };
    case "float32":
      return { shape, values: Float32Array.from({ length: count }, (_, i) => view.getFloat32(element(i))) };
    case "float64":
      return { shape, values: Float64Array.from({ length: count }, (_, i) => view.getFloat64(element(i))) };
  }
}

/** Writes an IDX file. */
export function formatIdx({ shape, values }: IdxArray): Uint8Array {
  const codes: Record<string, keyof typeof typeCodes> = {
    Uint8Array: 8,
    Int8Array: 9,
    Int16Array: 11,
    Int32Array: 12,
    Float32Array: 13,
    Float64Array: 14,
  };
  const code = codes[values.constructor.name] ?? 8;
  const { size } = typeCodes[code];
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + values.length * size);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, code);
  view.setUint8(3, shape.length);
  for (const [axis, dimension] of shape.entries()) view.setUint32(4 + 4 * axis, dimension);
  for (const [index, value] of values.entries()) {
    const offset = start + index * size;
    if (code === 8) view.setUint8(offset, value);
    else if (code === 9) view.setInt8(offset, value);
    else if (code === 11) view.setInt16(offset, value);
    else if (code === 12) view.setInt32(offset, value);
    else if (code === 13) view.setFloat32(offset, value);
    else view.setFloat64(offset, value);
  }
  return bytes;
}
