// Weights in groups that are updated together.
//
// An update is a dozen elementwise ops. Biases and gains are so small that the fixed cost of an op exceeds its work: all of them are joined
// into one vector. A large matrix is a group of its own, since joining it would copy it and outgrow the cache.
import type { NamedTensorMap, Tensor, Variable } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";

/** Below this many numbers a variable is joined with others: where a copy costs less than ten more ops, about 1 µs each. */
const JOIN_BELOW = 16384;

/** Variables whose gradients form one vector. */
export class Group {
  readonly size: number;

  constructor(readonly variables: readonly Variable[]) {
    this.size = variables.reduce((sum, v) => sum + v.size, 0);
  }

  /** The gradients, end to end; in the variable's own shape if there is one only. */
  pack(owner: string, gradients: NamedTensorMap): Tensor {
    const parts = this.variables.map(variable => {
      const gradient = gradients[variable.name];
      if (!gradient)
        throw new TensorError(
          "FTT_ARGUMENT",
          `${owner}: expected a gradient for every variable, got none for ${variable.name} [${variable.shape}]; does the loss depend on it?`,
        );
      return gradient;
    });
    if (parts.length === 1) return parts[0]!;
    return tf.concat(
      parts.map(part => tf.reshape(part, [part.size])),
      0,
    );
  }

  /** The pieces of a packed tensor, each in the shape of its variable. */
  unpack(packed: Tensor): Tensor[] {
    if (this.variables.length === 1) return [packed];
    const parts = tf.split(
      packed,
      this.variables.map(v => v.size),
      0,
    );
    return parts.map((part, i) => tf.reshape(part, this.variables[i]!.shape));
  }

  /** Zeros in the shape of a packed tensor, that persist between steps and are not trained. */
  state(): Variable {
    return tf.variable(tf.zeros(this.variables.length === 1 ? this.variables[0]!.shape : [this.size]), false);
  }
}

/** Every variable in exactly one group; variables for which `alike` differs never share one. */
export function groupsOf(variables: readonly Variable[], alike: (variable: Variable) => boolean = () => true): Group[] {
  if (variables.length === 0)
    throw new TensorError("FTT_ARGUMENT", "optimizer: expected at least one variable to train, got none");
  const large = variables.filter(v => v.size >= JOIN_BELOW);
  const small = variables.filter(v => v.size < JOIN_BELOW);
  const joined = [small.filter(alike), small.filter(v => !alike(v))].filter(group => group.length > 0);
  return [...large.map(v => [v]), ...joined].map(group => new Group(group));
}
