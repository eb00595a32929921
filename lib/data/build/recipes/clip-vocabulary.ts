/** CLIP's byte-pair merges, from the PyPI package `open_clip_torch`, which carries OpenAI's own file. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Recipe } from "../recipe";

/** A line of comment and 48,894 merges: 49,408 tokens less 512 for bytes with and without a word's end, less 2 marks. */
const linesRead = 1 + 48_894;

export const clipVocabulary: Recipe = {
  name: "clip-vocabulary",
  title: "CLIP's byte-pair encoding: 48,894 merges, from which its 49,408 tokens follow",
  sources: [
    {
      registry: "pypi",
      package: "open_clip_torch",
      version: "3.3.0",
      sha256: "c549ad5ed6bfc119cc11105033c0a2b9d7a2a4afeb40a58a09aab3da1a0043ce",
    },
  ],
  licence: "MIT",
  attribution:
    "Copyright 2021 OpenAI (CLIP), copyright 2012-2021 the authors of OpenCLIP. Paper: Radford and others, Learning Transferable " +
    "Visual Models From Natural Language Supervision, 2021.",
  changes:
    "only the lines that CLIP reads of `bpe_simple_vocab_16e6.txt.gz`: the first 48,895 of 262,145; gzip replaced by Brotli",
  async build({ source, write }) {
    const zipped = await readFile(join(await source(0), "open_clip/bpe_simple_vocab_16e6.txt.gz"));
    const lines = gunzipSync(zipped).toString("utf8").split("\n");
    await write("merges.txt", `${lines.slice(0, linesRead).join("\n")}\n`, "br");
  },
};
