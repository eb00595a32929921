/**
 * Convolution in two and three dimensions, forward and backward.
 *
 * Input gradient, stride 1: again a convolution, of dy with the rotated filter, so it takes the fast path of the forward
 * one. Other strides: ONNX's ConvTranspose, which is that gradient by definition.
 *
 * Filter gradient: a product over all pixels, dW = patches(x)^T @ dy, with very many rows to sum and few to write. With few
 * input channels the patches are made as one matrix; with many, one product per window element needs no such copy. Where the
 * blocked layout takes it, it is one convolution.
 */

import { cast, fill } from "../graph/arithmetic";
import { concat, flip, materialize, reshape, transpose } from "../graph/arrange";
import { gemm } from "../graph/contract";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { sizeOf } from "../shapes";
import { blockedConv, blockedFilterGradient, canBlock, canBlockFilterGradient } from "./conv-blocked";
import type { LoweringContext } from "./registry";
import {
  filterFirst,
  inShape,
  isPointwise,
  outPixels,
  outShape,
  patches,
  reach,
  taps,
  toChannelsFirst,
  toChannelsLast,
  unreached,
  type Window,
  windowAttributes,
} from "./window";

/** Below this many input channels the window elements are too narrow for products of their own. */
const MIN_TAP_CHANNELS = 16;

export function floats(g: Graph, x: Lazy): Value {
  return materialize(g, cast(g, x, "float32"));
}

/** The channels-last image of a tensor in either format, and the way back. */
export function lastFrom(g: Graph, x: Value, format: string | undefined): Value {
  return format === "NCHW" || format === "NCDHW" ? toChannelsLast(g, x) : x;
}
export function lastTo(g: Graph, y: Value, format: string | undefined): Value {
  return format === "NCHW" || format === "NCDHW" ? toChannelsFirst(g, y) : y;
}

/** y[N,...out,O] = x[N,...in,I] * f[...kernel,I/groups,O]. */
export function convolve({ graph: g, target }: LoweringContext, x: Value, f: Value, w: Window, groups = 1): Value {
  if (sizeOf(x.shape) === 0) return materialize(g, fill(g, 0, "float32", outShape(w)));
  if (groups === 1 && isPointwise(w)) {
    const product = gemm(g, patches(g, x, w), reshape(g, f, [w.inChannels, w.outChannels]), false, false);
    return reshape(g, product, outShape(w));
  }
  if (groups === 1 && canBlock(w, target.blockSize)) return blockedConv(g, x, f, w, target.blockSize);
  const shape = [w.batch, w.outChannels, ...w.outSize];
  const inputs = [toChannelsFirst(g, x), filterFirst(g, f)];
  return toChannelsLast(g, g.op("Conv", inputs, { ...windowAttributes(w), group: groups }, shape, "float32"));
}

/** dx[N,...in,I] from dy[N,...out,O] and f[...kernel,I,O]. */
export function inputGradient(context: LoweringContext, dy: Value, f: Value, w: Window): Value {
  const { graph: g } = context;
  if (isPointwise(w)) {
    const rows = reshape(g, dy, [outPixels(w), w.outChannels]);
    return reshape(g, gemm(g, rows, reshape(g, f, [w.inChannels, w.outChannels]), false, true), inShape(w));
  }
  if (w.strides.every(s => s === 1)) {
    const span = reach(w);
    const mirrored: Window = {
      ...w,
      inChannels: w.outChannels,
      outChannels: w.inChannels,
      inSize: w.outSize,
      outSize: w.inSize,
      before: w.before.map((p, i) => span[i]! - p),
      after: w.after.map((p, i) => span[i]! - p),
    };
    // Padding wider than the window would need a negative one here, which only ConvTranspose can say.
    if ([...mirrored.before, ...mirrored.after].every(p => p >= 0)) {
      return convolve(context, dy, rotated(g, f), mirrored);
    }
  }
  return transposedConv(
    g,
    dy,
    transpose(g, f, [f.shape.length - 1, f.shape.length - 2, ...w.kernel.map((_, i) => i)]),
    w,
    1,
  );
}

/** ONNX's ConvTranspose over channels-last images; `f` in ONNX's order [O, I/groups, ...kernel]. */
export function transposedConv(g: Graph, dy: Value, f: Value, w: Window, groups: number): Value {
  const attributes = { ...windowAttributes(w), output_padding: unreached(w), group: groups };
  const shape = [w.batch, w.inChannels, ...w.inSize];
  return toChannelsLast(g, g.op("ConvTranspose", [toChannelsFirst(g, dy), f], attributes, shape, "float32"));
}

/** The filter of a stride-1 convolution's input gradient: rotated by 180 degrees, channels swapped. */
function rotated(g: Graph, f: Value): Value {
  const r = f.shape.length;
  const spatial = Array.from({ length: r - 2 }, (_, i) => i);
  return transpose(g, flip(g, f, spatial), [...spatial, r - 1, r - 2]);
}

/** df[...kernel,I,O] from x[N,...in,I] and dy[N,...out,O]. */
export function filterGradient({ graph: g, target }: LoweringContext, x: Value, dy: Value, w: Window): Value {
  const rows = outPixels(w);
  const shape = [...w.kernel, w.inChannels, w.outChannels];
  const flat = reshape(g, dy, [rows, w.outChannels]);
  if (isPointwise(w) || w.inChannels < MIN_TAP_CHANNELS) {
    return reshape(g, gemm(g, patches(g, x, w), flat, true, false), shape);
  }
  if (canBlockFilterGradient(w, target.blockSize)) return blockedFilterGradient(g, x, dy, w, target.blockSize);
  const perTap = taps(g, x, w).map(tap => gemm(g, reshape(g, tap, [rows, w.inChannels]), flat, true, false));
  return reshape(g, concat(g, perTap, 0), shape);
}
