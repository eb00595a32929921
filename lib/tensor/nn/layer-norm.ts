// Layer normalisation (Ba, Kiros and Hinton, 2016) over the last axis: one kernel forward, its gradient by hand.
import type { Tensor } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";
import { withGradient } from "./custom-gradient";
import { runLayerNorm } from "./layer-norm-kernel";

/**
 * Normalises each row to mean 0 and variance 1, then scales and shifts it.
 *
 * ```ts
 * const h = layerNorm(x, gamma, beta); // x (..., C), gamma (C), beta (C)
 * ```
 * @param epsilon added to the variance; 1e-5 as in PyTorch
 */
export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon = 1e-5): Tensor {
  const C = x.shape[x.rank - 1];
  if (C === undefined || gamma.size !== C || beta.size !== C)
    throw new TensorError(
      "FTT_SHAPE",
      `layerNorm: expected x (..., C) with gamma (C) and beta (C), got [${x.shape}], [${gamma.shape}], [${beta.shape}]`,
    );
  const rowAxes = x.shape.map((_, i) => i).slice(0, -1);
  return withGradient([x, gamma, beta], inputs => {
    const [x, gamma, beta] = inputs as [Tensor, Tensor, Tensor];
    const [y, mean, inverse] = runLayerNorm(x, gamma, beta, epsilon);
    return {
      value: y,
      saved: [x, gamma, mean, inverse],
      gradient: (dy, saved) => {
        const [x, gamma, mean, inverse] = saved as [Tensor, Tensor, Tensor, Tensor];
        // With d = x - mean, normed = d / σ; the factor 1/σ is applied to one number per row wherever that is enough.
        const d = tf.sub(x, mean); // (..., C)
        const product = tf.mul(dy, d);
        // A mean over each row of something times gamma: a product of a matrix and a column, which reads the data once.
        const column = tf.reshape(tf.mul(gamma, 1 / C), [C, 1]);
        const rowMean = (t: Tensor) => tf.reshape(tf.matMul(tf.reshape(t, [-1, C]), column), mean.shape); // (..., 1)
        const alongD = tf.mul(rowMean(product), tf.mul(tf.square(inverse), inverse));
        const scaled = tf.mul(tf.mul(dy, gamma), inverse);
        const dx = tf.sub(tf.sub(scaled, tf.mul(d, alongD)), tf.mul(rowMean(dy), inverse));
        // Σ over rows of product / σ: a row times a matrix.
        const dGamma = tf.matMul(tf.reshape(inverse, [1, -1]), tf.reshape(product, [-1, C])); // (1, C)
        return [dx, tf.reshape(dGamma, gamma.shape), tf.sum(dy, rowAxes)];
      },
    };
  });
}
