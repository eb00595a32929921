/** Fashion-MNIST, the four original IDX files, from the Debian package `dataset-fashion-mnist`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Recipe } from "../recipe";

export const fashionMnist: Recipe = {
  name: "fashion-mnist",
  title: "Fashion-MNIST: 70,000 pictures of clothes, shoes and bags, 28x28, grey",
  sources: [
    {
      registry: "debian",
      package: "dataset-fashion-mnist",
      version: "0.0~git20200523.55506a9-1",
      sha256: "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    },
  ],
  licence: "MIT",
  attribution:
    "Copyright 2017 Zalando SE, https://tech.zalando.com. Paper: Xiao, Rasul and Vollgraf, Fashion-MNIST: a novel image dataset " +
    "for benchmarking machine learning algorithms, 2017.",
  changes: "none; the four original IDX files in their original order, gzip replaced by Brotli",
  async build({ source, write }) {
    const folder = join(await source(0), "usr/share/datasets/fashion-mnist");
    for (const part of ["train", "t10k"]) {
      for (const file of [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`]) {
        await write(file, gunzipSync(await readFile(join(folder, `${file}.gz`))), "br");
      }
    }
  },
};
