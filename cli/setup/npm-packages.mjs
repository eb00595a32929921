// @ts-check
// Step: the npm packages of the lockfile. `npm ci` starts from an empty node_modules, so a half-finished install leaves nothing behind.
import { join } from "node:path";
import process from "node:process";
import { hashOf } from "./hash.mjs";
import { ROOT } from "./paths.mjs";
import { runLogged } from "./run-logged.mjs";

/** @type {import("./index.mjs").Step} */
export const npmPackages = {
  title: "Installing the npm packages",
  stamp: join(ROOT, "node_modules", ".ftt-stamp"),
  key: () =>
    hashOf({ words: [process.platform, process.arch], files: [join(ROOT, "package-lock.json"), join(ROOT, ".npmrc")] }),
  run: () =>
    runLogged("npm ci", process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--no-progress"], {
      // onnxruntime-node's install step would download GPU libraries, should somebody allow install scripts.
      env: { ONNXRUNTIME_NODE_INSTALL: "skip" },
      shell: process.platform === "win32",
    }),
};
