/** Kernels that reduce axes, and the scans and softmaxes that run along one. */
import type {
  ArgMaxAttrs,
  CumsumAttrs,
  LogSoftmaxAttrs,
  MaxAttrs,
  SoftmaxAttrs,
  SumAttrs,
  TopKAttrs,
  UnaryInputs,
} from "@tensorflow/tfjs-core";
import { add, binary, cast, fill, mul, sub } from "../graph/arithmetic";
import { concat, flip, materialize, slice } from "../graph/arrange";
import { reduce } from "../graph/contract";
import { type Graph, splatOf } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { normalizeAxes } from "../shapes";
import { asFloat, clip, numeric } from "./elementwise";
import { lower } from "./registry";

function reduceLazy(g: Graph, op: string, x: Lazy, axes: readonly number[], keepDims: boolean): Lazy {
  return g.lazy(reduce(g, op, materialize(g, x), axes, keepDims));
}

lower<UnaryInputs, SumAttrs>("Sum", ({ x }, { axis, keepDims }, { graph: g }) => {
  const axes = normalizeAxes(axis, x.shape.length);
  const n = numeric(g, x);
  const splat = splatOf(n.value);
  if (splat !== undefined) {
    // A sum over equal numbers is a product: the gradient of a mean over a broadcast needs no adding up.
    const count = axes.reduce((product, a) => product * x.shape[a]!, 1);
    const shape = x.shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
    return fill(g, splat * count, n.value.dtype, shape);
  }
  return reduceLazy(g, "ReduceSum", n, axes, keepDims);
});
lower<UnaryInputs, SumAttrs>("Mean", ({ x }, { axis, keepDims }, { graph: g }) =>
  reduceLazy(g, "ReduceMean", asFloat(g, x), normalizeAxes(axis, x.shape.length), keepDims),
);
lower<UnaryInputs, SumAttrs>("Prod", ({ x }, { axis, keepDims }, { graph: g }) =>
  reduceLazy(g, "ReduceProd", numeric(g, x), normalizeAxes(axis, x.shape.length), keepDims),
);
/** ORT's extremes pass over NaN, tfjs's do not. A sum of numbers kept small is NaN exactly if one of them is. */
function extreme(g: Graph, op: string, x: Lazy, axes: readonly number[], keepDims: boolean): Lazy {
  const value = numeric(g, x);
  const result = reduceLazy(g, op, value, axes, keepDims);
  if (value.value.dtype !== "float32" || axes.length === 0) return result;
  const sum = reduceLazy(g, "ReduceSum", clip(g, value, -1, 1), axes, keepDims);
  return add(g, result, sub(g, sum, sum));
}
lower<UnaryInputs, MaxAttrs>("Max", ({ x }, { reductionIndices, keepDims }, { graph: g }) =>
  extreme(g, "ReduceMax", x, normalizeAxes(reductionIndices, x.shape.length), keepDims),
);
lower<UnaryInputs, SumAttrs>("Min", ({ x }, { axis, keepDims }, { graph: g }) =>
  extreme(g, "ReduceMin", x, normalizeAxes(axis, x.shape.length), keepDims),
);
for (const [kernel, op] of Object.entries({ All: "ReduceMin", Any: "ReduceMax" })) {
  lower<UnaryInputs, SumAttrs>(kernel, ({ x }, { axis, keepDims }, { graph: g }) => {
    const axes = normalizeAxes(axis, x.shape.length);
    return cast(g, reduceLazy(g, op, cast(g, x, "int32"), axes, keepDims), "bool");
  });
}

for (const op of ["ArgMax", "ArgMin"]) {
  lower<UnaryInputs, ArgMaxAttrs>(op, ({ x }, attributes, { graph: g }) => {
    const axis = normalizeAxes(attributes.axis, x.shape.length)[0]!;
    const shape = x.shape.filter((_, i) => i !== axis);
    const value = materialize(g, numeric(g, x));
    return cast(g, g.lazy(g.op(op, [value], { axis, keepdims: 0 }, shape, "int64")), "int32");
  });
}

function alongAxis(g: Graph, op: string, x: Lazy, axis: number): Lazy {
  const value = materialize(g, asFloat(g, x));
  const positive = normalizeAxes(axis, value.shape.length)[0]!;
  return g.lazy(g.op(op, [value], { axis: positive }, value.shape, "float32"));
}
lower<{ logits: Lazy }, SoftmaxAttrs>("Softmax", ({ logits }, { dim }, { graph: g }) =>
  alongAxis(g, "Softmax", logits, dim),
);
lower<{ logits: Lazy }, LogSoftmaxAttrs>("LogSoftmax", ({ logits }, { axis }, { graph: g }) =>
  alongAxis(g, "LogSoftmax", logits, axis),
);

lower<UnaryInputs, CumsumAttrs>("Cumsum", ({ x }, attributes, { graph: g }) => {
  const value = materialize(g, numeric(g, x));
  const axis = normalizeAxes(attributes.axis, value.shape.length)[0]!;
  const flags = { exclusive: attributes.exclusive ? 1 : 0, reverse: attributes.reverse ? 1 : 0 };
  return g.lazy(g.op("CumSum", [value, g.scalar(axis, "int32")], flags, value.shape, value.dtype));
});

// ONNX has no running product. Doubling the reach of each product gives it in log2(n) steps (Hillis and Steele, 1986).
lower<UnaryInputs, CumsumAttrs>("Cumprod", ({ x }, attributes, { graph: g }) => {
  const axis = normalizeAxes(attributes.axis, x.shape.length)[0]!;
  const start = materialize(g, numeric(g, x));
  let value = attributes.reverse ? flip(g, start, [axis]) : start;
  if (attributes.exclusive) value = shifted(g, value, axis, 1);
  for (let reach = 1; reach < x.shape[axis]!; reach *= 2) {
    value = materialize(g, mul(g, g.lazy(value), g.lazy(shifted(g, value, axis, reach))));
  }
  return g.lazy(attributes.reverse ? flip(g, value, [axis]) : value);
});

/** The values moved `by` places along the axis, with ones moving in. */
function shifted(g: Graph, value: Value, axis: number, by: number): Value {
  const length = value.shape[axis]!;
  const size = value.shape.map((d, i) => (i === axis ? Math.max(length - by, 0) : d));
  const kept = slice(
    g,
    value,
    value.shape.map(() => 0),
    size,
  );
  const ones = value.shape.map((d, i) => (i === axis ? Math.min(by, length) : d));
  return concat(g, [materialize(g, fill(g, 1, value.dtype, ones)), kept], axis);
}

lower<UnaryInputs, TopKAttrs>("TopK", ({ x }, { k }, { graph: g }) => {
  const value = materialize(g, numeric(g, x));
  const shape = [...value.shape.slice(0, -1), k];
  const [values, indices] = g.multi("TopK", [value, g.ints([k])], { axis: -1, largest: 1, sorted: 1 }, [
    { shape, dtype: value.dtype },
    { shape, dtype: "int64" },
  ]);
  return [g.lazy(values!), cast(g, g.lazy(indices!), "int32")];
});

// How many entries of a sorted row lie before each value.
lower<{ sortedSequence: Lazy; values: Lazy }, { side: "left" | "right" }>(
  "SearchSorted",
  ({ sortedSequence, values }, { side }, { graph: g }) => {
    const [rows, length] = sortedSequence.shape as [number, number];
    const columns = values.shape[1]!;
    const sequence = g.lazy(materialize(g, sortedSequence), sortedSequence.shape);
    const row = g.op(
      "Reshape",
      [sequence.value, g.ints([rows, 1, length])],
      { allowzero: 1 },
      [rows, 1, length],
      sequence.value.dtype,
    );
    const column = g.op(
      "Reshape",
      [materialize(g, values), g.ints([rows, columns, 1])],
      { allowzero: 1 },
      [rows, columns, 1],
      values.value.dtype,
    );
    const before = binary(g, side === "left" ? "Less" : "LessOrEqual", g.lazy(row), g.lazy(column), "bool");
    return g.lazy(reduce(g, "ReduceSum", materialize(g, cast(g, before, "int32")), [2], false));
  },
);
