/**
 * A sum of matrix products over shared shapes is one product of longer matrices:
 *
 *     A1ᵀ B1 + A2ᵀ B2 + ... = [A1; A2; ...]ᵀ [B1; B2; ...]
 *
 * A weight that is used at every step of a recurrent network gets one such product per step from tfjs's gradients. One long product reads and
 * writes the result once instead of at every step, and gives the Gemm kernel enough rows to be fast.
 */

import { sameShape } from "../../shapes";
import type { NamedPass } from "../finish";
import type { Rewriter } from "../rewriter";
import type { Node, Value } from "../value";

export const sumOfProducts: NamedPass = {
  name: "sumOfProducts",
  run: rewriter => {
    let count = 0;
    for (const node of rewriter.nodes) {
      if (node.op !== "Add" || isInnerSum(rewriter, node)) continue;
      count += mergeProducts(rewriter, node);
    }
    if (count) rewriter.refresh();
    return count;
  },
};

/** Whether the sum is itself a term of a larger one of the same shape. */
function isInnerSum(rewriter: Rewriter, node: Node): boolean {
  const reader = rewriter.soleReader(node.outputs[0]!);
  return reader?.op === "Add" && sameShape(reader.outputs[0]!.shape, node.outputs[0]!.shape);
}

interface Product {
  readonly a: Value;
  readonly b: Value;
}

/** The product that a value is, if nothing else reads it and it can be merged: Aᵀ B of plain matrices. */
function asProduct(rewriter: Rewriter, value: Value): Product | undefined {
  const node = value.node;
  if (node?.op !== "Gemm" || node.inputs.length !== 2 || !rewriter.soleReader(value)) return undefined;
  const { transA, transB, alpha } = node.attributes;
  return transA === 1 && transB === 0 && alpha === undefined ? { a: node.inputs[0]!, b: node.inputs[1]! } : undefined;
}

function mergeProducts(rewriter: Rewriter, root: Node): number {
  const sum = root.outputs[0]!;
  const products: Product[] = [];
  const others: Value[] = [];
  const pending: Value[] = [...root.inputs] as Value[];
  while (pending.length) {
    const value = pending.pop()!;
    const product = asProduct(rewriter, value);
    const inner = value.node?.op === "Add" && rewriter.soleReader(value) && sameShape(value.shape, sum.shape);
    if (product) products.push(product);
    else if (inner) pending.push(...(value.node!.inputs as Value[]));
    else others.push(value);
  }
  if (products.length < 2 || !others.every(other => sameShape(other.shape, sum.shape))) return 0;
  const ordered = inExistingOrder(rewriter, products);
  const stack = (values: readonly Value[]) => stackRows(rewriter, values);
  const { shape, dtype } = sum;
  const a = stack(ordered.map(p => p.a));
  const b = stack(ordered.map(p => p.b));
  const attributes = { transA: 1, transB: 0 };
  let total = rewriter.graph.insert({ op: "Gemm", domain: "", inputs: [a, b], attributes }, [{ shape, dtype }])
    .outputs[0]!;
  for (const other of others) {
    total = rewriter.graph.insert({ op: "Add", domain: "", inputs: [total, other], attributes: {} }, [{ shape, dtype }])
      .outputs[0]!;
  }
  rewriter.replace(sum, total);
  return products.length;
}

/** If the B's are already stacked somewhere (they are where the gradient of the inputs is formed), in that order: one copy less. */
function inExistingOrder(rewriter: Rewriter, products: readonly Product[]): readonly Product[] {
  const concat = rewriter.usesOf(products[0]!.b).find(node =>
    isStackOf(
      node,
      products.map(p => p.b),
    ),
  );
  if (!concat) return products;
  const byB = new Map(products.map(p => [p.b, p]));
  return concat.inputs.map(input => byB.get(input!)!);
}

function isStackOf(node: Node, values: readonly Value[]): boolean {
  if (node.op !== "Concat" || node.attributes.axis !== 0 || node.inputs.length !== values.length) return false;
  const set = new Set(values);
  return set.size === values.length && node.inputs.every(input => set.has(input!));
}

function stackRows(rewriter: Rewriter, values: readonly Value[]): Value {
  const existing = rewriter.usesOf(values[0]!).find(node => isStackOf(node, values));
  if (existing?.inputs.every((input, i) => input === values[i])) return existing.outputs[0]!;
  const rows = values.reduce((sum, v) => sum + v.shape[0]!, 0);
  const shape = [rows, ...values[0]!.shape.slice(1)];
  const node = rewriter.graph.insert({ op: "Concat", domain: "", inputs: [...values], attributes: { axis: 0 } }, [
    { shape, dtype: values[0]!.dtype },
  ]);
  return node.outputs[0]!;
}
