// Softmax and cross-entropy in one: its gradient is the softmax minus the target, with no division by a small probability.
import type { Tensor } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";
import { withGradient } from "./custom-gradient";

/**
 * The mean over the batch of -log p(target), where p is the softmax of the logits.
 *
 * ```ts
 * const loss = softmaxCrossEntropy(logits, labels); // logits (N, C), labels (N) int32
 * ```
 * @param logits  (N, C)
 * @param targets (N) class numbers as int32, or (N, C) probabilities as float32
 * @returns a scalar, in nats
 */
export function softmaxCrossEntropy(logits: Tensor, targets: Tensor): tf.Scalar {
  const [N, C] = logits.shape as [number, number];
  const byClass = targets.rank === 1 && targets.dtype === "int32";
  if (logits.rank !== 2 || targets.shape[0] !== N || (!byClass && targets.shape[1] !== C))
    throw new TensorError(
      "FTT_SHAPE",
      `softmaxCrossEntropy: expected logits (N, C) with targets (N) int32 or (N, C), got logits [${logits.shape}] and ${targets.dtype} targets [${targets.shape}]; reshape both to one row per prediction`,
    );
  const p = byClass ? tf.oneHot(targets as tf.Tensor1D, C, 1, 0, "float32") : tf.cast(targets, "float32"); // (N, C)
  const loss = withGradient([logits], ([logits]) => {
    const logp = tf.logSoftmax(logits!); // (N, C)
    return {
      value: tf.mul(tf.sum(tf.mul(p, logp)), -1 / N),
      saved: [logp, p],
      gradient: (dy, [logp, p]) => {
        const mass = byClass ? tf.exp(logp!) : tf.mul(tf.exp(logp!), tf.sum(p!, 1, true)); // targets need not sum to 1
        return [tf.mul(tf.sub(mass, p!), tf.div(dy, N))];
      },
    };
  });
  return loss as tf.Scalar;
}
