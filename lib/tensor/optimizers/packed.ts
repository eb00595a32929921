// All weights as one vector.
//
// An update is a dozen elementwise ops. Done per weight, a transformer of 50 weights needs 600 small nodes, whose fixed cost exceeds their work;
// done once on the concatenation of all gradients, it needs a dozen.
import type { NamedTensorMap, Tensor, Variable } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";

export class Packing {
  readonly size: number;
  private readonly sizes: number[];

  constructor(readonly variables: readonly Variable[]) {
    if (variables.length === 0)
      throw new TensorError("FTT_ARGUMENT", "optimizer: expected at least one variable to train, got none");
    this.sizes = variables.map(v => v.size);
    this.size = this.sizes.reduce((a, b) => a + b, 0);
  }

  /** The gradients, end to end: (size). */
  pack(owner: string, gradients: NamedTensorMap): Tensor {
    const parts = this.variables.map(variable => {
      const gradient = gradients[variable.name];
      if (!gradient)
        throw new TensorError(
          "FTT_ARGUMENT",
          `${owner}: expected a gradient for every variable, got none for ${variable.name} [${variable.shape}]; does the loss depend on it?`,
        );
      return tf.reshape(gradient, [variable.size]);
    });
    return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
  }

  /** The pieces of a packed vector, each in the shape of its variable. */
  unpack(packed: Tensor): Tensor[] {
    const parts = this.sizes.length === 1 ? [packed] : tf.split(packed, this.sizes, 0);
    return parts.map((part, i) => tf.reshape(part, this.variables[i]!.shape));
  }

  /** A vector of zeros that persists between steps and is not trained. */
  state(): Variable {
    return tf.variable(tf.zeros([this.size]), false);
  }
}
