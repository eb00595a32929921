/**
 * Safetensors, the format in which models are shared: an 8-byte little-endian length, a JSON header of that length that says for each
 * tensor its type, shape and place, then the numbers. Unlike a pickle it holds no code, so opening a stranger's file is safe, provided that
 * the header is not believed: every field is checked against the others and against the bytes that are there.
 *
 * Source: the README of huggingface/safetensors, and its Rust reader for the order of the checks.
 */
import { FormatError } from "../errors";

/** Bytes per number. */
export const safetensorsTypes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type SafetensorsType = keyof typeof safetensorsTypes;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  /** First byte and the one after the last, counted from the start of the file. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes before the header. */
export const lengthBytes = 8;
/** The reference reader's limit: more is an attack on the JSON parser's memory, not a model. */
const maxHeaderBytes = 100_000_000;

const fail = (offset: number, reason: string): never => {
  throw new FormatError("safetensors", offset, reason);
};

/** The length of the header, from the first eight bytes of a file of `fileBytes`. */
export function parseHeaderLength(start: Uint8Array, fileBytes: number): number {
  if (start.length < lengthBytes) fail(start.length, `expected ${lengthBytes} bytes of header length, the file ends`);
  const length = new DataView(start.buffer, start.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > maxHeaderBytes) fail(0, `expected a header of at most ${maxHeaderBytes} bytes, got ${length}`);
  const bytes = Number(length);
  if (lengthBytes + bytes > fileBytes) fail(0, `expected a header of ${bytes} bytes, the file ends after ${fileBytes}`);
  return bytes;
}

/**
 * Checks a header against the size of its file. The entries come in the order of their data, which they cover without gap or overlap.
 *
 * @param json the header's bytes
 * @param fileBytes size of the whole file
 */
export function parseHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const parsed = parseJson(json);
  const dataStart = lengthBytes + json.length;
  const dataBytes = fileBytes - dataStart;
  const metadata: Record<string, string> = {};
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(parsed)) {
    if (name === "__metadata__") Object.assign(metadata, parseMetadata(value));
    else entries.push(parseEntry(name, value, dataStart, dataBytes));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = dataStart;
  for (const { name, begin, end } of entries) {
    if (begin < covered) fail(begin, `tensor "${name}" overlaps the one before it, which ends at ${covered}`);
    if (begin > covered) fail(covered, `${begin - covered} bytes before tensor "${name}" belong to no tensor`);
    covered = end;
  }
  if (covered !== fileBytes) fail(covered, `expected the file to end here, ${fileBytes - covered} bytes follow`);
  return { entries, metadata };
}

function parseJson(json: Uint8Array): object {
  if (json[0] !== 0x7b) fail(lengthBytes, `expected a JSON object, which begins with "{"`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch (cause) {
    throw new FormatError("safetensors", lengthBytes, `the header is no valid JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  return isObject(parsed) ? parsed : fail(lengthBytes, "expected a JSON object as header");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseMetadata(value: unknown): Record<string, string> {
  if (!isObject(value) || Object.values(value).some(v => typeof v !== "string"))
    return fail(lengthBytes, "expected __metadata__ to map names to strings");
  return value as Record<string, string>;
}

function parseEntry(name: string, value: unknown, dataStart: number, dataBytes: number): TensorEntry {
  const wrong = (reason: string): never => fail(lengthBytes, `tensor "${name.slice(0, 80)}": ${reason}`);
  if (!isObject(value)) return wrong("expected an object with dtype, shape and data_offsets");
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(safetensorsTypes, dtype))
    return wrong(`unknown dtype ${JSON.stringify(dtype)}; known are ${Object.keys(safetensorsTypes).join(", ")}`);
  if (!isCounts(shape)) return wrong(`expected a shape of whole numbers, got ${JSON.stringify(shape)?.slice(0, 80)}`);
  if (!isCounts(offsets) || offsets.length !== 2)
    return wrong(`expected two data_offsets, got ${JSON.stringify(offsets)?.slice(0, 80)}`);
  const [begin, end] = offsets as [number, number];
  if (begin > end) return wrong(`data_offsets [${begin}, ${end}] run backwards`);
  if (end > dataBytes) return wrong(`data_offsets end at ${end}, but only ${dataBytes} bytes of data are there`);
  const size = safetensorsTypes[dtype as SafetensorsType];
  const needed = shape.reduce((product, d) => product * d, size); // a double: too large is inexact, never negative
  if (needed !== end - begin)
    return wrong(`[${shape}] of ${dtype} needs ${needed} bytes, data_offsets span ${end - begin}`);
  return { name, dtype: dtype as SafetensorsType, shape, begin: dataStart + begin, end: dataStart + end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(v => Number.isSafeInteger(v) && v >= 0);
}

export interface TensorLayout {
  readonly name: string;
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
}

/** The header of a file that holds these tensors in this order, length included, padded so that the data starts at a multiple of 8. */
export function formatHeader(tensors: readonly TensorLayout[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: [string, unknown][] = Object.keys(metadata).length ? [["__metadata__", metadata]] : [];
  let at = 0;
  for (const { name, dtype, shape } of tensors) {
    const end = at + shape.reduce((product, d) => product * d, safetensorsTypes[dtype]);
    header.push([name, { dtype, shape, data_offsets: [at, end] }]);
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + padded).fill(0x20); // spaces, which JSON ignores
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, lengthBytes);
  return bytes;
}
