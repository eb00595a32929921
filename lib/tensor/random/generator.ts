// The generator's state: a seed and a count of draws, in a variable, so that a compiled step reads it, moves it on and writes it back as it
// does with weights. That is what makes dropout fresh at each step and a run reproducible.
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { core } from "../tfjs";
import { draw, type RandomAttributes } from "./kernel";

/** [seed, draws so far], int32. */
let state: Variable | undefined;

function stateOf(): Variable {
  if (!state || state.isDisposed) {
    // A fresh process starts anywhere; `seed` makes it start somewhere.
    const start = crypto.getRandomValues(new Int32Array(1))[0]!;
    state = core.variable(core.tensor1d([start, 0], "int32"), false);
  }
  return state;
}
// Made on import: a variable born inside a trace would need a second trace.
stateOf();

/**
 * Starts the random numbers over: the same seed gives the same draws, eager or compiled, on every device.
 *
 * ```ts
 * seed(42);
 * const weights = tf.randomNormal([784, 256]);
 * ```
 * @param value a whole number; its lower 32 bits count
 */
export function seed(value: number): void {
  if (!Number.isSafeInteger(value))
    throw new TensorError("FTT_ARGUMENT", `seed: expected a whole number, got ${value}; round it`);
  core.tidy(() => stateOf().assign(core.tensor1d([value | 0, 0], "int32")));
}

/** Uniform numbers or a dropout mask of the given shape; each call draws new ones. */
export function next(attributes: RandomAttributes): Tensor {
  return core.tidy(() => {
    const current = stateOf();
    const numbers = draw(current, attributes);
    current.assign(core.add(current, core.tensor1d([0, 1], "int32")));
    return numbers;
  });
}

/** The generator's state, to be saved with a checkpoint: a run that continues from it draws what it would have drawn. */
export function randomState(): Variable {
  return stateOf();
}
