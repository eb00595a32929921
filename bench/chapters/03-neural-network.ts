// Chapter 3's network: 784-512-256-10 with dropout, He's initialisation, Adam gliding to zero; without augmentation.
import { Random } from "../../lib/data";
import { adam, cosine, tf } from "../../lib/tensor";
import { digitReader, type Network } from "./digits";

const DROPOUT = [0.1, 0.25, 0.25];

function dense(seed: number): Network {
  const random = new Random(seed);
  const sizes = [784, 512, 256, 10];
  const variables = sizes.slice(1).flatMap((to, l) => {
    const from = sizes[l]!;
    const values = Float32Array.from({ length: from * to }, () => Math.sqrt(2 / from) * random.normal());
    return [tf.variable(tf.tensor2d(values, [from, to])), tf.variable(tf.zeros([to]))];
  });
  return {
    variables,
    shape: [784],
    scores(x, training) {
      let h = x;
      for (const [l, rate] of DROPOUT.entries()) {
        if (l > 0) h = tf.relu(h);
        if (training) h = tf.dropout(h, rate);
        h = tf.add(tf.matMul(h as tf.Tensor2D, variables[2 * l] as tf.Tensor2D), variables[2 * l + 1]!);
      }
      return h as tf.Tensor2D;
    },
  };
}

export const chapter = digitReader([97, 98], {
  make: dense,
  epochs: 7,
  size: 256,
  optimizer: (variables, steps) => adam(variables, { learningRate: cosine(3e-3, { steps }) }),
});
