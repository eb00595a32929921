/**
 * A product times a number is a product with a factor: `Gemm` and `FusedMatMul` apply `alpha` while they write, which costs nothing, where a
 * multiplication of its own is a pass over the result.
 */
import type { NamedPass } from "../finish";
import { splatOf } from "../graph";
import type { Rewriter } from "../rewriter";
import { MICROSOFT, type Node, type Value } from "../value";

export const productScale: NamedPass = {
  name: "productScale",
  run: rewriter => {
    let count = 0;
    for (const node of rewriter.nodes) if (node.op === "Mul" && absorb(rewriter, node)) count++;
    if (count) rewriter.refresh();
    return count;
  },
};

function absorb(rewriter: Rewriter, mul: Node): boolean {
  const [x, factor] = mul.inputs as [Value, Value];
  const scale = splatOf(factor);
  if (scale === undefined || factor.shape.length > 0) return false;
  // Through reshapes that nothing else reads, which only relabel the product's rows.
  let product = x;
  while (product.node?.op === "Reshape" && rewriter.soleReader(product)) product = product.node.inputs[0]!;
  const node = product.node;
  if (!node || !rewriter.soleReader(product)) return false;
  const plain = node.op === "Gemm" && node.domain === "";
  const batched = node.domain === MICROSOFT && node.op === "FusedMatMul";
  const simple = node.op === "MatMul" && node.domain === "";
  if (!plain && !batched && !simple) return false;
  const before = (node.attributes.alpha as { float: number } | undefined)?.float ?? 1;
  const alpha = { float: before * scale };
  if (simple) {
    const attributes = { transA: 0, transB: 0, alpha };
    const fused = rewriter.graph.insert(
      { op: "FusedMatMul", domain: MICROSOFT, inputs: [...node.inputs], attributes },
      [product],
    );
    rewriter.replace(product, fused.outputs[0]!);
  } else {
    // A bias inside the product is scaled with it.
    const beta = (node.attributes.beta as { float: number } | undefined)?.float ?? 1;
    node.attributes = { ...node.attributes, alpha, ...(node.inputs.length > 2 && { beta: { float: beta * scale } }) };
  }
  rewriter.replace(mul.outputs[0]!, simple && product === x ? mul.inputs[0]! : x);
  return true;
}
