/** Kernels of two tensors, element by element, with NumPy broadcasting. */
import type { BinaryInputs } from "@tensorflow/tfjs-core";
import { add, binary, cast, div, fill, mul, sub, unary, where } from "../graph/arithmetic";
import { type Graph, splatOf } from "../graph/graph";
import type { Lazy } from "../graph/value";
import { numeric } from "./elementwise";
import { lower } from "./registry";

const ARITHMETIC: Readonly<Record<string, string>> = { Add: "Add", Sub: "Sub", Multiply: "Mul" };
for (const [kernel, op] of Object.entries(ARITHMETIC)) {
  lower<BinaryInputs>(kernel, ({ a, b }, _, { graph: g }) => binary(g, op, numeric(g, a), numeric(g, b)));
}

lower<BinaryInputs>("RealDiv", ({ a, b }, _, { graph: g }) => div(g, cast(g, a, "float32"), cast(g, b, "float32")));

lower<BinaryInputs>("Maximum", ({ a, b }, _, { graph: g }) => binary(g, "Max", numeric(g, a), numeric(g, b)));
lower<BinaryInputs>("Minimum", ({ a, b }, _, { graph: g }) => binary(g, "Min", numeric(g, a), numeric(g, b)));

const COMPARISONS: Readonly<Record<string, string>> = {
  Greater: "Greater",
  GreaterEqual: "GreaterOrEqual",
  Less: "Less",
  LessEqual: "LessOrEqual",
  Equal: "Equal",
};
export function compare(g: Graph, op: string, a: Lazy, b: Lazy): Lazy {
  return binary(g, op, numeric(g, a), numeric(g, b), "bool");
}
for (const [kernel, op] of Object.entries(COMPARISONS)) {
  lower<BinaryInputs>(kernel, ({ a, b }, _, { graph: g }) => compare(g, op, a, b));
}
lower<BinaryInputs>("NotEqual", ({ a, b }, _, { graph: g }) => unary(g, "Not", compare(g, "Equal", a, b)));
for (const [kernel, op] of Object.entries({ LogicalAnd: "And", LogicalOr: "Or", LogicalXor: "Xor" })) {
  lower<BinaryInputs>(kernel, ({ a, b }, _, { graph: g }) =>
    binary(g, op, cast(g, a, "bool"), cast(g, b, "bool"), "bool"),
  );
}
lower<BinaryInputs>("BitwiseAnd", ({ a, b }, _, { graph: g }) => binary(g, "BitwiseAnd", a, b, "int32"));

// The result is int32 whatever came in. Integer division by zero is a fault of the processor; in JavaScript it is Infinity
// (or NaN), which an Int32Array stores as 0.
lower<BinaryInputs>("FloorDiv", ({ a, b }, _, { graph: g }) => {
  const wide = a.value.dtype === "float32" ? "float32" : "float64";
  const [x, y] = [cast(g, a, wide), cast(g, b, wide)];
  const quotient = unary(g, "Floor", binary(g, "Div", x, y, wide));
  const zero = fill(g, 0, wide);
  const finite = binary(g, "Equal", binary(g, "Sub", quotient, quotient, wide), zero, "bool");
  return unary(g, "Cast", where(g, finite, quotient, zero), { to: 6 }, "int32");
});

// The remainder takes the divisor's sign, as in Python.
lower<BinaryInputs>("Mod", ({ a, b }, _, { graph: g }) => {
  const [x, y] = [numeric(g, a), numeric(g, b)];
  if (x.value.dtype === "int32") {
    const zero = fill(g, 0, "int32");
    const divisor = where(g, compare(g, "Equal", y, zero), fill(g, 1, "int32"), y);
    return remainder(g, x, divisor, 0);
  }
  const rest = remainder(g, x, y, 1);
  const zero = fill(g, 0);
  const sameSign = binary(g, "Equal", binary(g, "Less", x, zero, "bool"), binary(g, "Less", y, zero, "bool"), "bool");
  return where(g, sameSign, rest, remainder(g, add(g, rest, y), y, 1));
});

function remainder(g: Graph, a: Lazy, b: Lazy, fmod: 0 | 1): Lazy {
  // The attribute keeps this apart from `binary`'s folding rules.
  const like = binary(g, "Add", g.lazy(a.value), g.lazy(b.value)).shape;
  const shape = binary(g, "Add", a, b).shape;
  return g.lazy(g.op("Mod", [a.value, b.value], { fmod }, like, a.value.dtype), shape);
}

lower<BinaryInputs>("Pow", ({ a, b }, _, { graph: g }) => {
  const [x, y] = [numeric(g, a), numeric(g, b)];
  const exponent = splatOf(y.value);
  if (exponent === 2) {
    const square = mul(g, x, x);
    return g.lazy(square.value, binary(g, "Add", a, b).shape);
  }
  return binary(g, "Pow", x, y);
});

lower<BinaryInputs>("SquaredDifference", ({ a, b }, _, { graph: g }) => {
  const difference = sub(g, numeric(g, a), numeric(g, b));
  return mul(g, difference, difference);
});

// Not in ONNX. atan(y/x) is right for x > 0; the other quadrants lie pi away.
lower<BinaryInputs>("Atan2", ({ a: y, b: x }, _, { graph: g }) => {
  const zero = fill(g, 0);
  const angle = unary(g, "Atan", div(g, y, x));
  const below = binary(g, "Less", y, zero, "bool");
  const half = where(g, below, fill(g, -Math.PI), fill(g, Math.PI));
  const left = where(g, binary(g, "Less", x, zero, "bool"), add(g, angle, half), angle);
  // 0/0: on the origin the angle is 0.
  const origin = binary(g, "And", compare(g, "Equal", x, zero), compare(g, "Equal", y, zero), "bool");
  return where(g, origin, zero, left);
});

lower("AddN", (inputs, _, { graph: g }) => Object.values(inputs).reduce((sum, x) => add(g, sum, x)));
