// An exponential moving average of the weights: the model that samples best is the average of the last few hundred, not the last one
// (Polyak averaging; used by every diffusion model).
import type { Variable } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";

export interface MovingAverage {
  /** The averaged weights, in the order of the variables. */
  readonly averages: readonly Variable[];
  /** Moves the averages towards the weights. Call it inside the train step. */
  update(): void;
  /** Exchanges weights and averages: once before sampling, once after. */
  swap(): void;
  dispose(): void;
}

/**
 * ```ts
 * const average = ema(weights, 0.999);
 * const step = jit((x, y) => { const value = train(x, y); average.update(); return value; });
 * ```
 * @param decay share of the average that one update keeps
 */
export function ema(variables: readonly Variable[], decay: number): MovingAverage {
  if (!(decay >= 0 && decay < 1))
    throw new TensorError("FTT_ARGUMENT", `ema: expected a decay from 0 to below 1, got ${decay}`);
  const averages = variables.map(variable => tf.variable(tf.clone(variable), false));
  return {
    averages,
    update() {
      tf.tidy(() => {
        averages.forEach((average, i) => {
          average.assign(tf.add(tf.mul(average, decay), tf.mul(variables[i]!, 1 - decay)));
        });
      });
    },
    swap() {
      tf.tidy(() => {
        averages.forEach((average, i) => {
          const weights = tf.clone(variables[i]!);
          variables[i]!.assign(tf.clone(average));
          average.assign(weights);
        });
      });
    },
    dispose() {
      for (const average of averages) average.dispose();
    },
  };
}
