/**
 * A random number drawn by JavaScript during a trace would be the same number at every step. While a trace runs,
 * `Math.random` therefore refuses.
 */
import { TensorError } from "../errors";

/** Replaces Math.random until the returned function is called. */
export function guardHostRandomness(): () => void {
  const original = Math.random;
  Math.random = () => {
    throw new TensorError(
      "FTT_TRACE_RANDOM",
      "jit: expected a function without host randomness, got a call of Math.random, whose number would be frozen into the graph; use tf.randomUniform, tf.randomNormal or tf.dropout, which are drawn anew at every step, or pass the numbers in as an argument",
    );
  };
  return () => {
    Math.random = original;
  };
}
