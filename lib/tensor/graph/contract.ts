/** Nodes that sum over axes: reductions and matrix products. */
import { TensorError } from "../errors";
import { broadcastShapes, showShape, sizeOf } from "../shapes";
import { add, fill } from "./arithmetic";
import { materialize, reshape, transpose } from "./arrange";
import type { Graph } from "./graph";
import { MICROSOFT, type Value } from "./value";

/** What a reduction over no elements gives; ORT leaves it undefined, tfjs does not. */
const EMPTY_REDUCTION: Readonly<Record<string, number>> = {
  ReduceSum: 0,
  ReduceProd: 1,
  ReduceMax: Number.NEGATIVE_INFINITY,
  ReduceMin: Number.POSITIVE_INFINITY,
  ReduceMean: Number.NaN,
};

export function reduce(g: Graph, op: string, value: Value, axes: readonly number[], keepDims: boolean): Value {
  const shape = value.shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
  if (axes.length === 0) return value;
  if (sizeOf(value.shape) === 0) return materialize(g, fill(g, EMPTY_REDUCTION[op] ?? 0, value.dtype, shape));
  if (op !== "ReduceMean" && axes.every(a => value.shape[a] === 1)) return reshape(g, value, shape);
  const blocks = blocksOfRows(op, value, axes);
  if (blocks > 1) {
    const rest = value.shape.slice(axes.length);
    const rows = sizeOf(value.shape.slice(0, axes.length));
    const blocked = reshape(g, value, [blocks, rows / blocks, ...rest]);
    const partial = g.op(op, [blocked, g.ints([1])], { keepdims: 0 }, [blocks, ...rest], value.dtype);
    return reshape(g, g.op(op, [partial, g.ints([0])], { keepdims: 0 }, rest, value.dtype), shape);
  }
  return g.op(op, [value, g.ints(axes)], { keepdims: keepDims ? 1 : 0 }, shape, value.dtype);
}

/** From so many numbers on a sum over rows is taken in blocks. */
const LARGE_SUM = 2 ** 16;

/**
 * Into how many blocks the rows of a sum over the leading axes are cut; 1 where it stays whole. ORT adds rows up at half the speed at
 * which it adds up blocks of them, and with two threads it takes 3 to 15 ms for 12.8 MB, for which blocks take 0.2.
 */
function blocksOfRows(op: string, { shape, dtype }: Value, axes: readonly number[]): number {
  if ((op !== "ReduceSum" && op !== "ReduceMean") || dtype !== "float32" || sizeOf(shape) < LARGE_SUM) return 1;
  if (axes.length === shape.length || axes.some(a => a >= axes.length)) return 1;
  const rows = sizeOf(shape.slice(0, axes.length));
  for (let blocks = 64; blocks >= 8; blocks--) if (rows % blocks === 0 && rows / blocks >= 8) return blocks;
  return 1;
}

/** `a @ b` of two matrices, either transposed in place by the kernel itself. */
export function gemm(g: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const shape = [transposeA ? a.shape[1]! : a.shape[0]!, transposeB ? b.shape[0]! : b.shape[1]!];
  const inner = transposeA ? a.shape[0]! : a.shape[1]!;
  if (inner === 0) return materialize(g, fill(g, 0, "float32", shape));
  return g.op("Gemm", [a, b], { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 }, shape, "float32");
}

/**
 * Batched matrix product with tfjs's broadcasting of the batch axes.
 * @param portable  standard ONNX operators only: transposes become nodes of their own
 */
export function matmul(
  g: Graph,
  a: Value,
  b: Value,
  transposeA: boolean,
  transposeB: boolean,
  portable: boolean,
  bias?: Value,
): Value {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const m = transposeA ? aColumns : aRows;
  const k = transposeA ? aRows : aColumns;
  const n = transposeB ? bRows : bColumns;
  const bRowsUsed = transposeB ? bColumns : bRows;
  if (k !== bRowsUsed) {
    const remedy = transposeA || transposeB ? "check the transpose flags" : "transpose the second argument?";
    throw new TensorError(
      "FTT_SHAPE",
      `matMul: inner dimensions must match, got ${showShape([m, k])} x ${showShape([bRowsUsed, n])}; ${remedy}`,
    );
  }
  const shape = [...batch, m, n];
  let product: Value;
  if (k === 0) {
    product = materialize(g, fill(g, 0, "float32", shape));
  } else if (sizeOf(batch) === 1) {
    const flat = gemm(g, reshape(g, a, a.shape.slice(-2)), reshape(g, b, b.shape.slice(-2)), transposeA, transposeB);
    product = reshape(g, flat, shape);
  } else if (sizeOf(b.shape.slice(0, -2)) === 1 && !transposeA) {
    // One matrix for the whole batch: all rows in a single large product.
    const rows = reshape(g, a, [sizeOf(batch) * m, k]);
    product = reshape(g, gemm(g, rows, reshape(g, b, b.shape.slice(-2)), false, transposeB), shape);
  } else if (!transposeA && !transposeB) {
    product = g.op("MatMul", [a, b], {}, shape, "float32");
  } else if (portable) {
    const swap = (v: Value) => {
      const r = v.shape.length;
      return transpose(g, v, [...Array(r - 2).keys(), r - 1, r - 2]);
    };
    product = g.op("MatMul", [transposeA ? swap(a) : a, transposeB ? swap(b) : b], {}, shape, "float32");
  } else {
    const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    product = g.op("FusedMatMul", [a, b], flags, shape, "float32", MICROSOFT);
  }
  return bias ? materialize(g, add(g, g.lazy(product), g.lazy(bias))) : product;
}
