// A small convolutional classifier for 28 x 28 grey images: conv 3x3 to 32, pool, conv 3x3 to 64, pool, linear; batch 64, Adam.

import { softmaxCrossEntropy } from "../../../lib/tensor/nn";
import { adam, trainStep } from "../../../lib/tensor/optimizers";
import { tf } from "../../../lib/tensor/tfjs";
import { classData, Parameters, uniformData } from "./parameters";
import type { ReferenceModel } from "./reference-model";

export function cnn(B = 64): ReferenceModel {
  const p = new Parameters(2);
  const w1 = p.normal([3, 3, 1, 32], 0.3); // height, width, in, out
  const b1 = p.zeros([32]);
  const w2 = p.normal([3, 3, 32, 64], 0.08);
  const b2 = p.zeros([64]);
  const w3 = p.normal([7 * 7 * 64, 10], 0.02);
  const b3 = p.zeros([10]);
  const loss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => {
    let h = tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w1 as tf.Tensor4D, 1, "same"), b1)); // (B, 28, 28, 32)
    h = tf.maxPool(h as tf.Tensor4D, 2, 2, "valid"); // (B, 14, 14, 32)
    h = tf.relu(tf.add(tf.conv2d(h as tf.Tensor4D, w2 as tf.Tensor4D, 1, "same"), b2)); // (B, 14, 14, 64)
    h = tf.maxPool(h as tf.Tensor4D, 2, 2, "valid"); // (B, 7, 7, 64)
    return softmaxCrossEntropy(tf.add(tf.matMul(tf.reshape(h, [B, 7 * 7 * 64]), w3), b3), y); // logits (B, 10)
  };
  return {
    variables: p.variables,
    inputs: [uniformData(21, [B, 28, 28, 1]), classData(22, [B], 10)],
    loss,
    step: trainStep(loss, p.variables, adam(p.variables, { learningRate: 1e-3 })),
  };
}
