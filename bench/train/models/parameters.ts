// Weights and data of a reference model, drawn from numbered streams in the order in which they are asked for; models.py asks in the same order.
import { tf } from "../../../lib/tensor/tfjs";
import { integers, normal, uniform } from "./counter-noise";

const size = (shape: number[]): number => shape.reduce((a, b) => a * b, 1);

/** Creates the trainable variables of one model; stream numbers count up from `1000 * model`. */
export class Parameters {
  readonly variables: tf.Variable[] = [];
  private stream: number;

  constructor(model: number) {
    this.stream = 1000 * model;
  }

  normal(shape: number[], std: number): tf.Variable {
    return this.add(normal(this.stream++, size(shape), std), shape);
  }
  zeros(shape: number[]): tf.Variable {
    return this.add(new Float32Array(size(shape)), shape);
  }
  ones(shape: number[]): tf.Variable {
    return this.add(new Float32Array(size(shape)).fill(1), shape);
  }

  private add(values: Float32Array, shape: number[]): tf.Variable {
    const variable = tf.variable(tf.tensor(values, shape, "float32"));
    this.variables.push(variable);
    return variable;
  }
}

export function normalData(stream: number, shape: number[]): tf.Tensor {
  return tf.tensor(normal(stream, size(shape)), shape, "float32");
}
/** Uniform draws from [0, scale). */
export function uniformData(stream: number, shape: number[], scale = 1): tf.Tensor {
  return tf.tensor(
    uniform(stream, size(shape)).map(u => u * scale),
    shape,
    "float32",
  );
}
/** Class numbers from [0, classes). */
export function classData(stream: number, shape: number[], classes: number): tf.Tensor {
  return tf.tensor(integers(stream, size(shape), classes), shape, "int32");
}
