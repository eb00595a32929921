/**
 * Resizing, and the kernels that trade space for depth or batch.
 *
 * A resize is linear: along each axis the output is a constant matrix times the input, y = R_h x R_w^T. That one description
 * serves nearest and bilinear, all of tfjs's ways to align pixels, and both gradients, which are the transposed matrices.
 * (tfjs's own JavaScript gradients are wrong: ResizeNearestNeighborGrad by finite differences, ResizeBilinearGrad for images
 * that are not square and for half-pixel centers.) Nearest by a whole factor is a broadcast instead.
 */
import type {
  BatchToSpaceNDAttrs,
  DepthToSpaceAttrs,
  ResizeBilinearAttrs,
  SpaceToBatchNDAttrs,
  UnaryInputs,
} from "@tensorflow/tfjs-core";
import { materialize, pad, reshape, slice, transpose } from "../graph/arrange";
import { matmul, reduce } from "../graph/contract";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { core } from "../tfjs";
import { floats, lastFrom, lastTo } from "./conv";
import { lower } from "./registry";

type Method = "nearest" | "bilinear";
type ResizeOptions = Pick<ResizeBilinearAttrs, "alignCorners" | "halfPixelCenters">;

/** R [to, from]: row r holds the weights of the input pixels that make output pixel r. */
function resizeMatrix(
  from: number,
  to: number,
  method: Method,
  { alignCorners, halfPixelCenters }: ResizeOptions,
): Float32Array {
  const aligned = alignCorners && to > 1;
  const ratio = (aligned ? from - 1 : from) / (aligned ? to - 1 : to);
  const matrix = new Float32Array(to * from);
  const last = from - 1;
  for (let r = 0; r < to; r++) {
    if (method === "nearest") {
      const source = halfPixelCenters ? ratio * (r + 0.5) : ratio * r;
      const nearest = alignCorners ? Math.round(source) : Math.floor(source);
      matrix[r * from + Math.min(last, Math.max(0, nearest))] = 1;
      continue;
    }
    const source = halfPixelCenters ? ratio * (r + 0.5) - 0.5 : ratio * r;
    const low = Math.max(0, Math.floor(source));
    const high = Math.min(last, Math.ceil(source));
    const fraction = source - low;
    matrix[r * from + low]! += 1 - fraction;
    matrix[r * from + Math.max(0, high)]! += fraction;
  }
  return matrix;
}

/** Rows mixed by `matrix` along H and columns along W: x [N,H,W,C] -> [N,h,w,C]; transposed matrices go the other way. */
function mix(g: Graph, x: Value, rows: Value, columns: Value, transposed: boolean): Value {
  const [N, H, W, C] = x.shape as [number, number, number, number];
  const h = rows.shape[transposed ? 1 : 0]!;
  const w = columns.shape[transposed ? 1 : 0]!;
  const turned = (m: Value) => (transposed ? transpose(g, m, [1, 0]) : m);
  const wide = matmul(g, turned(columns), reshape(g, x, [N * H, W, C]), false, false, true); // [N*H, w, C]
  const tall = matmul(g, turned(rows), reshape(g, wide, [N, H, w * C]), false, false, true); // [N, h, w*C]
  return reshape(g, tall, [N, h, w, C]);
}

for (const [kernel, method] of [
  ["ResizeNearestNeighbor", "nearest"],
  ["ResizeBilinear", "bilinear"],
] as const) {
  lower<{ images: Lazy }, ResizeBilinearAttrs>(kernel, ({ images }, attributes, { graph: g }) => {
    const [N, H, W, C] = images.shape as [number, number, number, number];
    const [h, w] = attributes.size;
    const x = floats(g, images);
    if (method === "nearest" && isWhole(H, h, W, w, attributes)) {
      const repeated = g.lazy(reshape(g, x, [N, H, 1, W, 1, C]), [N, H, h / H, W, w / W, C]);
      return g.lazy(reshape(g, materialize(g, repeated), [N, h, w, C]));
    }
    return g.lazy(mix(g, x, matrixOf(g, H, h, method, attributes), matrixOf(g, W, w, method, attributes), false));
  });
  lower<{ images: Lazy; dy: Lazy }, ResizeBilinearAttrs>(
    `${kernel}Grad`,
    ({ images, dy }, attributes, { graph: g }) => {
      const [N, H, W, C] = images.shape as [number, number, number, number];
      const [, h, w] = dy.shape as [number, number, number, number];
      const gradient = floats(g, dy);
      if (method === "nearest" && isWhole(H, h, W, w, attributes)) {
        return g.lazy(reduce(g, "ReduceSum", reshape(g, gradient, [N, H, h / H, W, w / W, C]), [2, 4], false));
      }
      const rows = matrixOf(g, H, h, method, attributes);
      return g.lazy(mix(g, gradient, rows, matrixOf(g, W, w, method, attributes), true));
    },
  );
}

/** Every pixel repeated a whole number of times. */
function isWhole(H: number, h: number, W: number, w: number, { alignCorners }: ResizeOptions): boolean {
  return h % H === 0 && w % W === 0 && !alignCorners;
}

function matrixOf(g: Graph, from: number, to: number, method: Method, options: ResizeOptions): Value {
  return g.constant(resizeMatrix(from, to, method, options), [to, from], "float32");
}

lower<UnaryInputs, DepthToSpaceAttrs>("DepthToSpace", ({ x }, { blockSize: b, dataFormat }, { graph: g }) => {
  const image = lastFrom(g, materialize(g, x), dataFormat);
  const [N, H, W, C] = image.shape as [number, number, number, number];
  const blocks = reshape(g, image, [N, H, W, b, b, C / (b * b)]);
  const spread = reshape(g, transpose(g, blocks, [0, 1, 3, 2, 4, 5]), [N, H * b, W * b, C / (b * b)]);
  return g.lazy(lastTo(g, spread, dataFormat));
});

lower<UnaryInputs, BatchToSpaceNDAttrs>("BatchToSpaceND", ({ x }, { blockShape, crops }, { graph: g }) => {
  const product = blockShape.reduce((a, b) => a * b, 1);
  const shape = [...x.shape];
  const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = core.backend_util;
  const reshaped = getReshaped(shape, blockShape, product);
  const permuted = getPermuted(reshaped.length, blockShape.length);
  const merged = getReshapedPermuted(shape, blockShape, product);
  const begin = getSliceBeginCoords(crops, blockShape.length);
  const size = getSliceSize(merged, crops, blockShape.length);
  const value = transpose(g, reshape(g, materialize(g, x), reshaped), permuted);
  const whole = reshape(g, value, merged);
  const pad0 = (list: readonly number[], other: readonly number[]) => merged.map((_, i) => list[i] ?? other[i] ?? 0);
  return g.lazy(slice(g, whole, pad0(begin, []), pad0(size, merged)));
});

lower<UnaryInputs, SpaceToBatchNDAttrs>("SpaceToBatchND", ({ x }, { blockShape, paddings }, { graph: g }) => {
  const product = blockShape.reduce((a, b) => a * b, 1);
  const pads = x.shape.map((_, i) => (paddings[i - 1] ?? [0, 0]) as [number, number]);
  const padded = pad(g, materialize(g, x), pads);
  const { getReshaped, getPermuted, getReshapedPermuted } = core.backend_util;
  const reshaped = getReshaped([...padded.shape], blockShape, product, false);
  const permuted = getPermuted(reshaped.length, blockShape.length, false);
  const merged = getReshapedPermuted([...padded.shape], blockShape, product, false);
  return g.lazy(reshape(g, transpose(g, reshape(g, padded, reshaped), permuted), merged));
});
