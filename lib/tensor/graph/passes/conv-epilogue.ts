/**
 * A blocked convolution adds its bias and applies ReLU while its result is still in registers. A traced graph has both as nodes of their own,
 * after the reordering back to channels-last.
 */
import type { NamedPass } from "../finish";
import type { Rewriter } from "../rewriter";
import { NCHWC, type Node, type Value } from "../value";

export const convEpilogue: NamedPass = {
  name: "convEpilogue",
  run: rewriter => {
    let count = 0;
    for (const node of rewriter.nodes) {
      if (node.op === "Add") {
        const [a, b] = node.inputs as [Value, Value];
        if (absorbBias(rewriter, node, a, b) || absorbBias(rewriter, node, b, a)) count++;
      } else if (node.op === "Relu" && absorbRelu(rewriter, node)) count++;
    }
    if (count) rewriter.refresh();
    return count;
  },
};

/** The blocked convolution behind a channels-last value, if nothing else needs what lies between. */
function convolutionOf(rewriter: Rewriter, value: Value): Node | undefined {
  const reorder = value.node;
  if (reorder?.op !== "ReorderOutput" || !rewriter.soleReader(value)) return undefined;
  const blocked = reorder.inputs[0]!;
  const conv = blocked.node;
  const usable = conv?.op === "Conv" && conv.domain === NCHWC && rewriter.soleReader(blocked);
  return usable && conv.attributes.activation === undefined ? conv : undefined;
}

function absorbBias(rewriter: Rewriter, add: Node, x: Value, bias: Value): boolean {
  const conv = convolutionOf(rewriter, x);
  if (conv?.inputs.length !== 2) return false;
  // The kernel reads one bias per channel of its blocked result: padded channels would need a padded bias.
  const channels = conv.outputs[0]!.shape[1]!;
  if (bias.shape.length !== 1 || bias.shape[0] !== channels || x.shape.at(-1) !== channels) return false;
  rewriter.setInputs(conv, [...conv.inputs, bias]);
  rewriter.replace(add.outputs[0]!, x);
  rewriter.drop(add);
  return true;
}

function absorbRelu(rewriter: Rewriter, relu: Node): boolean {
  const x = relu.inputs[0]!;
  const conv = convolutionOf(rewriter, x);
  if (!conv) return false;
  conv.attributes = { ...conv.attributes, activation: "Relu" };
  rewriter.replace(relu.outputs[0]!, x);
  rewriter.drop(relu);
  return true;
}
