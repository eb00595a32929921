/**
 * A Gemm with a bias starts by writing the bias into every row of its result, then reads it back while it multiplies. Where the
 * result outgrows the cache, both are passes over main memory, and one addition afterwards, in place, is cheaper. (The bias
 * has been inside until now so that factors could move into the product: see `rewrite.ts`.)
 */

import { sizeOf } from "../../shapes";
import type { NamedPass } from "../finish";
import type { Rewriter } from "../rewriter";
import type { Node, Value } from "../value";

/** 2 MiB of float32: the second-level cache of current server cores. */
const MAX_CACHED_ELEMENTS = 1 << 19;

export const wideBias: NamedPass = {
  name: "wideBias",
  run: rewriter => {
    let count = 0;
    for (const node of rewriter.nodes) if (node.op === "Gemm" && split(rewriter, node)) count++;
    if (count) rewriter.refresh();
    return count;
  },
};

function split(rewriter: Rewriter, gemm: Node): boolean {
  const [a, b, bias] = gemm.inputs as [Value, Value, Value | undefined];
  const result = gemm.outputs[0]!;
  if (bias?.shape.length !== 1 || sizeOf(result.shape) < MAX_CACHED_ELEMENTS) return false;
  const { beta, ...attributes } = gemm.attributes;
  const { graph } = rewriter;
  const make = (op: string, inputs: Value[], like: Value, with_: Node["attributes"] = {}) =>
    graph.insert({ op, domain: "", inputs, attributes: with_ }, [like]).outputs[0]!;
  const factor = (beta as { float: number } | undefined)?.float ?? 1;
  const scaled = factor === 1 ? bias : make("Mul", [bias, graph.scalar(factor)], bias);
  const product = make("Gemm", [a, b], result, attributes);
  rewriter.replace(result, make("Add", [product, scaled], result));
  rewriter.drop(gemm);
  return true;
}
