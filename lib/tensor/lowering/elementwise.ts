/**
 * Kernels of one tensor, element by element. Where ONNX has the function, it is a node; where it has not, the formula is
 * written out with the care for small arguments that JavaScript's `Math` takes.
 */
import type { CastAttrs, ClipByValueAttrs, LeakyReluAttrs, StepAttrs, UnaryInputs } from "@tensorflow/tfjs-core";
import type { DType } from "../dtypes";
import { add, binary, cast, div, fill, mul, stepOfRelu, sub, unary, where } from "../graph/arithmetic";
import type { Graph } from "../graph/graph";
import type { Lazy } from "../graph/value";
import { cannotLower, type LoweringContext, lower } from "./registry";

/** ONNX's transcendental functions take floats; tfjs accepts integers and answers in float32. */
export function asFloat(g: Graph, x: Lazy): Lazy {
  return cast(g, x, "float32");
}

const FLOAT_FUNCTIONS: Readonly<Record<string, string>> = {
  Acos: "Acos",
  Acosh: "Acosh",
  Asin: "Asin",
  Asinh: "Asinh",
  Atan: "Atan",
  Atanh: "Atanh",
  Cos: "Cos",
  Cosh: "Cosh",
  Elu: "Elu",
  Erf: "Erf",
  Exp: "Exp",
  Log: "Log",
  Reciprocal: "Reciprocal",
  Selu: "Selu",
  Sigmoid: "Sigmoid",
  Sin: "Sin",
  Sinh: "Sinh",
  Softplus: "Softplus",
  Sqrt: "Sqrt",
  Tan: "Tan",
  Tanh: "Tanh",
};
for (const [kernel, op] of Object.entries(FLOAT_FUNCTIONS)) {
  lower<UnaryInputs>(kernel, ({ x }, _, { graph: g }) => unary(g, op, asFloat(g, x)));
}

// These keep the dtype: rounding an integer changes nothing.
for (const op of ["Ceil", "Floor", "Round"]) {
  lower<UnaryInputs>(op, ({ x }, _, { graph: g }) => (x.value.dtype === "float32" ? unary(g, op, x) : x));
}
for (const op of ["Abs", "Neg"]) {
  lower<UnaryInputs>(op, ({ x }, _, { graph: g }) => unary(g, op, numeric(g, x)));
}

/** Arithmetic on booleans happens on integers. */
export function numeric(g: Graph, x: Lazy): Lazy {
  return x.value.dtype === "bool" ? cast(g, x, "int32") : x;
}

// NaN has no sign to tfjs: 0.
lower<UnaryInputs>("Sign", ({ x }, _, { graph: g }) => {
  const y = unary(g, "Sign", numeric(g, x));
  if (x.value.dtype !== "float32") return y;
  return where(g, binary(g, "Equal", x, x, "bool"), y, fill(g, 0));
});
lower<UnaryInputs>("Square", ({ x }, _, { graph: g }) => {
  const n = numeric(g, x);
  return mul(g, n, n);
});
lower<UnaryInputs>("Rsqrt", ({ x }, _, { graph: g }) => unary(g, "Reciprocal", unary(g, "Sqrt", asFloat(g, x))));
lower<UnaryInputs>("LogicalNot", ({ x }, _, { graph: g }) => unary(g, "Not", cast(g, x, "bool")));
lower<UnaryInputs>("IsNan", ({ x }, _, { graph: g }) => unary(g, "IsNaN", asFloat(g, x), {}, "bool"));
lower<UnaryInputs>("IsInf", ({ x }, _, { graph: g }) => unary(g, "IsInf", asFloat(g, x), {}, "bool"));
lower<UnaryInputs>("IsFinite", ({ x }, _, { graph: g }) => {
  // Infinity and NaN are the two that x - x does not bring to zero.
  const f = asFloat(g, x);
  return binary(g, "Equal", sub(g, f, f), fill(g, 0), "bool");
});

// Kahan: the rounding error of 1 + x cancels against the same error in log(1 + x).
lower<UnaryInputs>("Log1p", ({ x }, _, { graph: g }) => {
  const f = asFloat(g, x);
  const one = fill(g, 1);
  const u = add(g, f, one);
  const exact = mul(g, unary(g, "Log", u), div(g, f, sub(g, u, one)));
  const plain = where(g, binary(g, "Equal", u, one, "bool"), f, exact);
  return where(g, binary(g, "Equal", u, fill(g, Number.POSITIVE_INFINITY), "bool"), u, plain);
});
lower<UnaryInputs>("Expm1", ({ x }, _, { graph: g }) => {
  const f = asFloat(g, x);
  const one = fill(g, 1);
  const u = unary(g, "Exp", f);
  const v = sub(g, u, one);
  // Beyond |x| = 1 the subtraction loses nothing worth mending.
  const small = binary(g, "Less", unary(g, "Abs", f), one, "bool");
  const exact = mul(g, v, div(g, f, unary(g, "Log", u)));
  return where(g, binary(g, "Equal", u, one, "bool"), f, where(g, small, exact, v));
});

export function relu(g: Graph, x: Lazy): Lazy {
  return unary(g, "Relu", numeric(g, x));
}

/** `min <= x <= max`; NaN stays NaN. */
export function clip(g: Graph, x: Lazy, min: number, max: number): Lazy {
  const { dtype, shape } = x.value;
  return g.lazy(g.op("Clip", [x.value, g.scalar(min, dtype), g.scalar(max, dtype)], {}, shape, dtype), x.shape);
}

lower<UnaryInputs>("Relu", ({ x }, _, { graph: g }) => relu(g, x));
lower<UnaryInputs>("Relu6", ({ x }, _, { graph: g }) => clip(g, numeric(g, x), 0, 6));
lower<UnaryInputs, ClipByValueAttrs>("ClipByValue", ({ x }, { clipValueMin, clipValueMax }, { graph: g }) =>
  clip(g, numeric(g, x), clipValueMin, clipValueMax),
);
lower<UnaryInputs, LeakyReluAttrs>("LeakyRelu", ({ x }, { alpha }, { graph: g }) =>
  unary(g, "LeakyRelu", asFloat(g, x), { alpha: { float: alpha } }),
);
lower<{ x: Lazy; alpha: Lazy }>("Prelu", ({ x, alpha }, _, { graph: g }) =>
  where(g, binary(g, "Less", x, fill(g, 0), "bool"), mul(g, x, alpha), x),
);

/**
 * `x > 0 ? 1 : alpha`, the derivative of the rectifiers; NaN stays NaN. For alpha = 0 it is ceil(min(relu(x), 1)): float
 * operations alone, on the output that the forward pass has anyway, where a comparison and a cast move bytes back and forth.
 */
lower<UnaryInputs, StepAttrs>("Step", ({ x }, { alpha }, { graph: g }) => {
  const { dtype } = x.value;
  const positive = () => binary(g, "Greater", x, fill(g, 0, dtype), "bool");
  if (dtype !== "float32") return where(g, positive(), fill(g, 1, dtype), fill(g, alpha, dtype));
  if (!alpha) return stepOfRelu(g, relu(g, x));
  return where(g, binary(g, "Equal", x, x, "bool"), where(g, positive(), fill(g, 1), fill(g, alpha)), x);
});

lower<{ dy: Lazy; y: Lazy }>("EluGrad", ({ dy, y }, _, { graph: g }) => {
  const positive = binary(g, "GreaterOrEqual", y, fill(g, 0), "bool");
  return where(g, positive, dy, mul(g, dy, add(g, y, fill(g, 1))));
});

lower<UnaryInputs>("Identity", ({ x }) => x);
lower<UnaryInputs, CastAttrs>("Cast", ({ x }, { dtype }, { graph: g }) => {
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") cannotLower("Cast", `no ONNX type for ${dtype}`);
  return cast(g, x, dtype as DType);
});

/** The activations that tfjs fuses into its matrix products and convolutions. */
export function activate(
  { graph: g }: LoweringContext,
  x: Lazy,
  activation: string | null | undefined,
  options: { leakyreluAlpha?: number | undefined; prelu?: Lazy | undefined },
): Lazy {
  switch (activation) {
    case undefined:
    case null:
    case "linear":
      return x;
    case "relu":
      return relu(g, x);
    case "relu6":
      return clip(g, x, 0, 6);
    case "elu":
      return unary(g, "Elu", x);
    case "sigmoid":
      return unary(g, "Sigmoid", x);
    case "leakyrelu":
      return unary(g, "LeakyRelu", x, { alpha: { float: options.leakyreluAlpha ?? 0.2 } });
    case "prelu":
      return where(g, binary(g, "Less", x, fill(g, 0), "bool"), mul(g, x, options.prelu!), x);
    default:
      return cannotLower("fused activation", `unknown activation ${activation}`);
  }
}
