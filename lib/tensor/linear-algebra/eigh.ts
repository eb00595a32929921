// Eigenvalues and eigenvectors of a symmetric matrix, which tfjs has none of (numpy's and torch's `linalg.eigh`). Jacobi's method (1846;
// Golub & Van Loan, Matrix Computations, 8.5): turn two axes at a time so that the pair of entries between them becomes zero. Sweeps over
// all pairs converge quadratically, in doubles here; for a covariance of some hundred features it takes milliseconds to a second.
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";

export interface Eigen {
  values: Tensor1D; // (n), ascending
  vectors: Tensor2D; // (n, n), the k-th column belongs to the k-th value
}

const MOST_SWEEPS = 50; // ten suffice for n = 1,000
const ASYMMETRY = 1e-4; // a float32 product of three matrices rounds off a hundredth of that; a wrong matrix is off by more

/**
 * ```ts
 * const { values, vectors } = eigh(tf.tensor2d([[2, 1], [1, 2]]));   // values 1 and 3
 * const root = tf.matMul(vectors.mul(values.sqrt()), vectors, false, true);   // root x root is the matrix again
 * ```
 * It reads the matrix's values, so that it cannot be part of a jitted function, and it has no gradient.
 * @param matrix (n, n), symmetric but for rounding: to a ten-thousandth of its largest entry
 */
export function eigh(matrix: Tensor2D): Eigen {
  const [n, columns] = matrix.shape;
  if (matrix.rank !== 2 || n !== columns || n === 0)
    throw new TensorError("FTT_SHAPE", `eigh: expected a square matrix, got shape [${matrix.shape}]`);
  const A = Float64Array.from(matrix.dataSync());
  const largest = A.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!Number.isFinite(largest) || A.some(Number.isNaN))
    throw new TensorError("FTT_ARGUMENT", "eigh: expected finite numbers, got NaN or infinity");
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const [below, above] = [A[i * n + j]!, A[j * n + i]!];
      if (Math.abs(below - above) > ASYMMETRY * largest)
        throw new TensorError(
          "FTT_ARGUMENT",
          `eigh: expected a symmetric matrix, got ${below} at [${i},${j}] and ${above} at [${j},${i}]; average it with its transpose?`,
        );
      A[i * n + j] = A[j * n + i] = (below + above) / 2;
    }
  const V = new Float64Array(n * n).map((_, i) => Number(i % (n + 1) === 0));
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(A, n) > 1e-14 * largest; sweep++)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) annihilate(A, V, n, p, q);
  const order = Array.from({ length: n }, (_, k) => k).sort((i, j) => A[i * n + i]! - A[j * n + j]!);
  return {
    values: tf.tensor1d(order.map(k => A[k * n + k]!)),
    vectors: tf.tensor2d(
      order.flatMap((_, i) => order.map(k => V[i * n + k]!)),
      [n, n],
    ),
  };
}

/** The largest entry beside the diagonal. */
function offDiagonal(A: Float64Array, n: number): number {
  return A.reduce((most, value, i) => (i % (n + 1) === 0 ? most : Math.max(most, Math.abs(value))), 0);
}

/** Turns axes p and q so that A[p, q] becomes zero, and the vectors with them. */
function annihilate(A: Float64Array, V: Float64Array, n: number, p: number, q: number): void {
  const apq = A[p * n + q]!;
  if (apq === 0) return;
  const angle = Math.atan2(2 * apq, A[q * n + q]! - A[p * n + p]!) / 2;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const turn = (M: Float64Array, at: number, other: number) => {
    const [x, y] = [M[at]!, M[other]!];
    M[at] = c * x - s * y;
    M[other] = s * x + c * y;
  };
  for (let i = 0; i < n; i++) {
    turn(A, i * n + p, i * n + q); // columns
    turn(V, i * n + p, i * n + q);
  }
  for (let j = 0; j < n; j++) turn(A, p * n + j, q * n + j); // rows
}
