// A denoising U-Net like a small Stable Diffusion's: latents 16 x 16 x 4, three resolutions, group norm, SiLU, time embedding, attention in
// the middle, skip connections; batch 16, Adam. 0.6 million parameters, 30 convolutions each way.

import { groupNorm, scaledDotProductAttention, silu } from "../../../lib/tensor/nn";
import { adam, trainStep } from "../../../lib/tensor/optimizers";
import { tf } from "../../../lib/tensor/tfjs";
import { normalData, Parameters, uniformData } from "./parameters";
import type { ReferenceModel } from "./reference-model";

interface Linear {
  w: tf.Variable;
  b: tf.Variable;
}
interface Norm {
  gamma: tf.Variable;
  beta: tf.Variable;
}
interface Block {
  norm1: Norm;
  conv1: Linear;
  time: Linear;
  norm2: Norm;
  conv2: Linear;
  skip: Linear | null;
}

const [C0, C1, C2] = [32, 64, 64]; // channels at 16 x 16, 8 x 8 and 4 x 4
const G = 8; // groups of a group norm
const E = 64; // width of the time embedding

const apply = (x: tf.Tensor, { w, b }: Linear) => tf.add(tf.matMul(x, w), b);
/** Half the kernel as padding on every side, as PyTorch pads; "same" would pad a strided convolution on one side only. */
const conv = (x: tf.Tensor, { w, b }: Linear, stride = 1) =>
  tf.add(tf.conv2d(x as tf.Tensor4D, w as unknown as tf.Tensor4D, stride, (w.shape[0]! - 1) / 2), b);
const normed = (x: tf.Tensor, { gamma, beta }: Norm) => groupNorm(x, G, gamma, beta);

/**
 * Doubles height and width by repeating pixels. Not by tf.image.resizeNearestNeighbor, whose gradient in tfjs-cpu is wrong, nor by
 * tf.broadcastTo, whose gradient tfjs lacks for rank 6: a product with ones broadcasts just as well.
 */
function upsample(x: tf.Tensor): tf.Tensor {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const pairs = tf.mul(tf.reshape(x, [B, H, 1, W, 1, C]), tf.ones([1, 1, 2, 1, 2, 1])); // (B, H, 2, W, 2, C)
  return tf.reshape(pairs, [B, 2 * H, 2 * W, C]);
}

function residual(x: tf.Tensor, time: tf.Tensor, block: Block): tf.Tensor {
  let h = conv(silu(normed(x, block.norm1)), block.conv1); // (B, H, W, out)
  const shift = apply(time, block.time); // (B, out)
  h = tf.add(h, tf.reshape(shift, [shift.shape[0]!, 1, 1, shift.shape[1]!]));
  h = conv(silu(normed(h, block.norm2)), block.conv2);
  return tf.add(h, block.skip ? conv(x, block.skip) : x);
}

/** Single-head attention over the pixels, each a token of C channels. */
function attend(x: tf.Tensor, m: { norm: Norm; qkv: tf.Variable; out: tf.Variable }): tf.Tensor {
  const [B, H, W, C] = x.shape as [number, number, number, number];
  const tokens = tf.reshape(normed(x, m.norm), [B * H * W, C]);
  const qkv = tf.reshape(tf.matMul(tokens, m.qkv), [B, 1, H * W, 3 * C]);
  const [q, k, v] = tf.split(qkv, 3, 3) as [tf.Tensor, tf.Tensor, tf.Tensor]; // each (B, 1, H*W, C)
  const y = tf.reshape(scaledDotProductAttention(q, k, v), [B * H * W, C]);
  return tf.add(x, tf.reshape(tf.matMul(y, m.out), x.shape));
}

function parameters(p: Parameters) {
  const convolution = (inputs: number, outputs: number, k = 3): Linear => ({
    w: p.normal([k, k, inputs, outputs], Math.sqrt(1 / (k * k * inputs))),
    b: p.zeros([outputs]),
  });
  const linear = (inputs: number, outputs: number): Linear => ({
    w: p.normal([inputs, outputs], 0.1),
    b: p.zeros([outputs]),
  });
  const norm = (channels: number): Norm => ({ gamma: p.ones([channels]), beta: p.zeros([channels]) });
  const block = (inputs: number, outputs: number): Block => ({
    norm1: norm(inputs),
    conv1: convolution(inputs, outputs),
    time: linear(E, outputs),
    norm2: norm(outputs),
    conv2: convolution(outputs, outputs),
    skip: inputs === outputs ? null : convolution(inputs, outputs, 1),
  });
  return {
    time1: linear(E / 2, E),
    time2: linear(E, E),
    input: convolution(4, C0),
    block0: block(C0, C0),
    down0: convolution(C0, C1),
    block1: block(C1, C1),
    down1: convolution(C1, C2),
    block2: block(C2, C2),
    attention: { norm: norm(C2), qkv: p.normal([C2, 3 * C2], 0.1), out: p.normal([C2, C2], 0.1) },
    block3: block(C2, C2),
    up1: convolution(C2, C1),
    block4: block(C1 + C1, C1),
    up0: convolution(C1, C0),
    block5: block(C0 + C0, C0),
    outputNorm: norm(C0),
    output: convolution(C0, 4),
  };
}

export function unet(B = 16): ReferenceModel {
  const p = new Parameters(5);
  const m = parameters(p);
  const frequencies = tf.tensor2d(
    Array.from({ length: E / 4 }, (_, i) => 10000 ** (-i / (E / 4))),
    [1, E / 4],
  );
  const loss = (x: tf.Tensor, t: tf.Tensor, noise: tf.Tensor): tf.Scalar => {
    const angles = tf.mul(tf.reshape(t, [B, 1]), frequencies); // (B, E/4)
    let time: tf.Tensor = tf.concat([tf.sin(angles), tf.cos(angles)], 1); // (B, E/2)
    time = silu(apply(silu(apply(time, m.time1)), m.time2)); // (B, E)
    const skip0 = residual(conv(x, m.input), time, m.block0); // (B, 16, 16, C0)
    const skip1 = residual(conv(skip0, m.down0, 2), time, m.block1); // (B, 8, 8, C1)
    let h = residual(conv(skip1, m.down1, 2), time, m.block2); // (B, 4, 4, C2)
    h = residual(attend(h, m.attention), time, m.block3);
    h = residual(tf.concat([conv(upsample(h), m.up1), skip1], 3), time, m.block4); // (B, 8, 8, C1)
    h = residual(tf.concat([conv(upsample(h), m.up0), skip0], 3), time, m.block5); // (B, 16, 16, C0)
    h = conv(silu(normed(h, m.outputNorm)), m.output); // (B, 16, 16, 4)
    return tf.mean(tf.squaredDifference(h, noise));
  };
  return {
    variables: p.variables,
    inputs: [normalData(51, [B, 16, 16, 4]), uniformData(52, [B], 1000), normalData(53, [B, 16, 16, 4])],
    loss,
    step: trainStep(loss, p.variables, adam(p.variables, { learningRate: 1e-3 })),
  };
}
