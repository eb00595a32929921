// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019), by PyTorch's formulas: ε is added to the corrected √v.
import type { NamedTensorMap, Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import { tf } from "../tfjs";
import { LearningRate } from "./learning-rate";
import { disposeState, type Optimizer } from "./optimizer";
import { groupsOf } from "./packed";
import type { Schedule } from "./schedule";

export interface AdamOptions {
  learningRate: number | Schedule;
  /** Decay of the mean of gradients; 0.9. */
  beta1?: number;
  /** Decay of the mean of squared gradients; 0.999. */
  beta2?: number;
  /** Added to the root of the second moment; 1e-8. */
  epsilon?: number;
}

export interface AdamWOptions extends AdamOptions {
  /** Share of a weight that one step at learning rate 1 would remove; 0.01. */
  weightDecay?: number;
  /** Which variables decay. Matrices and kernels unless given; `() => true` decays biases and gains too, as PyTorch's default does. */
  decays?: (variable: Variable) => boolean;
}

/**
 * ```ts
 * const optimizer = adam(weights, { learningRate: 1e-3 });
 * ```
 */
export function adam(variables: readonly Variable[], options: AdamOptions): Optimizer {
  return create("adam", variables, options, 0, () => false);
}

/**
 * Adam with weight decay beside the gradient instead of in it.
 *
 * ```ts
 * const optimizer = adamW(weights, { learningRate: warmUp(cosine(3e-4, { steps: 5000 }), 100), weightDecay: 0.1 });
 * ```
 */
export function adamW(variables: readonly Variable[], options: AdamWOptions): Optimizer {
  const { weightDecay = 0.01, decays = variable => variable.rank > 1 } = options;
  return create("adamW", variables, options, weightDecay, decays);
}

function create(
  owner: string,
  variables: readonly Variable[],
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  weightDecay: number,
  decays: (variable: Variable) => boolean,
): Optimizer {
  const rate = new LearningRate(owner, learningRate);
  const step = tf.variable(tf.scalar(0), false);
  const state: Record<string, Variable> = { step, ...(rate.variable && { learningRate: rate.variable }) };
  const groups = groupsOf(variables, decays).map((group, i) => {
    const [mean, square] = [group.state(), group.state()];
    Object.assign(state, { [`mean${i}`]: mean, [`square${i}`]: square });
    return { group, mean, square, decay: weightDecay !== 0 && decays(group.variables[0]!) };
  });
  return {
    learningRate: rate.variable,
    state,
    applyGradients(gradients: NamedTensorMap) {
      tf.tidy(() => {
        const lr = rate.at(step as unknown as Scalar);
        const t: Tensor = tf.add(step, 1);
        step.assign(t as Scalar);
        const keep = tf.sub(1, tf.mul(lr, weightDecay));
        const correction1 = tf.div(1 - beta1, tf.sub(1, tf.pow(beta1, t)));
        const correction2 = tf.sqrt(tf.div(1 - beta2, tf.sub(1, tf.pow(beta2, t))));
        // lr · m c1 / (√v c2 + ε) = (lr c1 / c2) · m / (√v + ε / c2)
        const size = tf.div(tf.mul(lr, correction1), correction2);
        const offset = tf.div(epsilon, correction2);
        for (const { group, mean, square, decay } of groups) {
          const g = group.pack(owner, gradients);
          // The state holds Σ β^i g and Σ β^i g², without Adam's factor (1 - β): one pass over the weights less for each.
          // The factor is in the corrections, where it is one number.
          const m = tf.add(tf.mul(mean, beta1), g);
          const v = tf.add(tf.mul(square, beta2), tf.square(g));
          mean.assign(m);
          square.assign(v);
          const update = tf.mul(tf.div(m, tf.add(tf.sqrt(v), offset)), size);
          group.unpack(update).forEach((u, i) => {
            const variable = group.variables[i]!;
            variable.assign(tf.sub(decay ? tf.mul(variable, keep) : variable, u));
          });
        }
      });
    },
    dispose: () => disposeState(state),
  };
}
