// Woven from notebooks/06-gan.ipynb by `ftt weave`. Change the notebook, not this file.

import { adam, cosine, data, eigh, jit, seed, tf, trainStep } from "fromthetensor";
import { batchNorm, conv, dense, flatten, Layer, loadClassifier, normal, relu } from "fromthetensor/course/04-cnn";

// cell 15 [games] of 06-gan.ipynb
export type Network = Layer<number, number>;
export type Score = (x: tf.Tensor) => tf.Tensor; // (N, ...) -> (N, 1)

export interface Game {
  judge: (real: tf.Tensor, forged: tf.Tensor, score: Score) => tf.Tensor; // what D makes small
  forge: (scores: tf.Tensor) => tf.Tensor; // what G makes small, from the scores of its pictures
}

export const tellApart: Game["judge"] = (real, forged, score) =>
  tf
    .softplus(score(real).neg())
    .mean()
    .add(tf.softplus(score(forged)).mean());
export const minimax: Game = { judge: tellApart, forge: scores => tf.softplus(scores).mean().neg() };

// cell 19 [players] of 06-gan.ipynb
export interface Rates {
  forge: number;
  judge: number;
  beta2?: number;
  steps?: number;
} // along a cosine to zero, if steps are given

export function players(G: Network, D: Network, game: Game, { forge, judge, beta2 = 0.999, steps }: Rates) {
  const optimizer = (trained: tf.Variable[], rate: number) =>
    adam(trained, { learningRate: steps ? cosine(rate, { steps }) : rate, beta1: 0.5, beta2 });
  const score: Score = x => D.forward(x, true);
  const judgeLoss = (real: tf.Tensor, z: tf.Tensor) => game.judge(real, G.forward(z, true), score) as tf.Scalar;
  const forgeLoss = (z: tf.Tensor) => game.forge(score(G.forward(z, true))) as tf.Scalar;
  return {
    judge: jit(trainStep(judgeLoss, D.trained, optimizer(D.trained, judge))),
    forge: jit(trainStep(forgeLoss, G.trained, optimizer(G.trained, forge))),
  };
}

// cell 21 [mlp] of 06-gan.ipynb
export const leaky = <C extends number>(): Layer<C, C> => new Layer(x => tf.relu(x).mul(0.8).add(x.mul(0.2)));

export type Make = (from: number, to: number, random: data.Random) => Network;
export function mlp(sizes: number[], random: data.Random, make: Make = dense): Network {
  const layers = sizes.slice(1).map((to, i) => make(sizes[i]!, to, random));
  return layers.reduce((net, layer) => net.pipe(leaky()).pipe(layer));
}

export function noise(n: number, random: data.Random, latent = 32): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: n * latent }, () => random.normal()),
    [n, latent],
  );
}

// cell 30 [non-saturating] of 06-gan.ipynb
export const nonSaturating: Game = { judge: tellApart, forge: scores => tf.softplus(scores.neg()).mean() };

// cell 37 [wasserstein] of 06-gan.ipynb
export function slopesBetween(real: tf.Tensor, forged: tf.Tensor, score: Score): tf.Tensor {
  const axes = real.shape.slice(1).map((_, i) => i + 1);
  const share = tf.randomUniform([real.shape[0]!, ...axes.map(() => 1)]);
  const between = real.mul(share).add(forged.mul(tf.sub(1, share)));
  const slope = tf.grad(x => score(x).sum())(between); // one gradient for each picture
  return slope.square().sum(axes).add(1e-12).sqrt(); // (N)
}

export const wasserstein = (weight: number): Game => ({
  judge: (real, forged, score) => {
    const penalty = slopesBetween(real, forged, score).sub(1).square().mean();
    return score(forged).mean().sub(score(real).mean()).add(penalty.mul(weight));
  },
  forge: scores => scores.mean().neg(),
});

// cell 57 [spectral] of 06-gan.ipynb
export function spectral(from: number, to: number, random: data.Random): Network {
  const {
    trained: [W, bias],
  } = dense(from, to, random) as { trained: tf.Variable<tf.Rank.R2>[] };
  const unit = (x: tf.Tensor) => x.div<tf.Tensor2D>(x.norm());
  const u = tf.variable(unit(noise(to, random, 1)), false); // (to, 1): turns towards what W stretches most
  return new Layer(
    x => {
      const image = tf.matMul(W!, u); // W u, whose length is σ once u has turned
      u.assign(unit(tf.matMul(W!, unit(image), true)));
      return tf.matMul(x, W!.div<tf.Tensor2D>(image.norm())).add(bias!);
    },
    [W!, bias!],
    [u],
  );
}

// cell 64 [generator] of 06-gan.ipynb
export const sigmoid = <C extends number>(): Layer<C, C> => new Layer(x => tf.sigmoid(x));
export const asMaps = <C extends number>(side: number, channels: C): Layer<number, C> =>
  new Layer(x => x.reshape([-1, side, side, channels]));
export const twice = <C extends number>(): Layer<C, C> =>
  new Layer(x => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [2 * x.shape[1]!, 2 * x.shape[2]!]));
export const shuffle = (side: number): Layer<4, 1> =>
  // (N, side, side, 4) -> (N, 2 side, 2 side, 1)
  new Layer(x =>
    x
      .reshape([-1, side, side, 2, 2])
      .transpose([0, 1, 3, 2, 4])
      .reshape([-1, 2 * side, 2 * side, 1]),
  );

export function generator<Latent extends number>(latent: Latent, random: data.Random): Layer<Latent, 1> {
  return dense(latent, 7 * 7 * 64, random)
    .pipe(asMaps(7, 64))
    .pipe(batchNorm(64))
    .pipe(relu()) // (N, 7, 7, 64)
    .pipe(twice())
    .pipe(conv(3, 64, 32, random))
    .pipe(batchNorm(32))
    .pipe(relu()) // (N, 14, 14, 32)
    .pipe(conv(3, 32, 4, random))
    .pipe(shuffle(14))
    .pipe(sigmoid()); // (N, 28, 28, 1)
}
export const mixing = (latent: number, random: data.Random): Layer<number, 1> =>
  // with a hidden layer before it
  dense(latent, 128, random).pipe(relu()).pipe(generator(128, random));

// cell 66 [critic] of 06-gan.ipynb
export function halve<In extends number, Out extends number>(from: In, to: Out, random: data.Random): Layer<In, Out> {
  const kernel = normal([3, 3, from, to], 9 * from, random) as tf.Variable<tf.Rank.R4>;
  const bias = tf.variable(tf.zeros([to]));
  return new Layer(x => tf.conv2d(x as tf.Tensor4D, kernel, 2, "same").add(bias), [kernel, bias]);
}

export function critic(random: data.Random, scores = 1): Layer<1, number> {
  return halve(1, 32, random)
    .pipe(leaky())
    .pipe(halve(32, 64, random))
    .pipe(leaky()) // (N, 7, 7, 64)
    .pipe(halve(64, 64, random))
    .pipe(leaky())
    .pipe(flatten(4 * 4 * 64)) // (N, 1024)
    .pipe(dense(1024, 128, random))
    .pipe(leaky())
    .pipe(dense(128, scores, random)); // (N, scores)
}

// cell 69 [labelled] of 06-gan.ipynb
export const labelled = (pictures: tf.Tensor, targets: tf.Tensor): tf.Tensor =>
  // (N, 29, 28, 1)
  tf.concat(
    [
      pictures,
      tf
        .pad(targets, [
          [0, 0],
          [0, 18],
        ])
        .reshape([-1, 1, 28, 1]),
    ],
    1,
  );

// cell 70 [duel] of 06-gan.ipynb
export type Plan = Rates & { steps: number; withLabels?: boolean; watch?: (step: number) => void };

export async function duel(G: Network, D: Network, game: Game, pictures: data.ImageSplit, plan: Plan) {
  const { steps, withLabels = false, watch } = plan;
  seed(1); // of the places between real and forged
  const random = new data.Random(1);
  const batches = data.batches(pictures, { size: 64, seed: 1, dropLast: true });
  const { judge, forge } = players(G, D, game, plan);
  const losses = { judge: [] as number[], forge: [] as number[] };
  for (let step = 0, epoch = 0; step < steps; epoch++)
    for await (const { images, targets } of batches.epoch(epoch)) {
      tf.tidy(() => {
        const [x, y] = [tf.tensor4d(images, [64, 28, 28, 1]), tf.tensor2d(targets, [64, 10])];
        const z = () => (withLabels ? tf.concat([noise(64, random), y], 1) : noise(64, random));
        losses.judge.push(judge(withLabels ? labelled(x, y) : x, z()).dataSync()[0]!);
        losses.forge.push(forge(z()).dataSync()[0]!);
      });
      step++;
      watch?.(step);
      if (step === steps) break;
    }
  return losses;
}

// cell 72 [draw] of 06-gan.ipynb
export function draw(G: Network, z: tf.Tensor2D): tf.Tensor4D {
  // 500 at a time
  const run = jit((part: tf.Tensor) => G.forward(part, false).slice([0, 0, 0, 0], [-1, 28, -1, -1]));
  const parts = tf.split(z, Math.ceil(z.shape[0] / 500));
  return tf.tidy(() =>
    tf.concat4d(
      parts.map(part => run(part) as tf.Tensor4D),
      0,
    ),
  );
}

// cell 80 [reader] of 06-gan.ipynb
export async function reader(path: string) {
  const { features, whole } = await loadClassifier(path);
  const run = jit((x: tf.Tensor) => [features.forward(x, false), tf.softmax(whole.forward(x, false))]);
  return (x: tf.Tensor4D) =>
    tf.tidy(() => {
      // (N, 28, 28, 1) -> (N, 48) features, N digits, share that is read without doubt
      const parts = tf.split(x, x.shape[0] / 500).map(part => run(part));
      const [marks, chances] = [0, 1].map(i => tf.concat(parts.map(part => part[i] as tf.Tensor2D)));
      const digits = chances!.argMax(1).arraySync() as number[];
      return { features: marks!, digits, clear: chances!.max(1).greater(0.95).mean().dataSync()[0]! };
    });
}

// cell 82 [frechet] of 06-gan.ipynb
export interface Gaussian {
  mean: tf.Tensor1D;
  covariance: tf.Tensor2D;
}
export function gaussian(x: tf.Tensor2D): Gaussian {
  // (N, F) -> (F) and (F, F)
  return tf.tidy(() => {
    const mean = x.mean(0) as tf.Tensor1D;
    const off = x.sub<tf.Tensor2D>(mean);
    return { mean, covariance: tf.matMul(off, off, true).div<tf.Tensor2D>(x.shape[0] - 1) };
  });
}

export function root(matrix: tf.Tensor2D): tf.Tensor2D {
  const { values, vectors } = eigh(matrix);
  return tf.matMul(vectors.mul<tf.Tensor2D>(values.relu().sqrt()), vectors, false, true);
}

export function frechet(a: Gaussian, b: Gaussian): number {
  return tf.tidy(() => {
    const half = root(a.covariance);
    const spread = a.covariance.add(b.covariance).sub(root(tf.matMul(tf.matMul(half, b.covariance), half)).mul(2));
    const trace = spread.mul(tf.eye(a.mean.size)).sum();
    return a.mean.sub(b.mean).square().sum().add(trace).dataSync()[0]!;
  });
}

// cell 105 [conditional] of 06-gan.ipynb
export const asking = (z: tf.Tensor2D, digits: number[]): tf.Tensor2D =>
  // (N, latent) -> (N, latent + 10)
  tf.concat2d([z, tf.oneHot(tf.tensor1d(digits, "int32"), 10).toFloat() as tf.Tensor2D], 1);

export function conditionalGenerator(latent: number, random: data.Random): Layer<number, 1> {
  const G = mixing(latent + 10, random);
  const asked = (z: tf.Tensor) => z.slice([0, latent], [-1, 10]);
  return new Layer((z, training) => labelled(G.forward(z, training), asked(z)), G.trained, G.kept);
}

export function conditionalCritic(random: data.Random): Layer<1, 1> {
  const judges = critic(random, 10);
  return new Layer((x, training) => {
    const [picture, label] = tf.split(x, [28, 1], 1); // (N, 28, 28, 1) and (N, 1, 28, 1)
    const asked = tf.step(label!.reshape([-1, 28]).slice([0, 0], [-1, 10]));
    return judges.forward(picture!, training).mul(asked).sum(1, true);
  }, judges.trained);
}
