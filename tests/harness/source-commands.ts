// The commands that are no tests: `ftt run`, `check`, `weave`, `clear`, without their option parser.
import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { EXIT_FAILED, printJson } from "../../cli/attempt";
import { checkNotebooks } from "./check/check-notebooks";
import { findingLine } from "./check/finding";
import { clearNotebooks } from "./clear-notebook";
import type { CheckFlags, RunFlags, WeaveFlags } from "./commands";
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
  if (flags.json) printJson({ output: resolve(output), failures: lines });
  else for (const line of lines) say(line);
  return lines.length > 0 ? EXIT_FAILED : 0;
}

export async function checkCommand(notebooks: string[], flags: CheckFlags): Promise<number> {
  const { findings, failed, notebooks: count } = await checkNotebooks(notebooks, flags);
  const shown = findings.filter(({ severity }) => severity === "error" || !flags.quiet);
  if (flags.json) {
    printJson({ notebooks: count, failed, findings: shown });
    return failed > 0 ? EXIT_FAILED : 0;
  }
  for (const finding of shown) say(findingLine(finding));
  const advice = findings.length - findings.filter(({ severity }) => severity === "error").length;
  say(`${count} notebooks checked, ${failed} errors, ${advice} pieces of advice`);
  return failed > 0 ? EXIT_FAILED : 0;
}

export async function weaveCommand(notebooks: string[], flags: WeaveFlags): Promise<number> {
  // Only a look at all chapters can tell that a module belongs to none.
  const orphans = notebooks.length === 0 ? orphanModules(findNotebooks([])) : [];
  if (!flags.check) {
    const woven = await weaveNotebooks(notebooks);
    for (const file of orphans) rmSync(file);
    const written = woven.filter(file => existsSync(file));
    const removed = woven.filter(file => !existsSync(file));
    if (flags.json) printJson({ written, removed: [...removed, ...orphans] });
    else {
      for (const file of written) say(`wrote ${displayPath(file)}`);
      for (const file of removed) say(`removed ${displayPath(file)}`);
      for (const file of orphans) say(`removed ${displayPath(file)}, which no chapter exports`);
    }
    return 0;
  }
  const stale = (await compareWoven(notebooks)).filter(({ expected, actual }) => expected !== actual);
  const code = stale.length + orphans.length > 0 ? EXIT_FAILED : 0;
  if (flags.json) {
    printJson({ stale: stale.map(({ file }) => file), orphans });
    return code;
  }
  for (const file of orphans) say(`${displayPath(file)} belongs to no chapter; run \`ftt weave\``);
  for (const { file } of stale) say(`${displayPath(file)} differs from its notebook; run \`ftt weave\``);
  return code;
}

export async function clearCommand(notebooks: string[], flags: { json?: boolean } = {}): Promise<number> {
  const cleared = clearNotebooks(notebooks);
  if (flags.json) printJson({ cleared });
  else for (const file of cleared) say(`cleared ${displayPath(file)}`);
  return 0;
}
