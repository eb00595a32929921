/**
 * NPY, NumPy's format for one array: a magic word, a version, a header that is a Python dictionary in ASCII, then the values.
 *
 * Little-endian values in C order become a view of the file's bytes where their alignment allows; big-endian and Fortran order are
 * converted. Half precision, which JavaScript has no array for, becomes float32. Objects (pickles) are refused: reading one runs
 * code. Source: numpy/lib/format.py, "A Simple File Format for NumPy Arrays".
 */
import { DataError, FormatError } from "../errors";

export type NpyValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's name of the type, e.g. "float32". Booleans are 0 and 1 in a Uint8Array. */
  readonly dtype: string;
  readonly values: NpyValues;
}

interface Type {
  readonly name: string;
  readonly size: number;
  /** What the values are read into. */
  readonly array: new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => NpyValues;
}

/** By NumPy's letter and size, without the mark of byte order. */
const types: Readonly<Record<string, Type>> = {
  b1: { name: "bool", size: 1, array: Uint8Array },
  u1: { name: "uint8", size: 1, array: Uint8Array },
  i1: { name: "int8", size: 1, array: Int8Array },
  u2: { name: "uint16", size: 2, array: Uint16Array },
  i2: { name: "int16", size: 2, array: Int16Array },
  u4: { name: "uint32", size: 4, array: Uint32Array },
  i4: { name: "int32", size: 4, array: Int32Array },
  u8: { name: "uint64", size: 8, array: BigUint64Array },
  i8: { name: "int64", size: 8, array: BigInt64Array },
  f2: { name: "float16", size: 2, array: Uint16Array },
  f4: { name: "float32", size: 4, array: Float32Array },
  f8: { name: "float64", size: 8, array: Float64Array },
};

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const maxHeader = 1 << 20;
const maxRank = 64; // NumPy's own limit.

/** The dictionary NumPy writes: exactly these three keys, in any order. */
function parseHeader(text: string, offset: number): { descr: string; fortran: boolean; shape: number[] } {
  const fail = (reason: string): never => {
    throw new FormatError("npy", offset, reason);
  };
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  if (descr === undefined) fail("the header has no plain 'descr'; structured types are not supported");
  const fortran = /'fortran_order'\s*:\s*(True|False)\b/.exec(text)?.[1] ?? fail("the header has no 'fortran_order'");
  const tuple = /'shape'\s*:\s*\(([^()]*)\)/.exec(text)?.[1] ?? fail("the header has no 'shape'");
  const entries = tuple.split(",").map(entry => entry.trim());
  if (entries.at(-1) === "") entries.pop(); // (3,) and ()
  if (entries.length > maxRank) fail(`expected at most ${maxRank} dimensions, got ${entries.length}`);
  const shape = entries.map(entry =>
    /^\d{1,15}$/.test(entry) ? Number(entry) : fail(`"${entry.slice(0, 40)}" is no dimension`),
  );
  return { descr: descr!, fortran: fortran === "True", shape };
}

function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const swapped = new Uint8Array(bytes);
  for (let at = 0; at < swapped.length; at += size) swapped.subarray(at, at + size).reverse();
  return swapped;
}

/** Column-major to row-major: the first index ran fastest, now the last does. */
function transpose<T extends NpyValues>(values: T, shape: readonly number[]): T {
  const result = values.slice() as T;
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  for (let to = 0; to < values.length; to++) {
    const from = index.reduce((sum, position, axis) => sum + position * strides[axis]!, 0);
    result[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return result;
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24; // Subnormal.
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Reads an NPY file.
 *
 * @example const { shape, values } = parseNpy(await readFile("weights.npy"));
 * @throws FormatError when the header is wrong or the values are too few or too many
 */
export function parseNpy(bytes: Uint8Array): NpyArray {
  const fail = (offset: number, reason: string): never => {
    throw new FormatError("npy", offset, reason);
  };
  for (const [at, byte] of magic.entries())
    if (bytes[at] !== byte) fail(Math.min(at, bytes.length), "expected \\x93NUMPY");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) fail(bytes.length, "the file ends within the version");
  const major = view.getUint8(6);
  if (major < 1 || major > 3) fail(6, `expected version 1, 2 or 3, got ${major}`);
  const headerStart = major === 1 ? 10 : 12;
  if (bytes.length < headerStart) fail(bytes.length, "the file ends within the length of the header");
  const headerLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = headerStart + headerLength;
  if (headerLength > maxHeader) fail(8, `expected a header of at most ${maxHeader} bytes, got ${headerLength}`);
  if (bytes.length < start) fail(bytes.length, `the file ends within the header of ${headerLength} bytes`);
  const header = parseHeader(Buffer.from(bytes.subarray(headerStart, start)).toString("latin1"), headerStart);

  const [, order, code] = /^([<>|=]?)(.*)$/.exec(header.descr)!;
  const type = Object.hasOwn(types, code!)
    ? types[code!]!
    : fail(headerStart, `type "${header.descr}" is not supported`);
  const count = header.shape.reduce((product, dimension) => product * dimension, 1);
  if (count * type.size !== bytes.length - start) {
    const reason = `[${header.shape}] of ${type.name} needs ${count * type.size} bytes, ${bytes.length - start} are there`;
    fail(start, reason);
  }
  let body = bytes.subarray(start);
  if (order === ">" && type.size > 1) body = swapBytes(body, type.size);
  else if (body.byteOffset % type.size !== 0) body = new Uint8Array(body); // Typed arrays begin at multiples of their size.
  let values = new type.array(body.buffer, body.byteOffset, count);
  if (type.name === "float16") values = Float32Array.from(values as Uint16Array, halfToFloat);
  if (header.fortran && header.shape.length > 1) values = transpose(values, header.shape);
  return { shape: header.shape, dtype: type.name, values };
}

/**
 * Writes an NPY file, version 1, in C order.
 *
 * @example await writeFile("weights.npy", formatNpy({ shape: [2, 3], values: new Float32Array(6) }));
 */
export function formatNpy({ shape, values }: { shape: readonly number[]; values: NpyValues }): Uint8Array {
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  if (count !== values.length) {
    throw new DataError("DATA_ARGUMENT", `formatNpy: [${shape}] needs ${count} values, got ${values.length}`);
  }
  const code = Object.entries(types).find(
    ([key, type]) => key !== "b1" && key !== "f2" && values instanceof type.array,
  )![0];
  const descr = `${values.BYTES_PER_ELEMENT === 1 ? "|" : "<"}${code}`;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Blanks and a line break fill up to a multiple of 64, so that values can be mapped from the file.
  const padded = `${header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + values.byteLength);
  bytes.set([...magic, 1, 0, padded.length & 0xff, padded.length >> 8]);
  bytes.set(Buffer.from(padded, "latin1"), 10);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 10 + padded.length);
  return bytes;
}
