/** Photographs that anyone may use, from the PyPI package `scikit-image`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../recipe";

export const photographs: Recipe = {
  name: "photographs",
  title: "Eight photographs: five subjects and three textures, in colour and grey",
  sources: [
    {
      registry: "pypi",
      package: "scikit-image",
      version: "0.26.0",
      platform: "manylinux_2_28_x86_64",
      sha256: "7df650e79031634ac90b11e64a9eedaf5a5e06fcd09bcd03a34be01745744466",
    },
  ],
  licence: "CC0-1.0",
  attribution:
    "CC0: camera (Lav Varshney), chelsea the cat (Stéfan van der Walt), coffee (Rachel Michetti, courtesy of Pikolo Espresso Bar), " +
    "brick and gravel (CC0Textures), grass (linolafett). In the public domain: astronaut Eileen Collins (NASA) and rocket (SpaceX).",
  changes: "none",
  async build({ source, write }) {
    const folder = join(await source(0), "skimage/data");
    const files = [
      "astronaut.png",
      "brick.png",
      "camera.png",
      "chelsea.png",
      "coffee.png",
      "grass.png",
      "gravel.png",
      "rocket.jpg",
    ];
    for (const file of files) await write(file, await readFile(join(folder, file)), "identity");
  },
};
