/**
 * Behind `maxPool(relu(x))` the gradient is spread to the winners and then multiplied by ReLU's mask, pixel by pixel. A window's winner is
 * positive exactly when its maximum is, and everybody else gets nothing anyway: the mask may as well be taken of the maxima, before the
 * spreading, of which there are a quarter as many.
 *
 *     unpool(dy) * step(r) = unpool(dy * step(maxPool(r)))     for r = relu(x)
 *
 * A quarter of the work for 2x2 windows, which `lowering/pool-halving.ts` writes out and remembers.
 */
import { halvingGradientOf } from "../../lowering/pool-halving";
import { mul, stepOfRelu } from "../arithmetic";
import { materialize } from "../arrange";
import type { NamedPass } from "../finish";
import { splatOf } from "../graph";
import type { Rewriter } from "../rewriter";
import type { Node, Value } from "../value";

export const pooledMask: NamedPass = {
  name: "pooledMask",
  run: rewriter => {
    let count = 0;
    for (const node of rewriter.nodes) {
      if (node.op !== "Mul") continue;
      const [a, b] = node.inputs as [Value, Value];
      if (maskEarlier(rewriter, node, a, b) || maskEarlier(rewriter, node, b, a)) count++;
    }
    if (count) rewriter.refresh();
    return count;
  },
};

function maskEarlier(rewriter: Rewriter, product: Node, dx: Value, mask: Value): boolean {
  const spread = halvingGradientOf(dx);
  // Another reader of dx would want it unmasked, and pay for a second spreading.
  if (!spread || !rewriter.soleReader(dx) || reluBehind(mask) !== spread.x) return false;
  const g = rewriter.graph;
  const masked = materialize(g, mul(g, g.lazy(spread.dy), stepOfRelu(g, g.lazy(spread.y))));
  rewriter.replace(product.outputs[0]!, spread.of(masked));
  rewriter.drop(product);
  return true;
}

/** r, where `mask` is `stepOfRelu` of r and r is a ReLU's result. */
function reluBehind(mask: Value): Value | undefined {
  const least = mask.node?.op === "Ceil" ? mask.node.inputs[0]!.node : undefined;
  if (least?.op !== "Min") return undefined;
  const [r, limit] = least.inputs as [Value, Value];
  return splatOf(limit) === 1 && r.node?.op === "Relu" ? r : undefined;
}
