// A tensor as the last expression of a cell: what it is, what its values are like, the values themselves, and a picture where it is one.

import type { Figure } from "./figure";
import type { PicturesInput } from "./input/pictures";
import { compact } from "./summary";
import { DISPLAY, DISPLAY_METADATA, type MimeBundle } from "./types";
import { images } from "./verbs/images";

/** What is read of a tensor of TensorFlow.js. */
export interface DisplayedTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed?: boolean;
  dataSync(): ArrayLike<number> | ArrayLike<string>;
}

/** By which Node's inspection, and with it console.log, asks a value for its text. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Batches longer than this show their first pictures. */
const MOST_PICTURES = 30;
/** Rows and columns written before the middle is left out, as NumPy does. */
const EDGE_ITEMS = 3;
const MOST_WRITTEN = 7;
const MOST_LINES = 30;

/**
 * Every form of a tensor: text always, a figure where its shape says it holds pictures.
 * `device` names where it lives: "cpu", "cuda".
 */
export async function tensorDisplay(tensor: DisplayedTensor, device?: string): Promise<MimeBundle> {
  return (await showTensor(tensor, device)).bundle;
}

interface ShownTensor {
  bundle: MimeBundle;
  /** Metadata of its forms: the size at which the picture is meant. */
  metadata: Record<string, unknown>;
}

async function showTensor(tensor: DisplayedTensor, device: string | undefined): Promise<ShownTensor> {
  const text = tensorText(tensor, device);
  const values = readValues(tensor);
  if (typeof values === "string" || !looksLikePictures(tensor, values)) {
    return { bundle: { "text/plain": text }, metadata: {} };
  }
  const figure = pictureFigure(tensor, values as ArrayLike<number>, device);
  return { bundle: { ...(await figure[DISPLAY]()), "text/plain": text }, metadata: figure[DISPLAY_METADATA]() };
}

/** The text form: shape, type, device, statistics, values. */
export function tensorText(tensor: DisplayedTensor, device?: string): string {
  const values = readValues(tensor);
  if (typeof values === "string") return `${headline(tensor, undefined)}\n(${values})`;
  const lines = [`${headline(tensor, device)}, ${countText(tensor)}`];
  const summary = statistics(tensor, values);
  if (summary) lines.push(summary);
  if (tensor.size > 0) lines.push(valuesText(tensor.shape, values, tensor.dtype));
  return lines.join("\n");
}

/** The values, or why there are none: a disposed tensor and one inside a trace are looked at too, when a reader wonders what it is. */
function readValues(tensor: DisplayedTensor): ArrayLike<number> | ArrayLike<string> | string {
  if (tensor.isDisposed) return "disposed: its values are gone";
  try {
    return tensor.dataSync();
  } catch (error) {
    return `its values cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function headline(tensor: DisplayedTensor, device: string | undefined): string {
  const kind = "trainable" in tensor ? "Variable" : "Tensor";
  return `${kind} [${tensor.shape.join(", ")}] ${tensor.dtype}${device ? ` on ${device}` : ""}`;
}

function countText({ shape, size }: DisplayedTensor): string {
  if (shape.length === 0) return "scalar";
  return `${size.toLocaleString("en")} ${size === 1 ? "value" : "values"}`;
}

function statistics({ dtype, size }: DisplayedTensor, values: ArrayLike<number> | ArrayLike<string>): string {
  if (size < 2 || dtype === "string" || dtype === "complex64") return "";
  let [min, max, sum, notFinite] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  const count = values.length - notFinite;
  if (count === 0) return `all ${notFinite} values are NaN or infinite`;
  if (dtype === "bool") return `${sum} true, ${count - sum} false`;
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  const warning = notFinite > 0 ? `, ⚠ ${notFinite} NaN or infinite` : "";
  return `min ${compact(min)}, max ${compact(max)}, mean ${compact(mean)}, std ${compact(Math.sqrt(squares / count))}${warning}`;
}

/** Nested brackets in columns, the middle of long dimensions left out. */
function valuesText(shape: readonly number[], values: ArrayLike<number> | ArrayLike<string>, dtype: string): string {
  const places = placesOf(shape);
  const written = flatIndices(shape, places).map(index => values[index] as number | string);
  const format = formatOf(written, dtype);
  const shown = written.map(format);
  const width = Math.max(...shown.map(text => text.length));
  let next = 0;
  const write = (depth: number): string => {
    if (depth === shape.length) return shown[next++]!.padStart(shape.length > 0 ? width : 0);
    const parts = places[depth]!.map(i => (i < 0 ? "…" : write(depth + 1)));
    const below = shape.length - depth - 1;
    const separator = below === 0 ? ", " : `,${"\n".repeat(Math.min(below, 2))}${" ".repeat(depth + 1)}`;
    return `[${parts.join(separator)}]`;
  };
  return write(0);
}

/** What is written along each dimension; the outer ones give way first when there would be too many lines. */
function placesOf(shape: readonly number[]): number[][] {
  const places = shape.map(size => visible(size, EDGE_ITEMS, MOST_WRITTEN));
  const lines = () => places.slice(0, -1).reduce((product, { length }) => product * length, 1);
  for (let i = 0; i < shape.length - 1 && lines() > MOST_LINES; i++) places[i] = visible(shape[i]!, 1, 3);
  return places;
}

/** Positions along one dimension; -1 stands for those left out. */
function visible(size: number, edge: number, most: number): number[] {
  if (size <= most) return Array.from({ length: size }, (_, i) => i);
  const ends = Array.from({ length: edge }, (_, i) => i);
  return [...ends, -1, ...ends.map(i => size - edge + i)];
}

function flatIndices(shape: readonly number[], places: readonly number[][]): number[] {
  let flat = [0];
  shape.forEach((size, depth) => {
    flat = flat.flatMap(base => places[depth]!.filter(i => i >= 0).map(i => base * size + i));
  });
  return flat;
}

/** As many decimals for all as the longest needs, at most four; each by itself where some are too large or too small for that. */
function formatOf(written: readonly (number | string)[], dtype: string): (value: number | string) => string {
  if (dtype === "string") return value => JSON.stringify(value);
  if (dtype === "bool") return value => (value ? "true" : "false");
  const each = (value: number | string) =>
    dtype === "int32" || !Number.isFinite(value) ? String(value) : compact(value as number);
  const texts = written.map(each);
  if (dtype === "int32" || texts.some(text => text.includes("e"))) return each;
  const decimals = Math.min(4, Math.max(...texts.map(text => text.split(".")[1]?.length ?? 0)));
  return value => (Number.isFinite(value) ? (value as number).toFixed(decimals) : String(value));
}

/**
 * [H, W, C] and [N, H, W, C] with 1, 3 or 4 channels, each side from 8 to 1024 pixels; and, because digits often lose their channel,
 * squares [S, S] and [N, S, S] of at least 16 pixels whose values are those of a picture, 0 to 1 or 0 to 255.
 */
function looksLikePictures(
  { shape, dtype, size }: DisplayedTensor,
  values: ArrayLike<number> | ArrayLike<string>,
): boolean {
  if (dtype === "string" || dtype === "complex64" || dtype === "bool" || size === 0) return false;
  const channels = shape.at(-1)!;
  if ((shape.length === 3 || shape.length === 4) && (channels === 1 || channels === 3 || channels === 4)) {
    return shape.slice(-3, -1).every(side => side >= 8 && side <= 1024) && someFinite(values as ArrayLike<number>);
  }
  if (shape.length !== 2 && shape.length !== 3) return false;
  const [height, width] = shape.slice(-2) as [number, number];
  return height === width && height >= 16 && height <= 1024 && hasPictureValues(values as ArrayLike<number>);
}

function someFinite(values: ArrayLike<number>): boolean {
  return Array.prototype.some.call(values, Number.isFinite);
}

function hasPictureValues(values: ArrayLike<number>): boolean {
  let [low, high] = [Infinity, -Infinity];
  let whole = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) return false;
    if (value < low) low = value;
    if (value > high) high = value;
    whole &&= Number.isInteger(value);
  }
  return low >= 0 && low < high && (high <= 1 || (whole && high <= 255));
}

function pictureFigure(tensor: DisplayedTensor, values: ArrayLike<number>, device: string | undefined): Figure {
  const { shape, dtype } = tensor;
  const hasChannels = [1, 3, 4].includes(shape.at(-1)!);
  const size = hasChannels ? shape.slice(-3) : [...shape.slice(-2), 1];
  const count = shape.length === (hasChannels ? 4 : 3) ? shape[0]! : 1;
  const drawn = Math.min(count, MOST_PICTURES);
  const each = size.reduce((product, side) => product * side, 1);
  const some = Float32Array.from(values).slice(0, drawn * each);
  const batch: PicturesInput = { shape: [drawn, ...size], dtype, dataSync: () => some };
  const about = [statistics(tensor, values), drawn < count ? `the first ${drawn} of ${count}` : ""];
  return images(batch, { title: headline(tensor, device), subtitle: about.filter(Boolean).join("; ") });
}

/**
 * Teaches a tensor class to show itself in notebooks: called once with `tf.Tensor` when the library loads.
 * `deviceOf` names the device of a tensor.
 */
export function installTensorDisplay(
  TensorClass: { prototype: object },
  deviceOf: (tensor: DisplayedTensor) => string | undefined = () => undefined,
): void {
  // A notebook asks for the metadata right after the forms.
  const metadata = new WeakMap<DisplayedTensor, Record<string, unknown>>();
  const methods = {
    async [DISPLAY](this: DisplayedTensor) {
      const shown = await showTensor(this, deviceOf(this));
      metadata.set(this, shown.metadata);
      return shown.bundle;
    },
    [DISPLAY_METADATA](this: DisplayedTensor) {
      return metadata.get(this) ?? {};
    },
    [INSPECT](this: DisplayedTensor) {
      return tensorText(this, deviceOf(this));
    },
  };
  for (const symbol of [DISPLAY, DISPLAY_METADATA, INSPECT] as const) {
    Object.defineProperty(TensorClass.prototype, symbol, { configurable: true, value: methods[symbol] });
  }
}
