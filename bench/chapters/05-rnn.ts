// Chapter 5's language model, by the chapter's own cells: a GRU of 128 units reads Moby-Dick for a thousand steps, 32 streams in pieces of
// 48 characters, its memory carried from piece to piece. The score is bits per character of the validation chapters.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fit as fitTo, gru, measure, mobyDick, model } from "../../lib/course/05-rnn";
import type { ChapterCase, Stage } from "./case";

const STEPS = 1000;
const STAGE = 100; // steps

/** As int32: ids of characters, `fitting` and `validation`, and `size`, how many different ones there are. */
async function writeData(folder: string): Promise<void> {
  const { fitting, validation, alphabet } = await mobyDick();
  const parts = { fitting, validation, size: Int32Array.of(alphabet.size) };
  for (const [part, ids] of Object.entries(parts)) writeFileSync(join(folder, part), ids);
}

async function train(seed: number): Promise<Stage[]> {
  const { fitting, validation, alphabet } = await mobyDick();
  const net = model(gru, alphabet.size, 128, seed);
  const stages: Stage[] = [];
  let begin = performance.now();
  const close = async () => {
    const seconds = (performance.now() - begin) / 1000;
    stages.push({ seconds, score: (await measure(net, validation)) / Math.LN2 });
    begin = performance.now();
  };
  const before = async (step: number) => {
    if (step > 0 && step % STAGE === 0) await close();
  };
  await fitTo(net, fitting, { steps: STEPS, rate: 1e-2, before });
  await close();
  return stages;
}

export const chapter: ChapterCase = {
  score: { metric: "validation loss", unit: "bits/character", better: "lower" },
  targets: [2.6, 2.4],
  writeData,
  train,
};
