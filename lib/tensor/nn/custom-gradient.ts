// tf.customGrad with types that fit: named saved tensors in, one gradient per input out.
//
// Why gradients by hand at all: tfjs differentiates a layer op by op, so that each of the five ops of a GELU keeps its operands and adds a pass
// over the data. Written as one function with its own gradient, a layer saves what its gradient needs and nothing else.
import type { GradSaveFunc, Tensor } from "@tensorflow/tfjs-core";
import { tf } from "../tfjs";

interface Differentiable {
  value: Tensor;
  /** What `gradient` needs; kept until the backward pass has run. */
  saved: Tensor[];
  /** The gradients of the inputs, in their order, given the gradient of the value. */
  gradient: (dy: Tensor, saved: Tensor[]) => Tensor[];
}

/** Computes `forward(inputs)` and registers its gradient. */
export function withGradient(inputs: Tensor[], forward: (inputs: Tensor[]) => Differentiable): Tensor {
  const op = tf.customGrad((...args) => {
    const save = args[inputs.length] as unknown as GradSaveFunc;
    const { value, saved, gradient } = forward(args.slice(0, inputs.length) as Tensor[]);
    save(saved);
    return {
      value,
      gradFunc: (dy: Tensor, kept: Tensor[]) => {
        const gradients = gradient(dy, kept);
        return inputs.length === 1 ? gradients[0]! : gradients;
      },
    };
  });
  return op(...inputs);
}

/** Sums a gradient over the axes along which its input was broadcast, so that it gets that input's shape. */
export function unbroadcast(gradient: Tensor, shape: number[]): Tensor {
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((d, i) => (i < lead || (shape[i - lead] === 1 && d !== 1) ? [i] : []));
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes), shape);
}
