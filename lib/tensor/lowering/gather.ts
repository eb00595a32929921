/** Kernels that read and write by index. Indices come as int32 and out of range nowhere: tfjs checks those it checks. */
import type {
  DenseBincountAttrs,
  GatherV2Attrs,
  OneHotAttrs,
  ScatterNdAttrs,
  SparseToDenseAttrs,
  UnaryInputs,
  UnsortedSegmentSumAttrs,
} from "@tensorflow/tfjs-core";
import type { DType } from "../dtypes";
import { binary, cast, fill, mul, where } from "../graph/arithmetic";
import { materialize, reshape, reshapeLazy } from "../graph/arrange";
import { reduce } from "../graph/contract";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { normalizeAxes, sizeOf } from "../shapes";
import { lower } from "./registry";

/** Index tensors that a gather has read with, and which therefore hold no negative numbers. */
const gatheredWith = new WeakSet<Value>();
const unreshaped = (v: Value): Value => (v.node?.op === "Reshape" ? v.node.inputs[0]! : v);

lower<{ x: Lazy; indices: Lazy }, GatherV2Attrs>("GatherV2", ({ x, indices }, { axis, batchDims }, { graph: g }) => {
  const value = materialize(g, x);
  const at = materialize(g, cast(g, indices, "int32"));
  gatheredWith.add(unreshaped(at));
  const along = normalizeAxes(axis, value.shape.length)[0]!;
  const rest = value.shape.slice(along + 1);
  if (!batchDims) {
    const shape = [...value.shape.slice(0, along), ...at.shape, ...rest];
    return g.lazy(g.op("Gather", [value, at], { axis: along }, shape, value.dtype));
  }
  // Batches in step: [B, M, N, R] read at [B, K] is one gather of rows from [B * N, ...] once M is moved behind.
  const batch = value.shape.slice(0, batchDims);
  const B = sizeOf(batch);
  const M = sizeOf(value.shape.slice(batchDims, along));
  const N = value.shape[along]!;
  const R = sizeOf(rest);
  const K = sizeOf(at.shape.slice(batchDims));
  const steps = [...Array(B * M).keys()].map(i => i * N);
  const offsets = g.constant(Int32Array.from(steps), [B, M, 1], "int32");
  const rows = binary(g, "Add", g.lazy(offsets), g.lazy(reshape(g, at, [B, 1, K])));
  const flat = reshape(g, value, [B * M * N, R]);
  const taken = g.op("Gather", [flat, materialize(g, rows)], { axis: 0 }, [B, M, K, R], value.dtype);
  const shape = [...batch, ...value.shape.slice(batchDims, along), ...at.shape.slice(batchDims), ...rest];
  return g.lazy(reshape(g, taken, shape));
});

/**
 * Sum of rows by index: `out[ids[i]] += rows[i]`, rows [M, D], ids [M], out [count, D].
 *
 * ORT's ScatterND with reduction "add" races between threads when ids repeat (the sums come out short);
 * ScatterElements runs on one thread and is right, and gives the same bits each time.
 */
export function scatterAddRows(g: Graph, base: Value, ids: Value, rows: Value): Value {
  const [M, D] = rows.shape as [number, number];
  const wide = materialize(g, cast(g, g.lazy(ids), "int64"));
  const indices = materialize(g, g.lazy(reshape(g, wide, [M, 1]), [M, D]));
  if (sizeOf(rows.shape) === 0) return base;
  return g.op("ScatterElements", [base, indices, rows], { axis: 0, reduction: "add" }, base.shape, base.dtype);
}

lower<{ x: Lazy; segmentIds: Lazy }, UnsortedSegmentSumAttrs>(
  "UnsortedSegmentSum",
  ({ x, segmentIds }, { numSegments }, { graph: g }) => {
    const value = materialize(g, x);
    const ids = materialize(g, segmentIds);
    const M = sizeOf(ids.shape);
    const inner = value.shape.slice(ids.shape.length);
    const D = sizeOf(inner);
    const shape = [numSegments, ...inner];
    if (M * D === 0) return fill(g, 0, value.dtype, shape);
    let rows = g.lazy(reshape(g, value, [M, D]));
    let places = g.lazy(reshape(g, ids, [M]));
    if (!gatheredWith.has(unreshaped(ids))) {
      // Negative ids drop their rows, in tfjs as in TensorFlow; ONNX would count them from the end.
      const kept = binary(g, "GreaterOrEqual", places, fill(g, 0, "int32"), "bool");
      rows = where(g, reshapeLazy(g, kept, [M, 1]), rows, fill(g, 0, value.dtype));
      places = binary(g, "Max", places, fill(g, 0, "int32"));
    }
    const base = materialize(g, fill(g, 0, value.dtype, [numSegments, D]));
    return g.lazy(reshape(g, scatterAddRows(g, base, materialize(g, places), materialize(g, rows)), shape));
  },
);

lower<{ indices: Lazy }, OneHotAttrs>("OneHot", ({ indices }, { depth, onValue, offValue, dtype }, { graph: g }) => {
  // A comparison with 0, 1, 2, ... gives "off" for indices out of range, where ONNX's OneHot wraps negative ones around.
  const places = g.constant(Int32Array.from(Array(depth).keys()), [depth], "int32");
  const column = reshapeLazy(g, cast(g, indices, "int32"), [...indices.shape, 1]);
  const hit = binary(g, "Equal", column, g.lazy(places), "bool");
  const out = (dtype || "int32") as DType;
  if (onValue === 1 && offValue === 0) return cast(g, hit, out);
  const numbers = out === "bool" ? "int32" : out;
  const [on, off] = [g.scalar(onValue, numbers), g.scalar(offValue, numbers)];
  return cast(g, g.lazy(g.op("Where", [hit.value, on, off], {}, hit.value.shape, numbers), hit.shape), out);
});

lower<{ params: Lazy; indices: Lazy }>("GatherNd", ({ params, indices }, _, { graph: g }) => {
  const value = materialize(g, params);
  const at = materialize(g, cast(g, indices, "int64"));
  const depth = at.shape[at.shape.length - 1]!;
  const shape = [...at.shape.slice(0, -1), ...value.shape.slice(depth)];
  return g.lazy(g.op("GatherND", [value, at], {}, shape, value.dtype));
});

/** Row numbers of an index tensor [..., depth] into the first `depth` axes of `shape`. */
function rowNumbers(g: Graph, indices: Lazy, shape: readonly number[]): Value {
  const depth = indices.shape[indices.shape.length - 1]!;
  const M = sizeOf(indices.shape.slice(0, -1));
  const strides = Array.from({ length: depth }, (_, i) => sizeOf(shape.slice(i + 1, depth)));
  const columns = reshapeLazy(g, cast(g, indices, "int32"), [M, depth]);
  const weighted = mul(g, columns, g.lazy(g.constant(Int32Array.from(strides), [depth], "int32")));
  return reduce(g, "ReduceSum", materialize(g, weighted), [1], false);
}

lower<{ indices: Lazy; updates: Lazy }, ScatterNdAttrs>(
  "ScatterNd",
  ({ indices, updates }, { shape }, { graph: g }) => {
    const depth = indices.shape[indices.shape.length - 1]!;
    const D = sizeOf(shape.slice(depth));
    const rows = sizeOf(shape.slice(0, depth));
    const { dtype } = updates.value;
    const M = sizeOf(indices.shape.slice(0, -1));
    if (M * D === 0) return fill(g, 0, dtype, shape);
    const base = materialize(g, fill(g, 0, dtype, [rows, D]));
    const ids = rowNumbers(g, indices, shape);
    return g.lazy(reshape(g, scatterAddRows(g, base, ids, reshape(g, materialize(g, updates), [M, D])), shape));
  },
);

/** Later writes win, as tfjs writes them in order; ScatterElements without a reduction does the same. */
function scatterWrite(g: Graph, base: Value, ids: Value, rows: Value): Value {
  const [M, D] = rows.shape as [number, number];
  const wide = materialize(g, cast(g, g.lazy(ids), "int64"));
  const indices = materialize(g, g.lazy(reshape(g, wide, [M, 1]), [M, D]));
  return g.op("ScatterElements", [base, indices, rows], { axis: 0 }, base.shape, base.dtype);
}

lower<{ tensor: Lazy; indices: Lazy; updates: Lazy }>(
  "TensorScatterUpdate",
  ({ tensor, indices, updates }, _, { graph: g }) => {
    const { shape } = tensor;
    const depth = indices.shape[indices.shape.length - 1]!;
    const D = sizeOf(shape.slice(depth));
    const M = sizeOf(indices.shape.slice(0, -1));
    if (M * D === 0) return tensor;
    const base = reshape(g, materialize(g, tensor), [sizeOf(shape.slice(0, depth)), D]);
    const ids = rowNumbers(g, indices, shape);
    return g.lazy(reshape(g, scatterWrite(g, base, ids, reshape(g, materialize(g, updates), [M, D])), shape));
  },
);

lower<{ sparseIndices: Lazy; sparseValues: Lazy; defaultValue: Lazy }, SparseToDenseAttrs>(
  "SparseToDense",
  ({ sparseIndices, sparseValues, defaultValue }, { outputShape }, { graph: g }) => {
    const rank = outputShape.length;
    const M =
      sparseIndices.shape.length < 2 && rank === 1 ? sizeOf(sparseIndices.shape) : (sparseIndices.shape[0] ?? 1);
    const indices = reshapeLazy(g, sparseIndices, [M, rank]);
    const base = materialize(g, g.lazy(reshapeLazy(g, defaultValue, [1, 1]).value, [sizeOf(outputShape), 1]));
    const values = materialize(g, g.lazy(sparseValues.value, sparseValues.shape.length ? sparseValues.shape : [M]));
    const ids = rowNumbers(g, indices, outputShape);
    return g.lazy(reshape(g, scatterWrite(g, base, ids, reshape(g, values, [M, 1])), outputShape));
  },
);

lower<{ x: Lazy; weights: Lazy }, DenseBincountAttrs>(
  "DenseBincount",
  ({ x, weights }, { size, binaryOutput }, { graph: g }) => bincount(g, x, weights, size, binaryOutput ?? false),
);
lower<{ x: Lazy; weights: Lazy }, DenseBincountAttrs>("Bincount", ({ x, weights }, { size }, { graph: g }) =>
  bincount(g, x, weights, size, false),
);
function bincount(g: Graph, x: Lazy, weights: Lazy, size: number, presence: boolean): Lazy {
  // [..., n, size]: which bin each entry falls into. Entries past the last bin fall into none.
  const bins = g.lazy(g.constant(Int32Array.from(Array(size).keys()), [size], "int32"));
  const hit = binary(g, "Equal", reshapeLazy(g, cast(g, x, "int32"), [...x.shape, 1]), bins, "bool");
  const axis = x.shape.length - 1;
  const weighted = sizeOf(weights.shape) > 0 && !presence;
  const dtype = sizeOf(weights.shape) > 0 ? weights.value.dtype : "float32";
  const counts = cast(g, hit, dtype);
  const terms = weighted ? mul(g, counts, reshapeLazy(g, weights, [...weights.shape, 1])) : counts;
  return g.lazy(reduce(g, presence ? "ReduceMax" : "ReduceSum", materialize(g, terms), [axis], false));
}

lower<UnaryInputs>("Diag", ({ x }, _, { graph: g }) => {
  const n = sizeOf(x.shape);
  const places = Int32Array.from(Array(n).keys());
  const row = g.lazy(g.constant(places, [1, n], "int32"));
  const column = g.lazy(g.constant(places, [n, 1], "int32"));
  const onDiagonal = binary(g, "Equal", row, column, "bool");
  const value = materialize(g, x);
  const flat = reshape(g, value, [n]);
  const zero = g.scalar(0, value.dtype);
  const square = g.op("Where", [materialize(g, onDiagonal), flat, zero], {}, [n, n], value.dtype);
  return g.lazy(reshape(g, square, [...x.shape, ...x.shape]));
});
