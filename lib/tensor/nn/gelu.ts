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
    // With u = x/√2: gelu = u (1 + erf u) / √2. A factor at the end costs nothing where a matrix product follows, which absorbs it.
    const u = tf.mul(x!, Math.SQRT1_2);
    const twiceShare = tf.add(tf.erf(u), 1);
    return {
      value: tf.mul(tf.mul(u, twiceShare), Math.SQRT1_2),
      saved: [u, twiceShare],
      gradient: (dy, [u, twiceShare]) => {
        // d/dx = (1 + erf u + u · 2/√π · exp(-u²)) / 2, the constant moved into the exponent.
        const density = tf.exp(tf.sub(Math.log(2 / Math.sqrt(Math.PI)), tf.square(u!)));
        return [tf.mul(tf.add(tf.mul(u!, density), twiceShare!), tf.mul(dy, 0.5))];
      },
    };
  });
}
