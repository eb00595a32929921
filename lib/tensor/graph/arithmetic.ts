/**
 * Elementwise nodes over lazily broadcast values, with the algebra that traces need most.
 *
 * A gradient traced from tfjs is full of multiplications by one, sums with zero and chains of constant factors. Folding
 * them while the graph is built is cheaper than a pass that looks for them later. Nothing here changes what NaN or
 * infinity would give: `x * 0` stays a product.
 */
import type { DType } from "../dtypes";
import { broadcastShapes } from "../shapes";
import { type Graph, splatOf } from "./graph";
import type { Attributes, Lazy, Value } from "./value";

export function unary(g: Graph, op: string, x: Lazy, attributes: Attributes = {}, dtype?: DType, domain = ""): Lazy {
  return g.lazy(g.op(op, [x.value], attributes, x.value.shape, dtype ?? x.value.dtype, domain), x.shape);
}

/** A constant that stands for every element of `shape`. */
export function fill(g: Graph, value: number, dtype: DType = "float32", shape: readonly number[] = []): Lazy {
  return g.lazy(g.scalar(value, dtype), shape);
}

const FLOAT_FOLDS: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
};

/** One-element constants of any rank broadcast as scalars do; ORT has its fastest loops for true scalars. */
function scalarized(g: Graph, value: Value): Value {
  const splat = splatOf(value);
  return splat !== undefined && value.shape.length > 0 ? g.scalar(splat, value.dtype) : value;
}

export function binary(g: Graph, op: string, a: Lazy, b: Lazy, dtype?: DType): Lazy {
  const shape = broadcastShapes(a.shape, b.shape);
  if (dtype === undefined) {
    const folded = foldArithmetic(g, op, a, b);
    if (folded) return g.lazy(folded.value, shape);
  }
  const x = scalarized(g, a.value);
  const y = scalarized(g, b.value);
  return g.lazy(g.op(op, [x, y], {}, broadcastShapes(x.shape, y.shape), dtype ?? a.value.dtype), shape);
}

/** A simpler value equal to `a op b`, if the constants among them allow one. Shapes are the caller's business. */
function foldArithmetic(g: Graph, op: string, a: Lazy, b: Lazy): Lazy | undefined {
  const x = splatOf(a.value);
  const y = splatOf(b.value);
  if (y === 1 && (op === "Mul" || op === "Div")) return a;
  if (y === 0 && (op === "Add" || op === "Sub")) return a;
  if (x === 1 && op === "Mul") return b;
  if (x === 0 && op === "Add") return b;
  if (a.value.dtype !== "float32") return undefined;
  const fold = FLOAT_FOLDS[op];
  if (fold && x !== undefined && y !== undefined) return fill(g, fold(x, y));
  if (op === "Div" && y !== undefined && isExactReciprocal(y))
    return binary(g, "Mul", a, fill(g, 1 / y, "float32", b.shape));
  if (op !== "Mul") return undefined;
  // Constants to the right, then (v * c) * y = v * (c * y).
  if (x !== undefined) return binary(g, "Mul", b, a);
  const inner = a.value.node;
  if (y === undefined || inner?.op !== "Mul") return undefined;
  const factor = inner.inputs[1]!;
  const c = splatOf(factor);
  if (c === undefined || factor.shape.length > 0) return undefined;
  return binary(g, "Mul", g.lazy(inner.inputs[0]!, a.shape), fill(g, c * y, "float32", b.shape));
}

/** Powers of two only: dividing by them and multiplying by the reciprocal give the same bits. */
function isExactReciprocal(y: number): boolean {
  const exponent = Math.log2(Math.abs(y));
  return Number.isInteger(exponent) && Math.abs(exponent) < 120;
}

export const add = (g: Graph, a: Lazy, b: Lazy): Lazy => binary(g, "Add", a, b);
export const sub = (g: Graph, a: Lazy, b: Lazy): Lazy => binary(g, "Sub", a, b);
export const mul = (g: Graph, a: Lazy, b: Lazy): Lazy => binary(g, "Mul", a, b);
export const div = (g: Graph, a: Lazy, b: Lazy): Lazy => binary(g, "Div", a, b);

/** `r > 0 ? 1 : 0` of what is never negative, a ReLU's result or a maximum of them; NaN stays NaN. Float operations alone. */
export function stepOfRelu(g: Graph, r: Lazy): Lazy {
  return unary(g, "Ceil", binary(g, "Min", r, fill(g, 1)));
}

/** ONNX `Where` with a lazy condition: element by element `condition ? a : b`. */
export function where(g: Graph, condition: Lazy, a: Lazy, b: Lazy): Lazy {
  const shape = broadcastShapes(broadcastShapes(condition.shape, a.shape), b.shape);
  const [c, x, y] = [condition.value, scalarized(g, a.value), scalarized(g, b.value)];
  const computed = broadcastShapes(broadcastShapes(c.shape, x.shape), y.shape);
  return g.lazy(g.op("Where", [c, x, y], {}, computed, x.dtype), shape);
}

/** `x` as `dtype`, with tfjs's rules: floats truncate toward zero, NaN becomes integer 0, every non-zero is true. */
export function cast(g: Graph, x: Lazy, dtype: DType): Lazy {
  const from = x.value.dtype;
  if (from === dtype) return x;
  const splat = splatOf(x.value);
  if (splat !== undefined) {
    const integer = Number.isFinite(splat) ? Math.trunc(splat) : 0;
    const value = dtype === "bool" ? Number(splat !== 0) : dtype === "float32" ? splat : integer;
    return g.lazy(g.scalar(value, dtype), x.shape);
  }
  // int32 -> float32 -> int32 of a one-hot, or bool -> int32 -> float32: go straight from the source.
  const inner = x.value.node;
  const source = inner?.op === "Cast" ? inner.inputs[0]! : undefined;
  if (source && isWidening(source.dtype, from)) return cast(g, g.lazy(source, x.shape), dtype);
  if (from === "float32" && dtype !== "bool" && dtype !== "float64" && dtype !== "float16") {
    const isNumber = g.lazy(g.op("Equal", [x.value, x.value], {}, x.value.shape, "bool"), x.shape);
    const numbers = where(g, isNumber, x, fill(g, 0));
    return g.lazy(g.op("Cast", [numbers.value], { to: onnxType(dtype) }, x.value.shape, dtype), x.shape);
  }
  return unary(g, "Cast", x, { to: onnxType(dtype) }, dtype);
}

function isWidening(from: DType, to: DType): boolean {
  return (
    (from === "bool" && (to === "int32" || to === "float32" || to === "int64")) || (from === "int32" && to === "int64")
  );
}

function onnxType(dtype: DType): number {
  return { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11, uint32: 12, uint64: 13 }[dtype];
}
