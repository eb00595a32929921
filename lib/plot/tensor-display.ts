// A tensor as the last expression of a cell: what it is, what its values are like, the values themselves, and a picture where it is one.

import { type PicturesInput, readPictures } from "./input/pictures";
import { compact } from "./summary";
import { DISPLAY, type MimeBundle } from "./types";
import { images } from "./verbs/images";

/** What is read of a tensor of TensorFlow.js. */
export interface DisplayedTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed?: boolean;
  dataSync(): ArrayLike<number> | ArrayLike<string>;
}

/** Batches longer than this show their first pictures. */
const MOST_PICTURES = 30;
/** Rows and columns written before the middle is left out, as NumPy does. */
const EDGE_ITEMS = 3;
const MOST_WRITTEN = 7;

/**
 * Every form of a tensor: text always, a figure where its shape says it holds pictures.
 * `device` names where it lives: "ort", "cpu", "webgpu".
 */
export async function tensorDisplay(tensor: DisplayedTensor, device?: string): Promise<MimeBundle> {
  const text = tensorText(tensor, device);
  if (tensor.isDisposed || !looksLikePictures(tensor)) return { "text/plain": text };
  const figure = images(picturesOf(tensor), { subtitle: headline(tensor, device) });
  return { ...(await figure[DISPLAY]()), "text/plain": text };
}

/** The text form: shape, type, device, statistics, values. */
export function tensorText(tensor: DisplayedTensor, device?: string): string {
  if (tensor.isDisposed) return `Tensor [${tensor.shape}] ${tensor.dtype} (disposed: its values are gone)`;
  const values = tensor.dataSync();
  const lines = [headline(tensor, device)];
  const summary = statistics(tensor, values);
  if (summary) lines.push(summary);
  if (tensor.size > 0) lines.push(valuesText(tensor.shape, values, tensor.dtype));
  return lines.join("\n");
}

function headline({ shape, dtype, size }: DisplayedTensor, device: string | undefined): string {
  const count = shape.length === 0 ? "scalar" : `${size.toLocaleString("en")} ${size === 1 ? "value" : "values"}`;
  return `Tensor [${shape.join(", ")}] ${dtype}${device ? ` on ${device}` : ""}, ${count}`;
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

/** Nested brackets in columns, the middle of long rows left out. */
function valuesText(shape: readonly number[], values: ArrayLike<number> | ArrayLike<string>, dtype: string): string {
  const shown = indices(shape).map(index => formatValue(values[index] as number | string, dtype));
  const width = Math.max(...shown.map(text => text.length));
  let next = 0;
  const write = (depth: number, offset: number): string => {
    if (depth === shape.length) return shown[next++]!.padStart(shape.length > 0 ? width : 0);
    const parts: string[] = [];
    for (const i of visible(shape[depth]!)) parts.push(i < 0 ? "…" : write(depth + 1, offset + 1));
    const inner = depth === shape.length - 1;
    const separator = inner ? ", " : `,${"\n".repeat(Math.min(shape.length - depth - 1, 2))}${" ".repeat(offset + 1)}`;
    return `[${parts.join(separator)}]`;
  };
  return write(0, 0);
}

/** Positions along one dimension; -1 stands for those left out. */
function visible(size: number): number[] {
  if (size <= MOST_WRITTEN) return Array.from({ length: size }, (_, i) => i);
  const ends = Array.from({ length: EDGE_ITEMS }, (_, i) => i);
  return [...ends, -1, ...ends.map(i => size - EDGE_ITEMS + i)];
}

/** Flat indices of the values written, in order. */
function indices(shape: readonly number[]): number[] {
  let flat = [0];
  for (const size of shape) {
    const next: number[] = [];
    for (const base of flat) for (const i of visible(size)) if (i >= 0) next.push(base * size + i);
    flat = next;
  }
  return flat;
}

function formatValue(value: number | string, dtype: string): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (dtype === "bool") return value ? "true" : "false";
  if (dtype === "int32" || !Number.isFinite(value)) return String(value);
  return compact(value);
}

/** [H, W, 3 or 4 or 1] and [N, H, W, 1 or 3 or 4], each side at least 8 and at most 1024 pixels, with values a picture can have. */
function looksLikePictures({ shape, dtype, size }: DisplayedTensor): boolean {
  if (dtype === "string" || dtype === "complex64" || dtype === "bool" || size === 0) return false;
  const [height, width, channels] = shape.length === 4 ? shape.slice(1) : shape.length === 3 ? shape : [];
  if (height === undefined || width === undefined) return false;
  const sides = [height, width].every(side => side >= 8 && side <= 1024);
  return sides && (channels === 1 || channels === 3 || channels === 4);
}

function picturesOf(tensor: DisplayedTensor): PicturesInput {
  const count = tensor.shape.length === 4 ? Math.min(tensor.shape[0]!, MOST_PICTURES) : 1;
  const each = tensor.shape.slice(-3).reduce((product, size) => product * size, 1);
  const values = Float32Array.from(tensor.dataSync() as ArrayLike<number>).slice(0, count * each);
  const batch = { shape: [count, ...tensor.shape.slice(-3)], dtype: tensor.dtype, dataSync: () => values };
  readPictures("tensor", batch);
  return batch;
}

/**
 * Teaches a tensor class to show itself in notebooks: called once with `tf.Tensor` when the library loads.
 * `deviceOf` names the device of a tensor.
 */
export function installTensorDisplay(
  TensorClass: { prototype: object },
  deviceOf: (tensor: DisplayedTensor) => string | undefined = () => undefined,
): void {
  Object.defineProperty(TensorClass.prototype, DISPLAY, {
    configurable: true,
    value(this: DisplayedTensor) {
      return tensorDisplay(this, deviceOf(this));
    },
  });
  Object.defineProperty(TensorClass.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    configurable: true,
    value(this: DisplayedTensor) {
      return tensorText(this, deviceOf(this));
    },
  });
}
