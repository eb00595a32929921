/**
 * Sliding windows: what convolutions and pools of two and three dimensions have in common.
 *
 * tfjs keeps images channels last ([N,H,W,C], [N,D,H,W,C]) and filters as [...kernel, I, O]; ONNX wants channels first and
 * [O, I, ...kernel]. Everything here computes on channels-last images and turns the others around at the door.
 */
import type { backend_util } from "@tensorflow/tfjs-core";
import { concat, pad, reshape, stridedSlice, transpose } from "../graph/arrange";
import type { Graph } from "../graph/graph";
import type { Value } from "../graph/value";
import { sizeOf } from "../shapes";

/** A window's walk over an image. Lists hold one number per spatial axis. */
export interface Window {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly inSize: readonly number[];
  readonly outSize: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export function windowOf2D(i: backend_util.Conv2DInfo): Window {
  return {
    batch: i.batchSize,
    inChannels: i.inChannels,
    outChannels: i.outChannels,
    inSize: [i.inHeight, i.inWidth],
    outSize: [i.outHeight, i.outWidth],
    kernel: [i.filterHeight, i.filterWidth],
    strides: [i.strideHeight, i.strideWidth],
    dilations: [i.dilationHeight, i.dilationWidth],
    before: [i.padInfo.top, i.padInfo.left],
    after: [i.padInfo.bottom, i.padInfo.right],
  };
}

export function windowOf3D(i: backend_util.Conv3DInfo): Window {
  return {
    batch: i.batchSize,
    inChannels: i.inChannels,
    outChannels: i.outChannels,
    inSize: [i.inDepth, i.inHeight, i.inWidth],
    outSize: [i.outDepth, i.outHeight, i.outWidth],
    kernel: [i.filterDepth, i.filterHeight, i.filterWidth],
    strides: [i.strideDepth, i.strideHeight, i.strideWidth],
    dilations: [i.dilationDepth, i.dilationHeight, i.dilationWidth],
    before: [i.padInfo.front, i.padInfo.top, i.padInfo.left],
    after: [i.padInfo.back, i.padInfo.bottom, i.padInfo.right],
  };
}

/** ONNX's attributes for a convolution or pool over this window. */
export function windowAttributes(w: Window): Record<string, readonly number[]> {
  const pads = [...w.before, ...w.after];
  return { kernel_shape: w.kernel, strides: w.strides, dilations: w.dilations, pads };
}

/** How far the window reaches beyond its first element. */
export const reach = (w: Window): number[] => w.kernel.map((k, i) => (k - 1) * w.dilations[i]!);
export const inShape = (w: Window): number[] => [w.batch, ...w.inSize, w.inChannels];
export const outShape = (w: Window): number[] => [w.batch, ...w.outSize, w.outChannels];
export const outPixels = (w: Window): number => w.batch * sizeOf(w.outSize);
export const isUnpadded = (w: Window): boolean => [...w.before, ...w.after].every(p => p === 0);

/** A window of one pixel that visits every pixel: a matrix product. */
export function isPointwise(w: Window): boolean {
  return w.kernel.every(k => k === 1) && w.strides.every(s => s === 1) && isUnpadded(w);
}

/** ONNX's output_padding: what ConvTranspose appends where the strides never reached. */
export function unreached(w: Window): number[] {
  const span = reach(w);
  return w.inSize.map((d, i) => {
    const reached = (w.outSize[i]! - 1) * w.strides[i]! + span[i]! + 1 - w.before[i]! - w.after[i]!;
    return d - reached;
  });
}

export function toChannelsFirst(g: Graph, x: Value): Value {
  const r = x.shape.length;
  return transpose(g, x, [0, r - 1, ...Array.from({ length: r - 2 }, (_, i) => i + 1)]);
}

export function toChannelsLast(g: Graph, x: Value): Value {
  const r = x.shape.length;
  return transpose(g, x, [0, ...Array.from({ length: r - 2 }, (_, i) => i + 2), 1]);
}

/** [...kernel, I, O] -> ONNX's [O, I, ...kernel]. */
export function filterFirst(g: Graph, w: Value): Value {
  const r = w.shape.length;
  return transpose(g, w, [r - 1, r - 2, ...Array.from({ length: r - 2 }, (_, i) => i)]);
}

/** Every element of the window, as offsets from its corner. */
export function offsets(w: Window): number[][] {
  return w.kernel.reduce<number[][]>(
    (list, k, axis) => list.flatMap(at => Array.from({ length: k }, (_, i) => [...at, i * w.dilations[axis]!])),
    [[]],
  );
}

/** What each window element sees: the padded image, shifted and strided, one [N, ...outSize, C] per element. */
export function taps(g: Graph, x: Value, w: Window, fillWith = 0): Value[] {
  const channels = x.shape[x.shape.length - 1]!;
  const padded = pad(g, x, [[0, 0], ...w.before.map((b, i) => [b, w.after[i]!] as const), [0, 0]], fillWith);
  const axes = w.kernel.map((_, i) => i + 1);
  const shape = [x.shape[0]!, ...w.outSize, channels];
  return offsets(w).map(begin => {
    const end = begin.map((b, i) => b + (w.outSize[i]! - 1) * w.strides[i]! + 1);
    return stridedSlice(g, padded, axes, begin, end, w.strides, shape);
  });
}

/** im2col: one row per output pixel, one column per filter weight. */
export function patches(g: Graph, x: Value, w: Window): Value {
  const channels = x.shape[x.shape.length - 1]!;
  if (isPointwise(w)) return reshape(g, x, [outPixels(w), channels]);
  const seen = concat(g, taps(g, x, w), x.shape.length - 1);
  return reshape(g, seen, [outPixels(w), sizeOf(w.kernel) * channels]);
}

/**
 * The transpose of `taps`: adds each output pixel's values back to the input pixels they were read from.
 * @param perTap  one [N, ...outSize, C] per window element, or one for all of them
 */
export function untap(g: Graph, perTap: readonly Value[], w: Window): Value {
  const channels = perTap[0]!.shape[perTap[0]!.shape.length - 1]!;
  const span = reach(w);
  const shape = [w.batch, ...w.inSize, channels];
  const spread = new Map<Value, Value>();
  let sum: Value | undefined;
  offsets(w).forEach((offset, k) => {
    const value = perTap[perTap.length === 1 ? 0 : k]!;
    let grid = spread.get(value);
    if (!grid) {
      grid = padded(g, strided(g, value, w), w, span);
      spread.set(value, grid);
    }
    // Input pixel i was element `offset` of the window at (i + before - offset) / stride.
    const begin = offset.map((o, i) => span[i]! + w.before[i]! - o);
    const end = begin.map((b, i) => b + w.inSize[i]!);
    const tap = stridedSlice(
      g,
      grid,
      w.kernel.map((_, i) => i + 1),
      begin,
      end,
      w.kernel.map(() => 1),
      shape,
    );
    sum = sum ? g.op("Add", [sum, tap], {}, shape, "float32") : tap;
  });
  return sum!;
}

/** Moves pixels a stride apart, with zeros between them. */
function strided(g: Graph, y: Value, w: Window): Value {
  if (w.strides.every(s => s === 1)) return y;
  const channels = y.shape[y.shape.length - 1]!;
  const apart = reshape(g, y, [w.batch, ...w.outSize.flatMap(d => [d, 1]), channels]);
  const zeros = pad(g, apart, [
    [0, 0],
    ...w.strides.flatMap(
      s =>
        [
          [0, 0],
          [0, s - 1],
        ] as const,
    ),
    [0, 0],
  ]);
  return reshape(g, zeros, [w.batch, ...w.outSize.map((d, i) => d * w.strides[i]!), channels]);
}

function padded(g: Graph, grid: Value, w: Window, span: readonly number[]): Value {
  const after = w.inSize.map((d, i) => Math.max(0, d + w.before[i]! - grid.shape[i + 1]!));
  return pad(g, grid, [[0, 0], ...span.map((s, i) => [s, after[i]!] as const), [0, 0]]);
}
