/** Nodes that move elements and compute nothing: reshape, transpose, slice, pad, concatenate, flip. */
import { TensorError } from "../errors";
import { type Shape, sameShape, showShape, sizeOf } from "../shapes";
import { type Graph, splatOf } from "./graph";
import type { Lazy, Value } from "./value";

/** The whole tensor that a lazy value stands for. */
export function materialize(g: Graph, x: Lazy): Value {
  if (sameShape(x.value.shape, x.shape)) return x.value;
  if (sizeOf(x.value.shape) === sizeOf(x.shape)) return reshape(g, x.value, x.shape);
  if (x.value.dtype === "bool") {
    // ORT's Expand has no bool kernel on every provider; a byte is a byte.
    const bytes = g.op("Cast", [x.value], { to: 2 }, x.value.shape, "uint8");
    return g.op("Cast", [g.op("Expand", [bytes, g.ints(x.shape)], {}, x.shape, "uint8")], { to: 9 }, x.shape, "bool");
  }
  return g.op("Expand", [x.value, g.ints(x.shape)], {}, x.shape, x.value.dtype);
}

export function reshape(g: Graph, value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  const source = value.node?.op === "Reshape" ? value.node.inputs[0]! : value;
  if (sameShape(source.shape, shape)) return source;
  if (source.data && source.data.length <= 64) return g.constant(source.data, shape, source.dtype);
  return g.op("Reshape", [source, g.ints(shape)], { allowzero: 1 }, shape, source.dtype);
}

export function reshapeLazy(g: Graph, x: Lazy, shape: Shape): Lazy {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(x.shape) !== sizeOf(shape)) {
    throw new TensorError(
      "FTT_SHAPE",
      `reshape: expected a shape of ${sizeOf(x.shape)} elements like ${showShape(x.shape)}, got ${showShape(shape)} of ${sizeOf(shape)}; use -1 for the axis to work out`,
    );
  }
  const splat = splatOf(x.value);
  if (splat !== undefined) return g.lazy(x.value.shape.length ? g.scalar(splat, x.value.dtype) : x.value, shape);
  return g.lazy(reshape(g, materialize(g, x), shape));
}

export function transpose(g: Graph, value: Value, perm: readonly number[]): Value {
  if (perm.every((p, i) => p === i)) return value;
  const inner = value.node;
  if (inner?.op === "Transpose") {
    const before = inner.attributes.perm as readonly number[];
    return transpose(
      g,
      inner.inputs[0]!,
      perm.map(p => before[p]!),
    );
  }
  const shape = perm.map(p => value.shape[p]!);
  // Moving only axes of size 1 leaves the elements where they are.
  const moved = perm.filter(p => value.shape[p] !== 1);
  if (moved.every((p, i) => i === 0 || p > moved[i - 1]!)) return reshape(g, value, shape);
  return g.op("Transpose", [value], { perm: [...perm] }, shape, value.dtype);
}

export function slice(g: Graph, value: Value, begin: readonly number[], size: Shape): Value {
  if (begin.every(b => b === 0) && sameShape(size, value.shape)) return value;
  const axes = begin.flatMap((b, i) => (b !== 0 || size[i] !== value.shape[i] ? [i] : []));
  const starts = axes.map(i => begin[i]!);
  const ends = axes.map(i => begin[i]! + size[i]!);
  return g.op("Slice", [value, g.ints(starts), g.ints(ends), g.ints(axes)], {}, size, value.dtype);
}

/** Every `strides[i]`-th element of the given axes, from `begin` to `end` (exclusive). */
export function stridedSlice(
  g: Graph,
  value: Value,
  axes: readonly number[],
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
  shape: Shape,
): Value {
  if (strides.every(s => s === 1) && sameShape(shape, value.shape)) return value;
  const inputs = [value, g.ints(begin), g.ints(end), g.ints(axes), g.ints(strides)];
  return g.op("Slice", inputs, {}, shape, value.dtype);
}

/** ONNX's way to say "before the first element" when a slice runs backward. */
const BEFORE_START = -2147483647;

export function flip(g: Graph, value: Value, axes: readonly number[]): Value {
  const real = axes.filter(a => value.shape[a] !== 1);
  if (real.length === 0) return value;
  const inputs = [
    value,
    g.ints(real.map(() => -1)),
    g.ints(real.map(() => BEFORE_START)),
    g.ints(real),
    g.ints(real.map(() => -1)),
  ];
  return g.op("Slice", inputs, {}, value.shape, value.dtype);
}

export type Pads = readonly (readonly [before: number, after: number])[];

export function pad(g: Graph, value: Value, pads: Pads, fillWith = 0): Value {
  if (pads.every(([b, a]) => b === 0 && a === 0)) return value;
  const shape = value.shape.map((d, i) => d + pads[i]![0] + pads[i]![1]);
  if (sizeOf(value.shape) === 0) return materialize(g, g.lazy(g.scalar(fillWith, value.dtype), shape));
  const amounts = g.ints([...pads.map(p => p[0]), ...pads.map(p => p[1])]);
  return g.op("Pad", [value, amounts, g.scalar(fillWith, value.dtype)], { mode: "constant" }, shape, value.dtype);
}

export function concat(g: Graph, values: readonly Value[], axis: number): Value {
  const odd = values.find(
    v => v.shape.length !== values[0]!.shape.length || v.shape.some((d, i) => i !== axis && d !== values[0]!.shape[i]),
  );
  if (odd) {
    throw new TensorError(
      "FTT_SHAPE",
      `concat: shapes must be equal but for axis ${axis}, got ${showShape(values[0]!.shape)} and ${showShape(odd.shape)}; reshape or slice one of them`,
    );
  }
  const full = values.filter(v => v.shape[axis] !== 0);
  const parts = full.length ? full : values.slice(0, 1);
  if (parts.length === 1) return parts[0]!;
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((sum, v) => sum + v.shape[axis]!, 0);
  return g.op("Concat", parts, { axis }, shape, parts[0]!.dtype);
}

export function split(g: Graph, value: Value, sizes: readonly number[], axis: number): Value[] {
  if (sizes.length === 1) return [value];
  const outputs = sizes.map(s => ({ shape: value.shape.map((d, i) => (i === axis ? s : d)), dtype: value.dtype }));
  // An empty part would be a dangling output; slices leave it out.
  if (sizes.includes(0)) {
    let at = 0;
    return outputs.map((o, i) => {
      const begin = value.shape.map((_, k) => (k === axis ? at : 0));
      at += sizes[i]!;
      return slice(g, value, begin, o.shape);
    });
  }
  return g.multi("Split", [value, g.ints(sizes)], { axis }, outputs);
}
