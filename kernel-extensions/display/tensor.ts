/**
 * Tensors by their looks: anything with `shape`, `dtype` and `dataSync()`, which is what TensorFlow.js and its kin have. The
 * text gives dtype, shape and values; a tensor whose shape is that of a small picture is drawn as well.
 */

import type { MimeBundle } from "./jupyter";
import { encodePng } from "./png";
import { escapeHtml } from "./table";

export interface TensorLike {
  shape: readonly number[];
  dtype: string;
  dataSync(): ArrayLike<number | string>;
}

/** Along each axis at most this many values are shown, half of them from the end. */
const edge = 6;

export function isTensorLike(value: unknown): value is TensorLike {
  if (value === null || typeof value !== "object") return false;
  const { shape, dtype, dataSync } = value as Partial<TensorLike>;
  return Array.isArray(shape) && typeof dtype === "string" && typeof dataSync === "function";
}

export function tensorBundle(tensor: TensorLike): MimeBundle | undefined {
  let data: ArrayLike<number | string>;
  try {
    data = tensor.dataSync();
  } catch (error) {
    return { "text/plain": `${header(tensor)} <${String(error)}>` };
  }
  const text = `${header(tensor)}\n${formatTensor(tensor, data)}`;
  const bundle: MimeBundle = { "text/plain": text };
  const picture = pictureOf(tensor, data)?.toString("base64");
  if (!picture) return bundle;
  // Front ends show one form; this one has both, values and picture.
  const html = `<pre>${escapeHtml(text)}</pre><img src="data:image/png;base64,${picture}" alt="the tensor as a picture">`;
  return { "text/html": html, "image/png": picture, ...bundle };
}

/** The tensor as text: dtype, shape and values. */
export function tensorText(tensor: TensorLike): string {
  try {
    return `${header(tensor)}\n${formatTensor(tensor, tensor.dataSync())}`;
  } catch (error) {
    return `${header(tensor)} <${String(error)}>`; // disposed, for one
  }
}

function header(tensor: TensorLike): string {
  return `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
}

function formatTensor(tensor: TensorLike, data: ArrayLike<number | string>): string {
  const { shape } = tensor;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const picked: number[] = [];
  const collect = (axis: number, offset: number) => {
    if (axis === shape.length) {
      const value = data[offset];
      if (typeof value === "number") picked.push(value);
      return;
    }
    for (const i of shownIndices(shape[axis]!)) if (i >= 0) collect(axis + 1, offset + i * strides[axis]!);
  };
  collect(0, 0);
  const format = numberFormat(picked, tensor.dtype);
  const print = (axis: number, offset: number, indent: string): string => {
    if (axis === shape.length) return format(data[offset]);
    const parts = shownIndices(shape[axis]!).map(i =>
      i < 0 ? "…" : print(axis + 1, offset + i * strides[axis]!, `${indent} `),
    );
    return axis === shape.length - 1 ? `[${parts.join(", ")}]` : `[${parts.join(`,\n${indent} `)}]`;
  };
  return print(0, 0, "");
}

/** Indices to show along an axis; -1 stands for the ones left out. */
function shownIndices(size: number): number[] {
  const all = Array.from({ length: Math.min(size, edge + 2) }, (_, i) => i);
  if (size <= edge + 2) return all;
  const half = edge / 2;
  return [...all.slice(0, half), -1, ...Array.from({ length: half }, (_, i) => size - half + i)];
}

function numberFormat(values: readonly number[], dtype: string): (value: number | string | undefined) => string {
  const finite = values.filter(Number.isFinite);
  const integral = finite.every(Number.isInteger);
  const largest = finite.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const text = (value: number | string | undefined): string => {
    if (typeof value === "string") return JSON.stringify(value);
    if (value === undefined) return "";
    if (dtype === "bool") return value ? "true" : "false";
    if (!Number.isFinite(value) || integral) return String(value);
    return largest >= 1e5 || largest < 1e-3 ? value.toExponential(3) : value.toFixed(4);
  };
  const width = values.reduce((max, value) => Math.max(max, text(value).length), 0);
  return value => text(value).padStart(typeof value === "string" ? 0 : width);
}

/**
 * [height, width, 1 | 3 | 4], or [height, width] with values of a picture, with sides of 8 to 512; drawn at a size the eye can
 * read.
 */
function pictureOf(tensor: TensorLike, data: ArrayLike<number | string>): Buffer | undefined {
  const [height = 0, width = 0, channels = 1] = tensor.shape;
  const rank = tensor.shape.length;
  if (tensor.dtype === "string" || tensor.dtype === "complex64") return undefined;
  if (rank !== 2 && !(rank === 3 && [1, 3, 4].includes(channels))) return undefined;
  if (height < 8 || width < 8 || height > 512 || width > 512) return undefined;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!Number.isFinite(low) || !Number.isFinite(high) || low === high) return undefined;
  const isUnit = low >= 0 && high <= 1;
  const isBytes = low >= 0 && high <= 255 && high > 1;
  if (rank === 2 && !isUnit && !isBytes) return undefined;
  // Bytes stay as they are, [0, 1] is stretched to bytes, anything else from its least to its greatest value.
  const [from, to] = isUnit ? [0, 1] : isBytes ? [0, 255] : [low, high];
  const scale = Math.max(1, Math.floor(112 / Math.max(height, width)));
  const rgba = Buffer.alloc(height * scale * width * scale * 4);
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const pixel = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
      const target = (y * width * scale + x) * 4;
      for (let c = 0; c < 4; c++) {
        if (c === 3 && channels !== 4) rgba[target + 3] = 255;
        else {
          const value = data[pixel + (channels === 1 ? 0 : c)] as number;
          rgba[target + c] = Math.round((255 * (value - from)) / (to - from || 1));
        }
      }
    }
  }
  return encodePng(rgba, width * scale, height * scale);
}
