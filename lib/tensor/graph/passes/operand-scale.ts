/**
 * A number times an operand of a product is a factor of the product: `(c x) W = c (x W)`. Where every reader of `c x` is a Gemm, each takes the
 * factor into its `alpha`, and the multiplication, a pass over the whole operand, is gone.
 */
import type { NamedPass } from "../finish";
import { splatOf } from "../graph";
import type { Rewriter } from "../rewriter";
import type { Node, Value } from "../value";

export const operandScale: NamedPass = {
  name: "operandScale",
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
  const readers = gemmsReading(rewriter, mul.outputs[0]!);
  if (!readers?.length) return false;
  for (const gemm of readers) {
    const before = (gemm.attributes.alpha as { float: number } | undefined)?.float ?? 1;
    gemm.attributes = { ...gemm.attributes, alpha: { float: before * scale } };
  }
  rewriter.replace(mul.outputs[0]!, x);
  rewriter.drop(mul);
  return true;
}

/** All readers, if they are Gemms that read the value as one factor, directly or through a reshape. */
function gemmsReading(rewriter: Rewriter, value: Value): Node[] | undefined {
  if (rewriter.isOutput(value)) return undefined;
  const gemms: Node[] = [];
  for (const reader of rewriter.usesOf(value)) {
    if (reader.op === "Reshape") {
      const behind = gemmsReading(rewriter, reader.outputs[0]!);
      if (!behind) return undefined;
      gemms.push(...behind);
    } else if (
      reader.op === "Gemm" &&
      reader.inputs.filter(i => i === value).length === 1 &&
      reader.inputs[2] !== value
    ) {
      gemms.push(reader);
    } else {
      return undefined;
    }
  }
  // One Gemm that reads the value twice, by two names, would need the factor squared.
  return new Set(gemms).size === gemms.length ? gemms : undefined;
}
