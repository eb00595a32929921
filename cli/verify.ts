// `ftt verify`, which `npm test` calls: types, lint, unit tests, the notebooks' source and then their saved outputs, one after another.
// Every part runs even if an earlier one failed, so that one run tells all; the last line counts.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { EXIT_FAILED } from "./attempt";
import { examples } from "./help";

const ROOT = join(__dirname, "..");

interface Count {
  passed: number;
  failed: number;
}

interface Part {
  title: string;
  run(): Promise<Count>;
}

const PARTS: Part[] = [
  { title: "types (tsc)", run: () => program("typescript/bin/tsc", ["--noEmit", "-p", "."]) },
  { title: "lint (biome)", run: () => program("@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]) },
  { title: "unit tests (jest)", run: () => jest("unit", ["--testPathIgnorePatterns", "/tests/image/"]) },
  { title: "notebook sources", run: notebookSources },
  { title: "notebook outputs", run: notebookOutputs },
  // Alone: they install whole systems, and would keep every kernel beside them waiting for the disk.
  { title: "hosted services", run: () => jest("hosted", ["tests/image/"]) },
  { title: "image", run: image },
];

export function registerVerify(program: Command): void {
  const command = program
    .command("verify")
    .description("type-check, lint, run the unit tests and all notebooks (what `npm test` does)")
    .action(verify);
  examples(command, ["ftt verify", "every part runs, even after one that fails; the last line counts"]);
}

async function verify(): Promise<void> {
  const total: Count = { passed: 0, failed: 0 };
  const summary: string[] = [];
  for (const { title, run } of PARTS) {
    process.stdout.write(`\n== ${title}\n`);
    const start = performance.now();
    const { passed, failed } = await run();
    total.passed += passed;
    total.failed += failed;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    summary.push(
      `${failed ? "FAIL" : "ok  "}  ${title.padEnd(20)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.padStart(7)} s`,
    );
  }
  process.stdout.write(`\n${summary.join("\n")}\n\n${total.passed} passed, ${total.failed} failed\n`);
  if (total.failed) process.exitCode = EXIT_FAILED;
}

/** Runs a program of an npm package as one check. */
async function program(script: string, args: string[]): Promise<Count> {
  const code = await exitCode(process.execPath, [join(ROOT, "node_modules", script), ...args]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Jest's own report is for people; its counts come from its JSON file. */
async function jest(name: string, args: string[]): Promise<Count> {
  const report = join(ROOT, ".ftt", `jest-${name}.json`);
  mkdirSync(join(ROOT, ".ftt"), { recursive: true });
  rmSync(report, { force: true });
  const code = await exitCode(
    process.execPath,
    [join(ROOT, "node_modules/jest/bin/jest.js"), "--silent", "--json", `--outputFile=${report}`, ...args],
    {
      stdout: "ignore", // the same JSON again
      env: { FTT_VERIFY: "1" }, // the notebooks have a part of their own
    },
  );
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, "utf8"));
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** Types, lint and rules of all cells (`ftt check`), and whether woven files are up to date; advice is not a failure. */
async function notebookSources(): Promise<Count> {
  const { checkCommand, weaveCommand } = await import("../tests/harness/source-commands");
  const codes = [await checkCommand([], {}), await weaveCommand([], { check: true })];
  return { passed: codes.filter(code => code === 0).length, failed: codes.filter(code => code !== 0).length };
}

async function notebookOutputs(): Promise<Count> {
  const { testAndReport } = await import("../tests/harness");
  return testAndReport();
}

/** Builds the container image and tries it; where that cannot be done, it says why and counts nothing. */
async function image(): Promise<Count> {
  const { testImage } = await import("../tests/image/test-image");
  return testImage();
}

interface ProgramOptions {
  stdout?: "inherit" | "ignore";
  env?: Record<string, string>;
}

function exitCode(command: string, args: string[], { stdout = "inherit", env }: ProgramOptions = {}): Promise<number> {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ["ignore", stdout, "inherit"],
    env: { ...process.env, ...env },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", code => resolve(code ?? 1));
  });
}
