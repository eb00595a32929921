// Learning rates as functions of the step, made of tensor ops, so that one compiled train step follows the whole schedule.
import type { Scalar } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";

/** The learning rate at a step; steps count from 0. */
export type Schedule = (step: Scalar) => Scalar;

/**
 * The same rate at every step.
 *
 * ```ts
 * adamW(weights, { learningRate: warmUp(constant(3e-4), 100) });
 * ```
 */
export function constant(rate: number): Schedule {
  return () => tf.scalar(rate);
}

/**
 * Half a cosine from `rate` down to `final` over `steps` steps, then `final` (Loshchilov and Hutter, "SGDR", 2017).
 *
 * ```ts
 * const schedule = cosine(3e-4, { steps: 5000, final: 3e-5 });
 * ```
 */
export function cosine(rate: number, { steps, final = 0 }: { steps: number; final?: number }): Schedule {
  requirePositive("cosine", steps);
  return step => {
    const progress = tf.minimum(tf.div(step, steps), 1); // 0 to 1
    const share = tf.mul(tf.add(tf.cos(tf.mul(progress, Math.PI)), 1), 0.5); // 1 to 0
    return tf.add(tf.mul(share, rate - final), final) as Scalar;
  };
}

/**
 * A straight line from `rate` to `final` over `steps` steps, then `final`.
 */
export function linear(rate: number, { steps, final = 0 }: { steps: number; final?: number }): Schedule {
  requirePositive("linear", steps);
  return step => tf.add(tf.mul(tf.minimum(tf.div(step, steps), 1), final - rate), rate) as Scalar;
}

/**
 * Rises in a straight line to the schedule's first rate over `steps` steps, then follows the schedule, whose own step 0 is the first after.
 * Step 0 already gets 1/steps of the rate: a rate of 0 would waste it.
 */
export function warmUp(schedule: Schedule, steps: number): Schedule {
  requirePositive("warmUp", steps);
  return step => {
    const share = tf.minimum(tf.div(tf.add(step, 1), steps), 1);
    const later = tf.maximum(tf.sub(step, steps), 0) as Scalar;
    return tf.mul(schedule(later), share) as Scalar;
  };
}

function requirePositive(name: string, steps: number): void {
  if (!(Number.isInteger(steps) && steps > 0))
    throw new TensorError("FTT_ARGUMENT", `${name}: expected a whole number of steps above 0, got ${steps}`);
}
