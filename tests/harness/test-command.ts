// `ftt test` without its option parser: runs, prints, and says how to exit.
import { EXIT_FAILED, type TestFlags } from "./commands";
import { countLine, failureLines, skipLines } from "./report/lines";
import { progressDisplay } from "./report/progress";
import type { Summary } from "./results";
import { type TestOptions, testNotebooks } from "./test-notebooks";

export async function testCommand(notebooks: string[], flags: TestFlags, signal: AbortSignal): Promise<number> {
  const summary = await testAndReport(notebooks, { ...testOptions(flags), signal });
  process.stdout.write(`${countLine(summary)}\n`);
  return summary.failed > 0 ? EXIT_FAILED : 0;
}

/** Runs notebooks with a progress display, and prints a line for each thing that fails or is skipped. */
export async function testAndReport(notebooks: string[] = [], options: TestOptions = {}): Promise<Summary> {
  const progress = progressDisplay();
  try {
    const summary = await testNotebooks(notebooks, { ...options, progress });
    progress.stop();
    for (const notebook of summary.notebooks) {
      for (const line of [...failureLines(notebook), ...skipLines(notebook)]) process.stdout.write(`${line}\n`);
    }
    return summary;
  } finally {
    progress.stop();
  }
}

export function testOptions(flags: TestFlags): TestOptions {
  return {
    ...(flags.update ? { update: true } : {}),
    ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
    ...(flags.timeout === undefined ? {} : { limits: { cellMs: flags.timeout * 1000 } }),
    ...(flags.kernel === undefined ? {} : { kernelName: flags.kernel }),
  };
}
