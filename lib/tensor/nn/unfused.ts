// The layers as textbooks write them, from tfjs ops alone. The fused forms are tested against these, and stand back for them on backends that
// lack a kernel.
import type { Tensor } from "@tensorflow/tfjs-core";
import { tf } from "../tfjs";
import type { AttentionOptions } from "./attention";

export function layerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon = 1e-5): Tensor {
  const { mean, variance } = tf.moments(x, -1, true); // (..., 1)
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
}

export function groupNorm(x: Tensor, groups: number, gamma: Tensor, beta: Tensor, epsilon = 1e-5): Tensor {
  const C = x.shape[x.rank - 1]!;
  const grouped = tf.reshape(x, [x.shape[0]!, -1, groups, C / groups]); // (B, pixels, G, C/G)
  const { mean, variance } = tf.moments(grouped, [1, 3], true); // (B, 1, G, 1)
  const normed = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(tf.reshape(normed, x.shape), gamma), beta);
}

export function gelu(x: Tensor): Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

export function silu(x: Tensor): Tensor {
  return tf.mul(x, tf.sigmoid(x));
}

/** `logits` (N, C); `targets` (N) classes as int32, or (N, C) probabilities. */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const classes = logits.shape[1]!;
  const p = targets.dtype === "int32" ? tf.oneHot(targets as tf.Tensor1D, classes) : targets;
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.cast(p, "float32"), tf.logSoftmax(logits)), 1)));
}

export function scaledDotProductAttention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const { causal = false, mask, scale = 1 / Math.sqrt(q.shape[q.rank - 1]!) } = options;
  let scores = tf.mul(tf.matMul(q, k, false, true), scale); // (..., Tq, Tk)
  if (causal) scores = tf.add(scores, causalMask(q.shape[q.rank - 2]!, k.shape[k.rank - 2]!));
  if (mask) scores = tf.add(scores, mask.dtype === "bool" ? tf.mul(tf.sub(1, tf.cast(mask, "float32")), MASKED) : mask);
  return tf.matMul(tf.softmax(scores), v); // (..., Tq, hs)
}

/** Added to scores that must not count. Finite, so that a row in which nothing counts gives a mean and not NaN. */
export const MASKED = -1e9;

/** (Tq, Tk): 0 where a query may look, MASKED where the key lies in its future. The last query sees every key. */
export function causalMask(queries: number, keys: number): Tensor {
  const future = Float32Array.from({ length: queries * keys }, (_, at) =>
    (at % keys) - (keys - queries) > Math.floor(at / keys) ? MASKED : 0,
  );
  return tf.tensor2d(future, [queries, keys]);
}
