/**
 * TensorFlow.js, when it is needed and not before: much of this folder works on plain typed arrays, and loading a dataset to look
 * at its labels should not wait for a tensor library. `require` rather than `import()`, so that the helpers that make tensors can
 * stay synchronous; it finds the very module that `lib/tensor` has set up, with its backend.
 */
import type * as tf from "@tensorflow/tfjs";

export type TensorFlow = typeof tf;

export function tensorflow(): TensorFlow {
  return require("@tensorflow/tfjs") as TensorFlow;
}
