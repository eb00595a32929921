// From uniform numbers to the distributions that networks need, by tensor ops alone.
import type { Tensor } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { sizeOf } from "../shapes";
import { tf } from "../tfjs";
import { next } from "./generator";

/**
 * Uniform draws from [min, max).
 *
 * ```ts
 * const x = uniform([32, 4], -1, 1);
 * ```
 */
export function uniform(shape: readonly number[], min = 0, max = 1): Tensor {
  return tf.tidy(() => tf.add(tf.mul(next({ shape: [...shape] }), max - min), min));
}

/**
 * Normal draws by Box and Muller's transform (1958), which turns two uniform draws into two normal ones.
 *
 * ```ts
 * const noise = normal([16, 16, 16, 4]);
 * ```
 */
export function normal(shape: readonly number[], mean = 0, std = 1): Tensor {
  const count = sizeOf(shape);
  if (count === 0) return tf.zeros([...shape]);
  return tf.tidy(() => {
    const pairs = Math.ceil(count / 2);
    const [u, v] = tf.unstack(next({ shape: [2, pairs] })) as [Tensor, Tensor];
    const radius = tf.mul(tf.sqrt(tf.mul(tf.log(tf.sub(1, u)), -2)), std); // 1 - u is never 0
    const angle = tf.mul(v, 2 * Math.PI);
    const both = tf.concat([tf.mul(radius, tf.cos(angle)), tf.mul(radius, tf.sin(angle))]); // (2 pairs)
    return tf.reshape(tf.add(2 * pairs === count ? both : tf.slice(both, 0, count), mean), [...shape]);
  });
}

/** Normal draws within two standard deviations of the mean, by inverting the distribution function (Giles, "Approximating erfinv", 2010). */
export function truncatedNormal(shape: readonly number[], mean = 0, std = 1): Tensor {
  const bound = 0.9544997361036416; // erf(2 / √2): the share of a normal distribution within two deviations
  return tf.tidy(() => {
    const y = tf.mul(tf.sub(tf.mul(next({ shape: [...shape] }), 2), 1), bound); // (-bound, bound)
    const w = tf.sub(tf.neg(tf.log(tf.sub(1, tf.square(y)))), 2.5);
    // Giles's central polynomial; its tail, for |y| > 0.9966, is beyond two deviations.
    const coefficients = [
      2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3, -4.17768164e-3,
      0.246640727, 1.50140941,
    ];
    const inverse = coefficients
      .slice(1)
      .reduce<Tensor>((p, c) => tf.add(tf.mul(p, w), c), tf.fill(w.shape, coefficients[0]!));
    return tf.add(tf.mul(tf.mul(inverse, y), Math.SQRT2 * std), mean);
  });
}

/**
 * Ones with probability `probability`, else zeros.
 */
export function bernoulli(shape: readonly number[], probability: number): Tensor {
  if (!(probability >= 0 && probability <= 1))
    throw new TensorError("FTT_ARGUMENT", `bernoulli: expected a probability from 0 to 1, got ${probability}`);
  return tf.tidy(() => tf.cast(tf.less(next({ shape: [...shape] }), probability), "float32"));
}

/**
 * Sets each number to zero with probability `rate` and scales the rest by 1/(1 - rate), so that the mean stays (Srivastava et al., 2014).
 *
 * ```ts
 * const h = dropout(x, 0.1);
 * ```
 * @param noiseShape shape of the mask, broadcast to x; the shape of x unless given
 */
export function dropout(x: Tensor, rate: number, noiseShape: readonly number[] = x.shape): Tensor {
  if (!(rate >= 0 && rate < 1))
    throw new TensorError("FTT_ARGUMENT", `dropout: expected a rate from 0 to below 1, got ${rate}`);
  if (rate === 0) return tf.clone(x);
  return tf.mul(x, next({ shape: [...noiseShape], dropRate: rate }));
}

/** Class numbers drawn with the probabilities softmax(logits): (N, samples), by adding Gumbel noise and taking the maximum. */
export function categorical(logits: Tensor, samples = 1): Tensor {
  const [N, C] = logits.shape as [number, number];
  if (logits.rank !== 2)
    throw new TensorError("FTT_SHAPE", `categorical: expected logits (N, C), got [${logits.shape}]`);
  return tf.tidy(() => {
    const u = tf.sub(1, next({ shape: [N, samples, C] })); // (0, 1]
    const gumbel = tf.neg(tf.log(tf.add(tf.neg(tf.log(u)), 1e-20))); // 1e-20: u may be 1, whose logarithm is 0
    return tf.argMax(tf.add(gumbel, tf.reshape(logits, [N, 1, C])), -1); // (N, samples) int32
  });
}
