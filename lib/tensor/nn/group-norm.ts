// Group normalisation (Wu and He, 2018) over channels-last images, with its gradient by hand.
//
// All work on whole images is a handful of passes over (B, pixels, C) with one factor per image and channel; everything about groups
// happens on (B, C) and (B, G) tensors, which are small.
import type { Tensor } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";
import { withGradient } from "./custom-gradient";

/**
 * Normalises each group of channels of each image to mean 0 and variance 1, then scales and shifts each channel.
 *
 * ```ts
 * const h = groupNorm(x, 8, gamma, beta); // x (B, ..., C), gamma (C), beta (C)
 * ```
 * @param groups how many; must divide C
 * @param epsilon added to the variance; 1e-5 as in PyTorch
 */
export function groupNorm(x: Tensor, groups: number, gamma: Tensor, beta: Tensor, epsilon = 1e-5): Tensor {
  const B = x.shape[0]!;
  const C = x.shape[x.rank - 1]!;
  if (x.rank < 2 || C % groups !== 0)
    throw new TensorError(
      "FTT_SHAPE",
      `groupNorm: expected x (B, ..., C) with C a multiple of ${groups} groups, got [${x.shape}]; choose another number of groups`,
    );
  const pixels = x.size / (B * C);
  const n = (pixels * C) / groups; // numbers per group
  const perPixel = (t: Tensor) => tf.reshape(t, [B, 1, C]);
  /** Per-channel sums (B, C) to per-group means, repeated for each channel of the group. */
  const groupMean = (sums: Tensor) => {
    const means = tf.mul(tf.sum(tf.reshape(sums, [B, groups, C / groups]), 2, true), 1 / n); // (B, G, 1)
    return tf.reshape(tf.broadcastTo(means, [B, groups, C / groups]), [B, C]);
  };
  return withGradient([x, gamma, beta], inputs => {
    const [x, gamma, beta] = inputs as [Tensor, Tensor, Tensor];
    const images = tf.reshape(x, [B, pixels, C]);
    const centred = tf.sub(images, perPixel(groupMean(tf.sum(images, 1)))); // (B, pixels, C)
    const inverse = tf.rsqrt(tf.add(groupMean(tf.sum(tf.square(centred), 1)), epsilon)); // (B, C)
    const y = tf.add(tf.mul(centred, perPixel(tf.mul(inverse, gamma))), beta);
    return {
      value: tf.reshape(y, x.shape),
      saved: [centred, gamma, inverse],
      gradient: (dy, saved) => {
        const [centred, gamma, inverse] = saved as [Tensor, Tensor, Tensor];
        const d = tf.reshape(dy, [B, pixels, C]);
        const dSum = tf.sum(d, 1); // (B, C): gradient of beta, per image
        const dNormed = tf.mul(tf.sum(tf.mul(d, centred), 1), inverse); // (B, C): gradient of gamma, per image
        const meanD = groupMean(tf.mul(dSum, gamma));
        const meanDNormed = groupMean(tf.mul(dNormed, gamma));
        const ofD = tf.mul(inverse, gamma); // dx = ofD · d + ofCentred · centred + constant
        const ofCentred = tf.neg(tf.mul(tf.square(inverse), meanDNormed));
        const constant = tf.neg(tf.mul(inverse, meanD));
        const dx = tf.add(tf.mul(d, perPixel(ofD)), tf.add(tf.mul(centred, perPixel(ofCentred)), perPixel(constant)));
        return [tf.reshape(dx, dy.shape), tf.sum(dNormed, 0), tf.sum(dSum, 0)];
      },
    };
  });
}
