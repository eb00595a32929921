// What the classifiers of digits share: MNIST as bytes for the twin, and a training that reads the test digits after each epoch.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as data from "../../lib/data";
import { jit, seed as seedOf, tf } from "../../lib/tensor";
import type { Optimizer } from "../../lib/tensor/optimizers";
import type { ChapterCase, Stage } from "./case";

export interface Network {
  scores(x: tf.Tensor, training: boolean): tf.Tensor2D;
  variables: tf.Variable[];
  /** Of one input. */
  shape: number[];
}

export interface Plan {
  make(seed: number): Network;
  optimizer(variables: tf.Variable[], steps: number): Optimizer;
  epochs: number;
  size: number;
}

/** The digits as raw bytes: `<part>.images`, `<part>.labels`. */
export async function writeDigits(folder: string): Promise<void> {
  const { train, test } = await data.mnist();
  for (const [part, split] of Object.entries({ train, test })) {
    writeFileSync(join(folder, `${part}.images`), split.images);
    writeFileSync(join(folder, `${part}.labels`), Uint8Array.from(split.labels));
  }
}

async function train(plan: Plan, seed: number): Promise<Stage[]> {
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
  const stages: Stage[] = [];
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
    stages.push({ seconds, score: (100 * right) / test.length });
  }
  return stages;
}

/** A case that reads digits: what it should reach, in percent of the 10,000 test digits, and how it is trained. */
export function digitReader(targets: readonly number[], plan: Plan): ChapterCase {
  return {
    score: { metric: "accuracy", unit: "%", better: "higher" },
    targets,
    writeData: writeDigits,
    train: seed => train(plan, seed),
  };
}
