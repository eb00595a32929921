// The commands that are no tests: `ftt run`, `check`, `weave`, `clear`, without their option parser.
import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { checkNotebooks } from "./check/check-notebooks";
import { findingLine } from "./check/finding";
import { clearNotebooks } from "./clear-notebook";
import { type CheckFlags, EXIT_FAILED, type RunFlags } from "./commands";
import { displayPath, findNotebooks } from "./project";
import { failureLines } from "./report/lines";
import { type Parameters, parseParameter, runNotebookFile } from "./run-with-parameters";
import { compareWoven, orphanModules, weaveNotebooks } from "./weave/weave-notebooks";

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export async function runCommand(input: string, output: string, flags: RunFlags, signal: AbortSignal): Promise<number> {
  const parameters = (flags.parameter ?? []).reduce<Parameters>((all, argument) => parseParameter(argument, all), {});
  const run = await runNotebookFile(input, output, {
    parameters,
    signal,
    ...(flags.timeout === undefined ? {} : { limits: { cellMs: flags.timeout * 1000 } }),
    ...(flags.kernel === undefined ? {} : { kernelName: flags.kernel }),
  });
  const lines = failureLines({
    ...run,
    path: input,
    name: displayPath(resolve(input)),
    ms: 0,
    updated: 0,
    cached: false,
  });
  for (const line of lines) say(line);
  return lines.length > 0 ? EXIT_FAILED : 0;
}

export async function checkCommand(notebooks: string[], flags: CheckFlags): Promise<number> {
  const { findings, failed, notebooks: count } = await checkNotebooks(notebooks, flags);
  for (const finding of findings) if (finding.severity === "error" || !flags.quiet) say(findingLine(finding));
  const advice = findings.length - findings.filter(({ severity }) => severity === "error").length;
  say(`${count} notebooks checked, ${failed} errors, ${advice} pieces of advice`);
  return failed > 0 ? EXIT_FAILED : 0;
}

export async function weaveCommand(notebooks: string[], flags: { check?: boolean }): Promise<number> {
  // Only a look at all chapters can tell that a module belongs to none.
  const orphans = notebooks.length === 0 ? orphanModules(findNotebooks([])) : [];
  if (!flags.check) {
    for (const file of await weaveNotebooks(notebooks))
      say(`${existsSync(file) ? "wrote" : "removed"} ${displayPath(file)}`);
    for (const file of orphans) {
      rmSync(file);
      say(`removed ${displayPath(file)}, which no chapter exports`);
    }
    return 0;
  }
  for (const file of orphans) say(`${displayPath(file)} belongs to no chapter; run \`ftt weave\``);
  const stale = (await compareWoven(notebooks)).filter(({ expected, actual }) => expected !== actual);
  for (const { file } of stale) say(`${displayPath(file)} differs from its notebook; run \`ftt weave\``);
  return stale.length + orphans.length > 0 ? EXIT_FAILED : 0;
}

export async function clearCommand(notebooks: string[]): Promise<number> {
  for (const file of clearNotebooks(notebooks)) say(`cleared ${displayPath(file)}`);
  return 0;
}
