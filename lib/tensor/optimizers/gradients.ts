// Gradients with respect to variables, and what is done to them between the backward pass and the update.
import type { NamedTensorMap, Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";
import type { Optimizer } from "./optimizer";
import { groupsOf } from "./packed";

export interface ValueAndGradients {
  value: Scalar;
  /** By variable name. */
  grads: NamedTensorMap;
}

/**
 * The loss together with its gradients.
 *
 * ```ts
 * const { value, grads } = valueAndGrad(loss, weights)(x, y);
 * ```
 * @param loss a function of tensors that returns a scalar
 * @param variables with respect to which to differentiate
 */
export function valueAndGrad<Inputs extends Tensor[]>(
  loss: (...inputs: Inputs) => Scalar,
  variables: readonly Variable[],
): (...inputs: Inputs) => ValueAndGradients {
  return (...inputs) => tf.variableGrads(() => loss(...inputs), [...variables]);
}

/** The gradients alone, by variable name. */
export function grad<Inputs extends Tensor[]>(
  loss: (...inputs: Inputs) => Scalar,
  variables: readonly Variable[],
): (...inputs: Inputs) => NamedTensorMap {
  const both = valueAndGrad(loss, variables);
  return (...inputs) => {
    const { value, grads } = both(...inputs);
    value.dispose();
    return grads;
  };
}

/**
 * Scales all gradients by one factor so that their norm, taken as one long vector, is at most `maxNorm` (Pascanu et al., 2013).
 *
 * ```ts
 * const { grads: clipped, norm } = clipByGlobalNorm(grads, 1);
 * ```
 */
export function clipByGlobalNorm(grads: NamedTensorMap, maxNorm: number): { grads: NamedTensorMap; norm: Scalar } {
  if (!(maxNorm > 0))
    throw new TensorError("FTT_ARGUMENT", `clipByGlobalNorm: expected a norm above 0, got ${maxNorm}`);
  const entries = Object.entries(grads);
  const norm = tf.sqrt(tf.addN(entries.map(([, g]) => tf.sum(tf.square(g))))) as Scalar;
  const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1); // 1e-6 as in PyTorch: no division by zero
  return { grads: Object.fromEntries(entries.map(([name, g]) => [name, tf.mul(g, factor)])), norm };
}

/**
 * A whole train step: loss, gradients, update. Give it to `jit`.
 *
 * ```ts
 * const step = jit(trainStep(loss, weights, adamW(weights, { learningRate: 3e-4 }), { clipNorm: 1 }));
 * const value = step(x, y);
 * ```
 */
export function trainStep<Inputs extends Tensor[]>(
  loss: (...inputs: Inputs) => Scalar,
  variables: readonly Variable[],
  optimizer: Optimizer,
  { clipNorm }: { clipNorm?: number } = {},
): (...inputs: Inputs) => Scalar {
  const both = valueAndGrad(loss, variables);
  return (...inputs) =>
    tf.tidy(() => {
      const { value, grads } = both(...inputs);
      optimizer.applyGradients(clipNorm === undefined ? grads : clipByGlobalNorm(grads, clipNorm).grads);
      return value;
    });
}

export interface GradientAccumulator {
  /** Adds the gradients of one micro-batch. */
  add(grads: NamedTensorMap): void;
  /** The mean of what was added since the last call; starts over. */
  mean(): NamedTensorMap;
  dispose(): void;
}

/**
 * Gradients of a batch that does not fit in memory at once, summed over micro-batches.
 *
 * ```ts
 * const accumulator = gradientAccumulator(weights);
 * const gather = jit((x, y) => accumulator.add(valueAndGrad(loss, weights)(x, y).grads));
 * const update = jit(() => optimizer.applyGradients(accumulator.mean()));
 * for (const [x, y] of microBatches) gather(x, y);
 * update();
 * ```
 */
export function gradientAccumulator(variables: readonly Variable[]): GradientAccumulator {
  const groups = groupsOf(variables).map(group => ({ group, sum: group.state() }));
  const count = tf.variable(tf.scalar(0), false);
  return {
    add(grads) {
      tf.tidy(() => {
        for (const { group, sum } of groups) sum.assign(tf.add(sum, group.pack("gradientAccumulator", grads)));
        count.assign(tf.add(count, 1));
      });
    },
    mean() {
      return tf.tidy(() => {
        const means = groups.flatMap(({ group, sum }) => {
          const parts = group.unpack(tf.div(sum, tf.maximum(count, 1)));
          sum.assign(tf.zerosLike(sum));
          return group.variables.map((variable, i): [string, Tensor] => [variable.name, parts[i]!]);
        });
        count.assign(tf.scalar(0));
        return Object.fromEntries(means);
      });
    },
    dispose() {
      for (const { sum } of groups) sum.dispose();
      count.dispose();
    },
  };
}
