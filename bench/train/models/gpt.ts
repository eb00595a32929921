// A character GPT: 4 blocks, width 128, 4 heads, 64 tokens of a 65-letter alphabet, batch 32, AdamW with decay on matrices. 0.8 million parameters.

import { gelu, layerNorm, scaledDotProductAttention, softmaxCrossEntropy } from "../../../lib/tensor/nn";
import { adamW, trainStep } from "../../../lib/tensor/optimizers";
import { tf } from "../../../lib/tensor/tfjs";
import { classData, Parameters } from "./parameters";
import type { ReferenceModel } from "./reference-model";

export function gpt(B = 32, L = 4): ReferenceModel {
  const T = 64; // tokens
  const C = 128; // width
  const nh = 4; // heads
  const hs = C / nh; // head size
  const V = 65; // alphabet
  const p = new Parameters(4);
  const tokens = p.normal([V, C], 0.02);
  const positions = p.normal([T, C], 0.02);
  const norm = () => ({ gamma: p.ones([C]), beta: p.zeros([C]) });
  const linear = (inputs: number, outputs: number) => ({ w: p.normal([inputs, outputs], 0.05), b: p.zeros([outputs]) });
  const blocks = Array.from({ length: L }, () => ({
    norm1: norm(),
    qkv: linear(C, 3 * C),
    out: linear(C, C),
    norm2: norm(),
    up: linear(C, 4 * C),
    down: linear(4 * C, C),
  }));
  const last = norm();
  const head = p.normal([C, V], 0.05);

  const apply = (x: tf.Tensor, { w, b }: { w: tf.Tensor; b: tf.Tensor }) => tf.add(tf.matMul(x, w), b);
  const attend = (x: tf.Tensor, block: (typeof blocks)[number]) => {
    const qkv = tf.reshape(apply(x, block.qkv), [B, T, 3, nh, hs]);
    const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4]), 0) as [tf.Tensor, tf.Tensor, tf.Tensor]; // each (B, nh, T, hs)
    const y = scaledDotProductAttention(q, k, v, { causal: true }); // (B, nh, T, hs)
    return apply(tf.reshape(tf.transpose(y, [0, 2, 1, 3]), [B * T, C]), block.out);
  };
  const loss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => {
    let h: tf.Tensor = tf.add(tf.gather(tokens, x as tf.Tensor2D), positions); // (B, T, C)
    h = tf.reshape(h, [B * T, C]);
    for (const block of blocks) {
      h = tf.add(h, attend(layerNorm(h, block.norm1.gamma, block.norm1.beta), block));
      h = tf.add(h, apply(gelu(apply(layerNorm(h, block.norm2.gamma, block.norm2.beta), block.up)), block.down));
    }
    const logits = tf.matMul(layerNorm(h, last.gamma, last.beta), head); // (B*T, V)
    return softmaxCrossEntropy(logits, tf.reshape(y, [B * T]));
  };
  const optimizer = adamW(p.variables, { learningRate: 3e-4, beta2: 0.95, weightDecay: 0.1 });
  return {
    variables: p.variables,
    inputs: [classData(41, [B, T], V), classData(42, [B, T], V)],
    loss,
    step: trainStep(loss, p.variables, optimizer),
  };
}
