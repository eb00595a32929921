// `ftt test` without its option parser: runs, prints, writes the reports, and says how to exit.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT_FAILED, printJson } from "../../cli/attempt";
import type { TestFlags } from "./commands";
import { writeAtomically } from "./notebook";
import { displayPath } from "./project";
import { htmlReport } from "./report/html";
import { junitXml } from "./report/junit";
import { countLine, failureLines, skipLines } from "./report/lines";
import { progressDisplay } from "./report/progress";
import type { Summary } from "./results";
import { type TestOptions, testNotebooks } from "./test-notebooks";

export async function testCommand(notebooks: string[], flags: TestFlags, signal: AbortSignal): Promise<number> {
  const summary = await testAndReport(notebooks, { ...testOptions(flags), signal }, !flags.json);
  if (flags.json) printJson(summaryJson(summary));
  else process.stdout.write(`${countLine(summary)}\n`);
  return summary.failed > 0 ? EXIT_FAILED : 0;
}

/** What happened, without the outputs themselves: those are in the reports. */
function summaryJson({ notebooks, ...counts }: Summary) {
  return {
    ...counts,
    notebooks: notebooks.map(({ cells, ...notebook }) => ({
      ...notebook,
      cells: cells.map(({ index, id, name, status, reason, problems, ms }) => ({
        index,
        id,
        name,
        status,
        reason,
        problems: problems.map(({ kind, message }) => ({ kind, message })),
        ms,
      })),
    })),
  };
}

/** Runs notebooks with a progress display, writes the reports, and unless it is silent prints a line for each thing that fails or is skipped. */
export async function testAndReport(
  notebooks: string[] = [],
  options: TestOptions = {},
  speaks = true,
): Promise<Summary> {
  const progress = progressDisplay();
  try {
    const summary = await testNotebooks(notebooks, { ...options, progress });
    progress.stop();
    for (const notebook of speaks ? summary.notebooks : []) {
      for (const line of [...failureLines(notebook), ...skipLines(notebook)]) process.stdout.write(`${line}\n`);
    }
    const report = writeReports(summary, options.outputFolder ?? "executed");
    if (speaks && summary.failed > 0) process.stdout.write(`report: ${displayPath(report)}\n`);
    return summary;
  } finally {
    progress.stop();
  }
}

/** Writes report.html and junit.xml into `folder`; returns the first. */
export function writeReports(summary: Summary, folder: string): string {
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  writeAtomically(join(target, "junit.xml"), junitXml(summary));
  writeAtomically(join(target, "report.html"), htmlReport(summary));
  return join(target, "report.html");
}

export function testOptions(flags: TestFlags): TestOptions {
  return {
    ...(flags.update ? { update: true } : {}),
    ...(flags.twice ? { twice: true } : {}),
    ...(flags.changed ? { changed: true } : {}),
    ...(flags.slow === false ? { skipSlow: true } : {}),
    ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
    limits: {
      ...(flags.startTimeout === undefined ? {} : { startMs: flags.startTimeout * 1000 }),
      ...(flags.timeout === undefined ? {} : { cellMs: flags.timeout * 1000 }),
      ...(flags.notebookTimeout === undefined ? {} : { notebookMs: flags.notebookTimeout * 1000 }),
    },
    ...(flags.kernel === undefined ? {} : { kernelName: flags.kernel }),
    ...(flags.report === undefined ? {} : { outputFolder: resolve(flags.report) }),
  };
}
