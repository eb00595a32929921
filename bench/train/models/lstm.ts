// A recurrent classifier: one LSTM of 128 units, unrolled by hand over 64 steps of 64 numbers, and a linear layer on the last state; Adam.
// Written as a learner would write it: nothing here is fused by hand. Gates in PyTorch's order: input, forget, cell, output.

import { softmaxCrossEntropy } from "../../../lib/tensor/nn";
import { adam, trainStep } from "../../../lib/tensor/optimizers";
import { tf } from "../../../lib/tensor/tfjs";
import { classData, normalData, Parameters } from "./parameters";
import type { ReferenceModel } from "./reference-model";

export function lstm(B = 32, T = 64, I = 64, H = 128): ReferenceModel {
  const p = new Parameters(3);
  const wx = p.normal([I, 4 * H], 0.08);
  const wh = p.normal([H, 4 * H], 0.08);
  const b = p.zeros([4 * H]);
  const wo = p.normal([H, 10], 0.08);
  const bo = p.zeros([10]);
  const loss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => {
    const timeMajor = tf.reshape(tf.transpose(x, [1, 0, 2]), [T * B, I]); // (T*B, I)
    const fromInput = tf.reshape(tf.add(tf.matMul(timeMajor, wx), b), [T, B, 4 * H]); // all steps in one product
    const steps = tf.unstack(fromInput, 0); // T times (B, 4H)
    let h: tf.Tensor = tf.zeros([B, H]);
    let c: tf.Tensor = tf.zeros([B, H]);
    for (const fromX of steps) {
      const gates = tf.add(fromX, tf.matMul(h, wh)); // (B, 4H)
      const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]; // each (B, H)
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return softmaxCrossEntropy(tf.add(tf.matMul(h, wo), bo), y); // logits (B, 10)
  };
  return {
    variables: p.variables,
    inputs: [normalData(31, [B, T, I]), classData(32, [B], 10)],
    loss,
    step: trainStep(loss, p.variables, adam(p.variables, { learningRate: 1e-3 })),
  };
}
