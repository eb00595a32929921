// Gradients checked against differences: (f(x + h) - f(x - h)) / 2h along random directions, which checks every element at once.
import type { tf as tfjs } from "../../../../lib/tensor";
import { tf } from "../../../../lib/tensor";

type Tensor = tfjs.Tensor;

/** Largest |directional derivative - gradient · direction| over the inputs, relative to the size of the derivative. */
export function gradientError(f: (inputs: Tensor[]) => Tensor, inputs: Tensor[], h = 1e-2): number {
  return tf.tidy(() => {
    // A weighted sum, so that errors of different elements cannot cancel out.
    const probe = f(inputs);
    const weights = noise(probe.shape, 97);
    const loss = (xs: Tensor[]) => tf.sum(tf.mul(f(xs), weights)) as tfjs.Scalar;
    const gradients = tf.grads((...xs: Tensor[]) => loss(xs))(inputs);
    const errors = inputs.map((x, i) => {
      const direction = noise(x.shape, 31 + i);
      const moved = (by: number) => inputs.map((y, j) => (j === i ? tf.add(y, tf.mul(direction, by)) : y));
      // Richardson's extrapolation removes the h² term, so that h can be large enough for float32.
      const slope = (by: number) => (scalar(loss(moved(by))) - scalar(loss(moved(-by)))) / (2 * by);
      const expected = (4 * slope(h) - slope(2 * h)) / 3;
      const got = scalar(tf.sum(tf.mul(gradients[i]!, direction)));
      return Math.abs(got - expected) / Math.max(1, Math.abs(expected));
    });
    return Math.max(...errors);
  });
}

const scalar = (x: Tensor): number => x.dataSync()[0]!;

/** Reproducible numbers in [-1, 1]: sines of well-spread angles. */
export function noise(shape: number[], phase: number, scale = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => scale * Math.sin(phase + i * 12.9898 + i * i * 0.0137)),
    shape,
  );
}

/** Largest absolute difference of two tensors. */
export function difference(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return tf.tidy(() => scalar(tf.max(tf.abs(tf.sub(a, b)))));
}
