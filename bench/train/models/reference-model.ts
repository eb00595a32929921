// What every reference train step offers: data to train on, a loss to differentiate, and one step that updates the weights and returns the loss.
import type { tf } from "../../../lib/tensor/tfjs";

export interface ReferenceModel {
  /** The trainable variables, in order of creation. */
  variables: tf.Variable[];
  /** One fixed batch: the arguments of `loss` and `step`. */
  inputs: tf.Tensor[];
  /** Mean loss of the batch, a scalar. */
  loss(...inputs: tf.Tensor[]): tf.Scalar;
  /** Forward, backward and update: what is timed. */
  step(...inputs: tf.Tensor[]): tf.Scalar;
}
