#!/usr/bin/env node
// The one program of the project. It starts before anything is installed, so it is plain JavaScript without dependencies: it checks
// Node, brings the set-up as far as the command needs it (cli/setup), and hands over to cli/main.ts.
import { createRequire } from "node:module";
import process from "node:process";

const MINIMUM = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  process.stderr.write(
    `From the Tensor needs Node ${MINIMUM.join(".")} or newer, and this is ${process.versions.node}; install a current Node, then run this again.\n`,
  );
  process.exit(2); // as cli/attempt.ts says: the work could not be done
}

const { setUp, stepsFor } = await import("./setup/index.mjs");
try {
  // An image or a package that brings everything says so: nothing is checked, nothing is installed.
  if (!process.env.FTT_SKIP_SETUP) await setUp(stepsFor(process.argv.slice(2)));
} catch (error) {
  if (error instanceof Error && error.name === "SetupError") {
    process.stderr.write(`\n${error.message}\n`);
    process.exit(2);
  }
  throw error;
}
const require = createRequire(import.meta.url);
require("tsx/cjs/api").register(); // for require()
(await import("tsx/esm/api")).register(); // for import()
await require("./main.ts").main(process.argv);
