// The Gaussian error linear unit (Hendrycks and Gimpel, 2016): x times the probability that a normal draw lies below x. Exact, by erf.
import type { Tensor } from "@tensorflow/tfjs-core";
import { tf } from "../tfjs";
import { withGradient } from "./custom-gradient";

/**
 * ```ts
 * const h = gelu(x); // any shape
 * ```
 */
export function gelu(x: Tensor): Tensor {
  return withGradient([x], ([x]) => {
    const erf = tf.erf(tf.mul(x!, Math.SQRT1_2));
    return {
      value: tf.mul(tf.mul(x!, 0.5), tf.add(erf, 1)),
      saved: [x!, erf],
      gradient: (dy, [x, erf]) => {
        // Φ(x) + x φ(x) = (1 + erf + x exp(ln √(2/π) - x²/2)) / 2; the factor 1/2 goes where a product can absorb it.
        const density = tf.exp(tf.sub(Math.log(Math.sqrt(2 / Math.PI)), tf.mul(tf.square(x!), 0.5)));
        return [tf.mul(tf.add(tf.add(tf.mul(x!, density), erf!), 1), tf.mul(dy, 0.5))];
      },
    };
  });
}
