// @ts-check
// Steps: the kernel, bundled from its sources, and registered in the checkout's virtual environment alone.
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { hashOf, sourcesBelow } from "./hash.mjs";
import { ROOT, VENV } from "./paths.mjs";
import { runLogged } from "./run-logged.mjs";

const FOLDER = join(ROOT, "kernel-extensions");
const inputs = () => [...sourcesBelow(FOLDER), join(ROOT, "package-lock.json")];

/** @type {import("./index.mjs").Step} */
export const kernelBuild = {
  title: "Building the TypeScript kernel",
  stamp: join(FOLDER, "dist", "ftt-build.stamp"),
  // The bundle keeps the names of the globals that the building Node has.
  key: () => hashOf({ words: [process.version], files: inputs() }),
  run: () => runLogged("build the kernel", process.execPath, [join(FOLDER, "build.mjs")]),
};

/** @type {import("./index.mjs").Step} */
export const kernel = {
  title: "Registering the TypeScript kernel in .venv",
  stamp: join(VENV, "share", "jupyter", "kernels", "tslab", "ftt-kernel.stamp"),
  // The kernelspec names this Node and this checkout.
  key: () => hashOf({ words: [process.execPath, ROOT], files: inputs() }),
  async run() {
    const require = createRequire(import.meta.url);
    const unregister = require("tsx/cjs/api").register();
    try {
      await require(join(FOLDER, "install.ts")).installKernel({ prefix: VENV });
    } finally {
      unregister();
    }
  },
};
