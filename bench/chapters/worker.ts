// Ours as a worker: `worker.ts THREADS`. Trains a chapter's network by its schedule and answers each epoch's seconds and test accuracy.
import { createInterface } from "node:readline";
import { classifier } from "../../lib/course/04-cnn";
import * as data from "../../lib/data";
import { adam, adamW, cosine, jit, seed as seedOf, tf, threads, warmUp } from "../../lib/tensor";
import type { Optimizer } from "../../lib/tensor/optimizers";
import type { Epoch } from "./index";

interface Network {
  scores(x: tf.Tensor, training: boolean): tf.Tensor2D;
  variables: tf.Variable[];
  shape: number[];
}

interface Plan {
  make(seed: number): Network;
  optimizer(variables: tf.Variable[], steps: number): Optimizer;
  epochs: number;
  size: number;
}

/** Chapter 3's: 784-512-256-10 with dropout, He's initialisation, Adam gliding to zero. */
function dense(seed: number): Network {
  const random = new data.Random(seed);
  const sizes = [784, 512, 256, 10];
  const variables = sizes.slice(1).flatMap((to, l) => {
    const from = sizes[l]!;
    const values = Float32Array.from({ length: from * to }, () => Math.sqrt(2 / from) * random.normal());
    return [tf.variable(tf.tensor2d(values, [from, to])), tf.variable(tf.zeros([to]))];
  });
  const drop = [0.1, 0.25, 0.25];
  return {
    variables,
    shape: [784],
    scores(x, training) {
      let h = x;
      for (let l = 0; l < drop.length; l++) {
        if (l > 0) h = tf.relu(h);
        if (training) h = tf.dropout(h, drop[l]!);
        h = tf.add(tf.matMul(h as tf.Tensor2D, variables[2 * l] as tf.Tensor2D), variables[2 * l + 1]!);
      }
      return h as tf.Tensor2D;
    },
  };
}

/** Chapter 4's, by the chapter's own cells. */
function convolutional(seed: number): Network {
  const { whole } = classifier(seed);
  return {
    variables: whole.trained,
    shape: [28, 28, 1],
    scores: (x, training) => whole.forward(x, training) as tf.Tensor2D,
  };
}

const PLANS: Record<string, Plan> = {
  "03-neural-network": {
    make: dense,
    epochs: 7,
    size: 256,
    optimizer: (variables, steps) => adam(variables, { learningRate: cosine(3e-3, { steps }) }),
  },
  "04-cnn": {
    make: convolutional,
    epochs: 3,
    size: 128,
    optimizer: (variables, steps) => {
      const rising = Math.round(0.2 * steps);
      const learningRate = warmUp(cosine(1e-2, { steps: steps - rising }), rising);
      return adamW(variables, { learningRate, weightDecay: 0.05 });
    },
  },
};

async function train(chapter: string, seed: number): Promise<Epoch[]> {
  const plan = PLANS[chapter]!;
  const { train: digits, test } = await data.mnist();
  seedOf(seed);
  const net = plan.make(seed);
  const { size } = plan;
  const batches = data.batches(digits, { size, seed, dropLast: true });
  const optimizer = plan.optimizer(net.variables, plan.epochs * batches.length);
  const step = jit((x: tf.Tensor, y: tf.Tensor2D): tf.Scalar => {
    const loss = () => tf.losses.softmaxCrossEntropy(y, net.scores(x, true)) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss, net.variables);
    optimizer.applyGradients(grads);
    return value;
  });
  const predict = jit((x: tf.Tensor) => tf.argMax(net.scores(x, false), 1));
  const epochs: Epoch[] = [];
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    const begin = performance.now();
    for await (const { images, targets } of batches.epoch(epoch))
      tf.tidy(() => step(tf.tensor(images, [size, ...net.shape]), tf.tensor2d(targets, [size, 10])).dataSync());
    const seconds = (performance.now() - begin) / 1000;
    let right = 0;
    for (let from = 0; from < test.length; from += 1000) {
      const part = test.slice(from, from + 1000);
      const found = tf.tidy(() => predict(tf.tensor(part.floats(), [part.length, ...net.shape])).dataSync());
      right += part.labels.filter((label, i) => label === found[i]).length;
    }
    epochs.push({ seconds, accuracy: right / test.length });
  }
  return epochs;
}

async function serve(): Promise<void> {
  threads(Number(process.argv[2] ?? 1));
  process.stdout.write(`${JSON.stringify({ ready: true, version: tf.version_core })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const { chapter, seed } = JSON.parse(line) as { chapter: string; seed: number };
    const answer = await train(chapter, seed).then(
      epochs => ({ epochs }),
      (error: Error) => ({ error: error.message }),
    );
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

serve().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
