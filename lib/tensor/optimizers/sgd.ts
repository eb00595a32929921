// Stochastic gradient descent, with heavy-ball or Nesterov momentum as PyTorch's SGD computes them (Sutskever et al., 2013).
import type { NamedTensorMap, Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import { tf } from "../tfjs";
import { LearningRate } from "./learning-rate";
import { disposeState, type Optimizer } from "./optimizer";
import { groupsOf } from "./packed";
import type { Schedule } from "./schedule";

export interface SgdOptions {
  learningRate: number | Schedule;
  /** Share of the previous velocity that is kept; 0 is plain descent. */
  momentum?: number;
  nesterov?: boolean;
}

/**
 * ```ts
 * const optimizer = sgd([w, b], { learningRate: 0.1, momentum: 0.9 });
 * ```
 */
export function sgd(variables: readonly Variable[], options: SgdOptions): Optimizer {
  const { momentum = 0, nesterov = false } = options;
  const rate = new LearningRate("sgd", options.learningRate);
  const step = tf.variable(tf.scalar(0), false);
  const state: Record<string, Variable> = { step, ...(rate.variable && { learningRate: rate.variable }) };
  const groups = groupsOf(variables).map((group, i) => {
    const velocity = momentum === 0 ? undefined : group.state();
    if (velocity) state[`velocity${i}`] = velocity;
    return { group, velocity };
  });

  const direction = (g: Tensor, velocity: Variable | undefined): Tensor => {
    if (!velocity) return g;
    const v = tf.add(tf.mul(velocity, momentum), g);
    velocity.assign(v);
    return nesterov ? tf.add(g, tf.mul(v, momentum)) : v;
  };
  return {
    learningRate: rate.variable,
    state,
    applyGradients(gradients: NamedTensorMap) {
      tf.tidy(() => {
        const lr = rate.at(step as unknown as Scalar);
        for (const { group, velocity } of groups) {
          const update = tf.mul(direction(group.pack("sgd", gradients), velocity), lr);
          group.unpack(update).forEach((u, i) => {
            group.variables[i]!.assign(tf.sub(group.variables[i]!, u));
          });
        }
        step.assign(tf.add(step, 1));
      });
    },
    dispose: () => disposeState(state),
  };
}
