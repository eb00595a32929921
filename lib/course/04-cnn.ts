// Woven from notebooks/04-cnn.ipynb by `ftt weave`. Change the notebook, not this file.

import { adamW, cosine, data, jit, seed, tf, warmUp } from "fromthetensor";

// cell 42 [layers] of 04-cnn.ipynb
export class Layer<In extends number, Out extends number> {
  declare readonly channels: [In, Out]; // for the compiler alone

  constructor(
    readonly forward: (x: tf.Tensor, training: boolean) => tf.Tensor, // (..., In) -> (..., Out)
    readonly trained: tf.Variable[] = [],
    readonly kept: tf.Variable[] = [],
  ) {}

  pipe<Next extends number>(next: Layer<Out, Next>): Layer<In, Next> {
    return new Layer(
      (x, training) => next.forward(this.forward(x, training), training),
      [...this.trained, ...next.trained],
      [...this.kept, ...next.kept],
    );
  }
}

// cell 44 [weights] of 04-cnn.ipynb
export function normal(shape: number[], inputs: number, random: data.Random): tf.Variable {
  const draws = Array.from({ length: shape.reduce((a, b) => a * b) }, () => Math.sqrt(2 / inputs) * random.normal());
  return tf.variable(tf.tensor(draws, shape));
}

export function conv<In extends number, Out extends number>(
  k: number,
  from: In,
  to: Out,
  random: data.Random,
  pad: "same" | "valid" = "same",
): Layer<In, Out> {
  const kernel = normal([k, k, from, to], k * k * from, random) as tf.Variable<tf.Rank.R4>;
  const bias = tf.variable(tf.zeros([to]));
  return new Layer(x => tf.conv2d(x as tf.Tensor4D, kernel, 1, pad).add(bias), [kernel, bias]);
}

export function dense<In extends number, Out extends number>(from: In, to: Out, random: data.Random): Layer<In, Out> {
  const weights = normal([from, to], from, random);
  const bias = tf.variable(tf.zeros([to]));
  return new Layer(x => tf.matMul(x, weights).add(bias), [weights, bias]);
}

// cell 46 [small-layers] of 04-cnn.ipynb
export const relu = <C extends number>(): Layer<C, C> => new Layer(x => tf.relu(x));
export const maxPool = <C extends number>(): Layer<C, C> => new Layer(x => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"));
export const flatten = <C extends number, All extends number>(all: All): Layer<C, All> =>
  new Layer(x => x.reshape([-1, all]));
export const meanOverPlaces = <C extends number>(): Layer<C, C> => new Layer(x => x.mean([1, 2]));
export const dropout = <C extends number>(rate: number): Layer<C, C> =>
  new Layer((x, training) => (training ? tf.dropout(x, rate) : x));

// cell 52 [norm] of 04-cnn.ipynb
export function batchNorm<C extends number>(channels: C): Layer<C, C> {
  const [gain, offset] = [tf.variable(tf.ones([channels])), tf.variable(tf.zeros([channels]))];
  const [mean, variance] = [tf.variable(tf.zeros([channels]), false), tf.variable(tf.ones([channels]), false)];
  const normalise = (x: tf.Tensor, m: tf.Tensor, v: tf.Tensor) =>
    x
      .sub(m)
      .mul(gain.mul(v.add(1e-5).rsqrt()))
      .add(offset);
  return new Layer(
    (x, training) => {
      if (!training) return normalise(x, mean, variance);
      const now = tf.moments(x, [0, 1, 2]); // (C) each
      mean.assign(mean.mul(0.9).add(now.mean.mul(0.1)));
      variance.assign(variance.mul(0.9).add(now.variance.mul(0.1)));
      return normalise(x, now.mean, now.variance);
    },
    [gain, offset],
    [mean, variance],
  );
}

// cell 57 [residual] of 04-cnn.ipynb
export const residual = <C extends number>(F: Layer<C, C>): Layer<C, C> =>
  new Layer((x, training) => tf.relu(x.add(F.forward(x, training))), F.trained, F.kept);

// cell 61 [network] of 04-cnn.ipynb
export interface Parts {
  norm?: boolean;
  skip?: boolean;
  drop?: number;
}

export interface Classifier {
  stages: [Layer<1, 32>, Layer<32, 48>, Layer<48, 48>]; // (28, 28, 1) -> (14, 14, 32) -> (7, 7, 48) -> (7, 7, 48)
  features: Layer<1, 48>; // what the scores are made from
  whole: Layer<1, 10>;
}

export function classifier(start: number, { norm = true, skip = true, drop = 0.1 }: Parts = {}): Classifier {
  const random = new data.Random(start);
  const block = <In extends number, C extends number>(from: In, to: C): Layer<In, C> =>
    norm ? conv(3, from, to, random).pipe(batchNorm(to)) : conv(3, from, to, random);
  const one = block(1, 32).pipe(relu()).pipe(maxPool());
  const two = block(32, 48).pipe(relu()).pipe(maxPool());
  const F = block(48, 48).pipe(relu()).pipe(block(48, 48));
  const three = skip ? residual(F) : F.pipe(relu());
  const features = one.pipe(two).pipe(three).pipe(meanOverPlaces());
  return { stages: [one, two, three], features, whole: features.pipe(dropout(drop)).pipe(dense(48, 10, random)) };
}

// cell 63 [fit] of 04-cnn.ipynb
export type Change = ReturnType<typeof data.augment>;
export interface Plan {
  epochs: number;
  start?: number;
  rate?: number;
  size?: number;
  change?: Change;
}

export async function fit(net: Layer<1, 10>, pictures: data.ImageSplit, plan: Plan): Promise<number[]> {
  const { epochs, start = 1, rate = 4e-3, size = 128, change } = plan;
  seed(start); // of the dropout
  const batches = data.batches(pictures, { size, seed: start, dropLast: true, map: change });
  const [steps, rising] = [epochs * batches.length, Math.round(0.2 * epochs * batches.length)];
  const learningRate = warmUp(cosine(rate, { steps: steps - rising }), rising);
  const optimizer = adamW(net.trained, { learningRate, weightDecay: 0.05 });
  const step = jit((x: tf.Tensor4D, y: tf.Tensor2D): tf.Scalar => {
    const loss = () => tf.losses.softmaxCrossEntropy(y, net.forward(x, true)) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss, net.trained);
    optimizer.applyGradients(grads);
    return value;
  });
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++)
    for await (const { images, targets } of batches.epoch(epoch)) {
      const loss = () => step(tf.tensor4d(images, [size, 28, 28, 1]), tf.tensor2d(targets, [size, 10])).dataSync()[0]!;
      losses.push(tf.tidy(loss));
    }
  return losses;
}

// cell 64 [measure] of 04-cnn.ipynb
export function measure(net: Layer<1, 10>, pictures: data.ImageSplit) {
  // 500 at a time
  const run = jit((x: tf.Tensor4D) => tf.softmax(net.forward(x, false)));
  const probabilities = new Float32Array(10 * pictures.length);
  let [loss, right] = [0, 0];
  for (let from = 0; from < pictures.length; from += 500) {
    const part = pictures.slice(from, from + 500);
    const p = tf.tidy(() => run(tf.tensor4d(part.floats(), [part.length, 28, 28, 1])).dataSync());
    probabilities.set(p, 10 * from);
    for (const [i, label] of part.labels.entries()) {
      const row = p.subarray(10 * i, 10 * i + 10);
      loss -= Math.log(Math.max(row[label]!, 1e-12)) / pictures.length;
      right += Number(row.indexOf(Math.max(...row)) === label);
    }
  }
  return { loss, accuracy: right / pictures.length, probabilities };
}

// cell 74 [checkpoint] of 04-cnn.ipynb
export async function loadClassifier(path: string): Promise<Classifier> {
  const net = classifier(99);
  await data.loadCheckpoint(path, { trained: net.whole.trained, kept: net.whole.kept });
  return net;
}
