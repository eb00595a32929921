/**
 * A product plus something that fits its rows is one Gemm with a third operand: a bias vector, or, for small products as in a recurrent cell,
 * a whole matrix. The kernel starts from that operand instead of from zeros, which saves a pass over the result and a node.
 */
import { sameShape, sizeOf } from "../../shapes";
import type { NamedPass } from "../finish";
import type { Rewriter } from "../rewriter";
import type { Node, Value } from "../value";

/** A whole matrix is copied before the product is added to it: above this size that costs as much as the addition did. */
const MAX_MATRIX_ELEMENTS = 1 << 16;

export const productBias: NamedPass = {
  name: "productBias",
  run: rewriter => {
    let count = 0;
    for (const node of rewriter.nodes) {
      if (node.op !== "Add" || node.outputs[0]!.dtype !== "float32") continue;
      const [a, b] = node.inputs as [Value, Value];
      if (absorb(rewriter, node, a, b) || absorb(rewriter, node, b, a)) count++;
    }
    if (count) rewriter.refresh();
    return count;
  },
};

function absorb(rewriter: Rewriter, add: Node, x: Value, bias: Value): boolean {
  let product = x;
  if (x.node?.op === "Reshape" && rewriter.soleReader(x)) product = x.node.inputs[0]!;
  const gemm = product.node;
  if (gemm?.op !== "Gemm" || gemm.inputs.length !== 2 || !rewriter.soleReader(product)) return false;
  if (!sameShape(x.shape, add.outputs[0]!.shape)) return false;
  const columns = product.shape[1]!;
  const isVector = bias.shape.length === 1 && bias.shape[0] === columns && x.shape.at(-1) === columns;
  const isMatrix = product === x && sameShape(bias.shape, product.shape) && sizeOf(bias.shape) <= MAX_MATRIX_ELEMENTS;
  if (!isVector && !isMatrix) return false;
  rewriter.setInputs(gemm, [...gemm.inputs, bias]);
  rewriter.replace(add.outputs[0]!, x);
  rewriter.drop(add);
  return true;
}
