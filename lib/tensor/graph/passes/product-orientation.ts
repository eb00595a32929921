/**
 * A weight's gradient `Xᵀ dY` sums over all rows of a batch, so both operands are long. The Gemm kernel rearranges its second operand before it
 * starts; with the narrower of the two in that place there is less to rearrange, and the transposed result is turned back at little cost:
 *
 *     Xᵀ Y = (Yᵀ X)ᵀ
 *
 * Measured with 2048 rows: 8 to 13 % less time for 64 x 512, 128 x 384 and 128 x 512 on AVX2, 2 to 13 % on AVX-512. A result of few rows is
 * another matter: 9 x 32 takes nearly twice as long turned, 16 x 512 a fifth longer.
 */
import type { NamedPass } from "../finish";
import type { Rewriter } from "../rewriter";
import type { Node, Value } from "../value";

/** Below this many rows the transposition of the result costs more than the kernel gains. */
const MIN_ROWS = 1024;

/** Below this many rows of the result the kernel has too little to do for each column that it rearranges. */
const MIN_RESULT_ROWS = 64;

export const productOrientation: NamedPass = {
  name: "productOrientation",
  run: rewriter => {
    let count = 0;
    for (const node of rewriter.nodes) if (node.op === "Gemm" && turn(rewriter, node)) count++;
    if (count) rewriter.refresh();
    return count;
  },
};

function turn(rewriter: Rewriter, gemm: Node): boolean {
  const [a, b, bias] = gemm.inputs as [Value, Value, Value | undefined];
  const { transA, transB } = gemm.attributes;
  if (bias || transA !== 1 || transB !== 0) return false;
  const [rows, M] = a.shape as [number, number];
  const N = b.shape[1]!;
  if (rows < MIN_ROWS || M < MIN_RESULT_ROWS || N < 2 * M) return false;
  const result = gemm.outputs[0]!;
  const { dtype } = result;
  const turned = { op: "Gemm", domain: "", inputs: [b, a], attributes: gemm.attributes };
  const product = rewriter.graph.insert(turned, [{ shape: [N, M], dtype }]).outputs[0]!;
  const transpose = { op: "Transpose", domain: "", inputs: [product], attributes: { perm: [1, 0] } };
  rewriter.replace(result, rewriter.graph.insert(transpose, [{ shape: [M, N], dtype }]).outputs[0]!);
  rewriter.drop(gemm);
  return true;
}
