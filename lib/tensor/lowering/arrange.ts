/** Kernels that move elements: reshape, transpose, slice, join, pad, repeat. Constants that only repeat stay lazy. */
import type {
  BroadCastToAttrs,
  ConcatAttrs,
  ExpandDimsAttrs,
  FillAttrs,
  LinSpaceAttrs,
  MirrorPadAttrs,
  PackAttrs,
  PadV2Attrs,
  RangeAttrs,
  ReshapeAttrs,
  ReverseAttrs,
  SelectInputs,
  SliceAttrs,
  SplitVAttrs,
  StridedSliceAttrs,
  TileAttrs,
  TransposeAttrs,
  UnaryInputs,
  UnpackAttrs,
} from "@tensorflow/tfjs-core";
import type { DType } from "../dtypes";
import { cast, fill, where } from "../graph/arithmetic";
import {
  concat,
  flip,
  materialize,
  type Pads,
  pad,
  reshape,
  reshapeLazy,
  slice,
  split,
  transpose,
} from "../graph/arrange";
import { type Graph, splatOf } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { normalizeAxes, sizeOf } from "../shapes";
import { core } from "../tfjs";
import { cannotLower, lower } from "./registry";

lower<UnaryInputs, ReshapeAttrs>("Reshape", ({ x }, { shape }, { graph: g }) =>
  reshapeLazy(g, x, core.util.inferFromImplicitShape(shape, sizeOf(x.shape))),
);
lower<{ input: Lazy }, ExpandDimsAttrs>("ExpandDims", ({ input }, { dim }, { graph: g }) => {
  const shape = [...input.shape];
  shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
  return reshapeLazy(g, input, shape);
});
lower<UnaryInputs, TransposeAttrs>("Transpose", ({ x }, { perm }, { graph: g }) =>
  splatOf(x.value) !== undefined
    ? fill(
        g,
        splatOf(x.value)!,
        x.value.dtype,
        perm.map(p => x.shape[p]!),
      )
    : g.lazy(transpose(g, materialize(g, x), perm)),
);
lower<UnaryInputs, BroadCastToAttrs>("BroadcastTo", ({ x }, { shape }, { graph: g }) => g.lazy(x.value, shape));

lower<UnaryInputs, TileAttrs>("Tile", ({ x }, { reps }, { graph: g }) => {
  const shape = x.shape.map((d, i) => d * reps[i]!);
  // Repeating an axis of size 1 is a broadcast.
  if (x.shape.every((d, i) => d === 1 || reps[i] === 1)) return g.lazy(x.value, shape);
  const value = materialize(g, x);
  return g.lazy(g.op("Tile", [value, g.ints(reps)], {}, shape, value.dtype));
});

lower<object, FillAttrs>("Fill", (_, { value, shape, dtype }, { graph: g }) => {
  if (typeof value === "string") cannotLower("Fill", "no ONNX graph of strings");
  return fill(g, value, (dtype || "float32") as DType, shape);
});
lower<UnaryInputs>("ZerosLike", ({ x }, _, { graph: g }) => fill(g, 0, x.value.dtype, x.shape));
lower<UnaryInputs>("OnesLike", ({ x }, _, { graph: g }) => fill(g, 1, x.value.dtype, x.shape));
lower<object, RangeAttrs>("Range", (_, { start, stop, step, dtype }, { graph: g }) => {
  const length = start === stop || start < stop !== step > 0 ? 0 : Math.abs(Math.ceil((stop - start) / step));
  const numbers = Array.from({ length }, (_, i) => start + i * step);
  return g.lazy(constantOf(g, numbers, dtype));
});
lower<object, LinSpaceAttrs>("LinSpace", (_, { start, stop, num }, { graph: g }) => {
  const step = (stop - start) / (num - 1);
  return g.lazy(
    constantOf(
      g,
      Array.from({ length: num }, (_, i) => start + (num > 1 ? i * step : 0)),
      "float32",
    ),
  );
});
function constantOf(g: Graph, numbers: number[], dtype: "float32" | "int32" = "float32"): Value {
  const data = dtype === "int32" ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return g.constant(data, [numbers.length], dtype);
}

lower("Concat", (inputs, { axis }: ConcatAttrs, { graph: g }) => joined(g, Object.values(inputs), axis));
lower("Pack", (inputs, { axis }: PackAttrs, { graph: g }) => {
  const parts = Object.values(inputs);
  const shape = [...parts[0]!.shape];
  const along = axis < 0 ? axis + shape.length + 1 : axis;
  shape.splice(along, 0, parts.length);
  // A stack along the first axis is a join along the parts' own first axis, seen in another shape: no reshape per part.
  if (along === 0 && shape.length > 1 && parts.length > 1) {
    return reshapeLazy(g, joined(g, parts, 0), shape);
  }
  const piece = [...shape];
  piece[along] = 1;
  return joined(
    g,
    parts.map(x => reshapeLazy(g, x, piece)),
    along,
  );
});
function joined(g: Graph, parts: readonly Lazy[], axis: number): Lazy {
  const first = parts[0]!;
  return g.lazy(
    concat(
      g,
      parts.map(p => materialize(g, p)),
      normalizeAxes(axis, first.shape.length)[0]!,
    ),
  );
}

lower<UnaryInputs, SliceAttrs>("Slice", ({ x }, attributes, { graph: g }) => {
  const [begin, size] = core.slice_util.parseSliceParams(
    { shape: [...x.shape] } as never,
    attributes.begin as number[],
    attributes.size as number[],
  );
  core.slice_util.assertParamsValid({ shape: [...x.shape] } as never, begin!, size!);
  const splat = splatOf(x.value);
  if (splat !== undefined) return fill(g, splat, x.value.dtype, size);
  return g.lazy(slice(g, materialize(g, x), begin!, size!));
});
lower<UnaryInputs, StridedSliceAttrs>("StridedSlice", ({ x }, a, { graph: g }) => {
  const { finalShapeSparse, finalShape, isIdentity, begin, end, strides } = core.slice_util.sliceInfo(
    [...x.shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  const value = materialize(g, x);
  if (isIdentity) return g.lazy(reshape(g, value, finalShape));
  // An end of -1 means "before the first element" to tfjs here, "the last element" to ONNX.
  const ends = end.map((e, i) => (e < 0 && strides[i]! < 0 ? -2147483647 : e));
  const axes = begin.map((_, i) => i);
  const inputs = [value, g.ints(begin), g.ints(ends), g.ints(axes), g.ints(strides)];
  return g.lazy(reshape(g, g.op("Slice", inputs, {}, finalShapeSparse, value.dtype), finalShape));
});
lower<UnaryInputs, SplitVAttrs>("SplitV", ({ x }, { numOrSizeSplits, axis }, { graph: g }) => {
  const along = normalizeAxes(axis, x.shape.length)[0]!;
  const sizes = core.backend_util.prepareSplitSize({ shape: [...x.shape] } as never, numOrSizeSplits, along);
  return split(g, materialize(g, x), sizes, along).map(v => g.lazy(v));
});
lower<{ value: Lazy }, UnpackAttrs>("Unpack", ({ value }, { axis }, { graph: g }) => {
  const along = normalizeAxes(axis, value.shape.length)[0]!;
  const count = value.shape[along]!;
  const shape = value.shape.filter((_, i) => i !== along);
  const whole = materialize(g, value);
  // The reverse of a stack along the first axis: the pieces come out in their final shape.
  if (along === 0 && shape.length > 0 && count > 0) {
    const rows = reshape(g, whole, [count * shape[0]!, ...shape.slice(1)]);
    return split(g, rows, new Array(count).fill(shape[0]!), 0).map(part => g.lazy(part));
  }
  const parts = split(g, whole, new Array(count).fill(1), along);
  return parts.map(part => g.lazy(reshape(g, part, shape)));
});

lower<UnaryInputs, PadV2Attrs>("PadV2", ({ x }, { paddings, constantValue }, { graph: g }) =>
  g.lazy(padAnything(g, materialize(g, x), paddings, constantValue)),
);
/** ORT pads no booleans; they travel as integers. */
function padAnything(g: Graph, value: Value, pads: Pads, fillWith: number): Value {
  if (value.dtype !== "bool") return pad(g, value, pads, fillWith);
  const integers = materialize(g, cast(g, g.lazy(value), "int32"));
  return materialize(g, cast(g, g.lazy(pad(g, integers, pads, fillWith)), "bool"));
}
lower<UnaryInputs, MirrorPadAttrs>("MirrorPad", ({ x }, { paddings, mode }, { graph: g }) => {
  // "reflect" leaves the border element out of the mirror image, "symmetric" repeats it.
  const skip = mode === "reflect" ? 1 : 0;
  let value = materialize(g, x);
  paddings.forEach(([before, after], axis) => {
    const length = value.shape[axis]!;
    const image = (from: number, count: number) => {
      const begin = value.shape.map((_, i) => (i === axis ? from : 0));
      const size = value.shape.map((d, i) => (i === axis ? count : d));
      return flip(g, slice(g, value, begin, size), [axis]);
    };
    const parts = [value];
    if (before) parts.unshift(image(skip, before));
    if (after) parts.push(image(length - skip - after, after));
    value = concat(g, parts, axis);
  });
  return g.lazy(value);
});

lower<UnaryInputs, ReverseAttrs>("Reverse", ({ x }, { dims }, { graph: g }) =>
  g.lazy(flip(g, materialize(g, x), normalizeAxes(dims, x.shape.length))),
);
lower<{ image: Lazy }>("FlipLeftRight", ({ image }, _, { graph: g }) => g.lazy(flip(g, materialize(g, image), [2])));

lower<SelectInputs>("Select", ({ condition, t, e }, _, { graph: g }) => {
  // A vector of conditions chooses whole rows.
  const rows = condition.shape.length === 1 && t.shape.length > 1;
  const chosen = rows ? reshapeLazy(g, condition, [condition.shape[0]!, ...t.shape.slice(1).map(() => 1)]) : condition;
  if (t.value.dtype !== "bool") return where(g, chosen, t, e);
  return cast(g, where(g, chosen, cast(g, t, "int32"), cast(g, e, "int32")), "bool");
});
