/** Matrix products, plain and with tfjs's fused bias and activation. */
import type { _FusedMatMulAttrs, BatchMatMulAttrs, EinsumAttrs } from "@tensorflow/tfjs-core";
import { add, cast } from "../graph/arithmetic";
import { materialize } from "../graph/arrange";
import { matmul } from "../graph/contract";
import type { Lazy } from "../graph/value";
import { activate } from "./elementwise";
import { cannotLower, lower } from "./registry";

lower<{ a: Lazy; b: Lazy }, BatchMatMulAttrs>(
  "BatchMatMul",
  ({ a, b }, { transposeA, transposeB }, { graph: g, target }) =>
    g.lazy(matmul(g, floats(g, a), floats(g, b), transposeA, transposeB, target.portable)),
);

function floats(g: Parameters<typeof materialize>[0], x: Lazy) {
  return materialize(g, cast(g, x, "float32"));
}

lower<{ a: Lazy; b: Lazy; bias?: Lazy; preluActivationWeights?: Lazy }, _FusedMatMulAttrs>(
  "_FusedMatMul",
  ({ a, b, bias, preluActivationWeights }, attributes, context) => {
    const { graph: g, target } = context;
    const product = matmul(
      g,
      floats(g, a),
      floats(g, b),
      attributes.transposeA,
      attributes.transposeB,
      target.portable,
    );
    const sum = bias ? add(g, g.lazy(product), bias) : g.lazy(product);
    return activate(context, sum, attributes.activation, {
      leakyreluAlpha: attributes.leakyreluAlpha,
      prelu: preluActivationWeights,
    });
  },
);

lower("Einsum", (inputs, attributes: EinsumAttrs, { graph: g }) => {
  const operands = Object.values(inputs).map(x => materialize(g, x));
  const [left, right] = attributes.equation.replaceAll(" ", "").split("->") as [string, string | undefined];
  if (right === undefined) cannotLower("Einsum", `the equation must name its output, got ${attributes.equation}`);
  const sizes = new Map<string, number>();
  left.split(",").forEach((term, i) => {
    for (const [axis, letter] of [...term].entries()) sizes.set(letter, operands[i]!.shape[axis]!);
  });
  const shape = [...right].map(letter => sizes.get(letter)!);
  return g.lazy(g.op("Einsum", operands, { equation: attributes.equation }, shape, operands[0]!.dtype));
});
