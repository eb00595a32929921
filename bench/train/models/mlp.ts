// A perceptron for 28 x 28 images: 784-256-128-10 with ReLU, batch 128, Adam. 235 thousand parameters; three small Gemms each way.

import { softmaxCrossEntropy } from "../../../lib/tensor/nn";
import { adam, trainStep } from "../../../lib/tensor/optimizers";
import { tf } from "../../../lib/tensor/tfjs";
import { classData, Parameters, uniformData } from "./parameters";
import type { ReferenceModel } from "./reference-model";

export function mlp(B = 128): ReferenceModel {
  const p = new Parameters(1);
  const layers = [784, 256, 128, 10].slice(1).map((outputs, i) => {
    const inputs = [784, 256, 128][i]!;
    return { w: p.normal([inputs, outputs], Math.sqrt(2 / inputs)), b: p.zeros([outputs]) };
  });
  const loss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => {
    let h = x; // (B, 784)
    layers.forEach(({ w, b }, i) => {
      h = tf.add(tf.matMul(h, w), b); // (B, outputs)
      if (i < 2) h = tf.relu(h);
    });
    return softmaxCrossEntropy(h, y); // logits (B, 10), classes (B)
  };
  return {
    variables: p.variables,
    inputs: [uniformData(11, [B, 784]), classData(12, [B], 10)],
    loss,
    step: trainStep(loss, p.variables, adam(p.variables, { learningRate: 1e-3 })),
  };
}
