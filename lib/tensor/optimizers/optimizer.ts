// What every optimizer offers.
import type { NamedTensorMap, Variable } from "@tensorflow/tfjs-core";

export interface Optimizer {
  /** Moves the variables against their gradients, keyed by variable name as `tf.variableGrads` and `valueAndGrad` return them. */
  applyGradients(gradients: NamedTensorMap): void;
  /** The learning rate, when it was given as a number: assign to it between steps. */
  readonly learningRate: Variable | undefined;
  /** Everything that must be saved to continue a training run, by name. */
  readonly state: Readonly<Record<string, Variable>>;
  /** Frees the state. The variables that were trained stay. */
  dispose(): void;
}

/** Disposes the state variables of an optimizer. */
export function disposeState(state: Readonly<Record<string, Variable>>): void {
  for (const variable of Object.values(state)) variable.dispose();
}
