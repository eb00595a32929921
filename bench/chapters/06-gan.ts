// Chapter 6's WGAN-GP on digits, by the chapter's own cells: six hundred steps of 64 real and 64 forged digits, one move of the critic, whose
// penalty is a gradient inside its loss, and one of the forger. The score is the Fréchet distance of 5,000 forged digits to 5,000 test digits
// in the features of chapter 4's network. It wavers on the way from seed to seed and step to step, so that no time to a distance is reported.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadClassifier } from "../../lib/course/04-cnn";
import { critic, draw, duel, frechet, gaussian, generator, noise, reader, wasserstein } from "../../lib/course/06-gan";
import { mnist, Random } from "../../lib/data";
import { tf } from "../../lib/tensor";
import type { ChapterCase, Stage } from "./case";
import { writeDigits } from "./digits";

const STEPS = 600;
const STAGE = 200; // steps
const GRADER = join(__dirname, "../../data/checkpoints/04-cnn/mnist-seed-1.safetensors");

/** The digits, and the weights and running statistics of the network that grades, float32 in the order of its layers. */
async function writeData(folder: string): Promise<void> {
  await writeDigits(folder);
  const { features } = await loadClassifier(GRADER);
  const numbers = [...features.trained, ...features.kept].map(variable => variable.flatten());
  writeFileSync(join(folder, "grader"), tf.concat(numbers).dataSync());
}

async function train(seed: number): Promise<Stage[]> {
  const random = new Random(seed);
  const [G, D] = [generator(32, random), critic(random)];
  const { train: digits, test } = await mnist();
  const read = await reader(GRADER);
  const even = test.take(Array.from({ length: 5000 }, (_, i) => 2 * i));
  const real = gaussian(read(even.tensors().images).features);
  const latents = noise(5000, new Random(2));
  const stages: Stage[] = [];
  let begin = performance.now();
  const watch = (step: number) => {
    if (step % STAGE !== 0) return;
    const seconds = (performance.now() - begin) / 1000;
    const score = tf.tidy(() => frechet(real, gaussian(read(draw(G, latents)).features)));
    stages.push({ seconds, score });
    begin = performance.now();
  };
  await duel(G, D, wasserstein(10), digits, { forge: 1e-3, judge: 1e-3, beta2: 0.9, steps: STEPS, watch });
  return stages;
}

export const chapter: ChapterCase = {
  score: { metric: "Fréchet distance", unit: "squared", better: "lower" },
  targets: [],
  writeData,
  train,
};
