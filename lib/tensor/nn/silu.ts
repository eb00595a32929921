// The sigmoid linear unit, also called swish (Elfwing et al., 2017): x · sigmoid(x).
import type { Tensor } from "@tensorflow/tfjs-core";
import { tf } from "../tfjs";
import { withGradient } from "./custom-gradient";

/**
 * ```ts
 * const h = silu(x); // any shape
 * ```
 */
export function silu(x: Tensor): Tensor {
  return withGradient([x], ([x]) => {
    const gate = tf.sigmoid(x!);
    const y = tf.mul(x!, gate);
    return {
      value: y,
      saved: [y, gate],
      // s + x s (1 - s) = s + y (1 - s) = y + s (1 - y)
      gradient: (dy, [y, gate]) => [tf.mul(dy, tf.add(y!, tf.mul(gate!, tf.sub(1, y!))))],
    };
  });
}
