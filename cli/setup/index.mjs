// @ts-check
// The set-up: a few steps, each done once and remembered by a stamp. A stamp holds a hash of all that the step was made from, lies inside
// what the step made, and is written only when the step has succeeded: a step that was cut off, whose inputs changed or whose result was
// deleted is done again, and a step that is done costs one hash. Two processes that set up at once take turns.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { kernel, kernelBuild } from "./kernel.mjs";
import { holdLock } from "./lock.mjs";
import { npmPackages } from "./npm-packages.mjs";
import { STATE } from "./paths.mjs";
import { pythonPackages, pythonTestPackages } from "./python-packages.mjs";

/**
 * @typedef {object} Step
 * @property {string} title      what a person reads while it runs
 * @property {string} stamp      path of its stamp
 * @property {() => string} key  a hash of everything that the step depends on
 * @property {() => Promise<void>} run  throws a SetupError that says what to do
 */

/** Commands and how much of the set-up each needs; any other needs the npm packages alone. */
const NEEDS = /** @type {Record<string, Step[]>} */ ({
  setup: [npmPackages, pythonPackages, kernelBuild, kernel],
  lab: [npmPackages, pythonPackages, kernelBuild, kernel],
  run: [npmPackages, pythonPackages, kernelBuild, kernel],
  mutants: [npmPackages, pythonPackages, kernelBuild, kernel],
  html: [npmPackages, pythonPackages],
  site: [npmPackages, pythonPackages],
  test: [npmPackages, pythonPackages, kernelBuild, kernel],
  verify: [npmPackages, pythonPackages, pythonTestPackages, kernelBuild, kernel],
  bench: [npmPackages, pythonPackages, kernelBuild, kernel],
  check: [npmPackages, pythonPackages],
  kernel: [npmPackages, kernelBuild],
});

/** @param {string[]} args the command line after `ftt` */
export function stepsFor(args) {
  const asksForHelp = args.includes("--help") || args.includes("-h");
  return (asksForHelp ? undefined : NEEDS[args[0] ?? ""]) ?? [npmPackages];
}

/** @param {Step[]} steps */
export async function setUp(steps) {
  if (steps.every(isDone)) return;
  mkdirSync(STATE, { recursive: true });
  const release = await holdLock(join(STATE, "lock"));
  try {
    for (const step of steps) {
      if (isDone(step)) continue; // another process may have done it while we waited
      const start = performance.now();
      process.stderr.write(`${step.title} ...\n`);
      await step.run();
      writeFileSync(step.stamp, step.key());
      process.stderr.write(`${step.title}: done in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
    }
  } finally {
    release();
  }
}

/** @param {Step} step */
function isDone(step) {
  let stamp;
  try {
    stamp = readFileSync(step.stamp, "utf8");
  } catch {
    return false;
  }
  return stamp === step.key();
}
