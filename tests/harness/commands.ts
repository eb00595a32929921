// The harness on the command line: `ftt test`, `run`, `check`, `weave`, `clear` and `html`. Each command's code loads when it runs.
// Exit status: 0 when all is well, 1 when a notebook fails, 2 when the command could not do its work.
import { type Command, InvalidArgumentError } from "commander";

export const EXIT_FAILED = 1;
export const EXIT_TROUBLE = 2;

export interface TestFlags {
  update?: boolean;
  jobs?: number;
  timeout?: number;
  kernel?: string;
}

/** Adds the harness's commands to `program`. */
export function registerHarness(program: Command): void {
  withTestOptions(
    program.command("test").argument("[notebooks...]", "files or folders; all chapters when none is named"),
  )
    .description("run notebooks in fresh kernels and compare every output with the saved one")
    .action(async (notebooks: string[], flags: TestFlags) => {
      process.exitCode = await attempt(async signal => {
        const { testCommand } = await import("./test-command");
        return testCommand(notebooks, flags, signal);
      });
    });
}

/** The options of `ftt test` that concern notebooks, for whoever has a `test` command of their own. */
export function withTestOptions(command: Command): Command {
  return command
    .option("-u, --update", "rewrite saved outputs that differ (never when CI is set)")
    .option("-j, --jobs <n>", "notebooks at a time (default: as many as cores)", whole)
    .option("--timeout <seconds>", "limit for a cell (default: 600)", whole)
    .option("--kernel <name>", "use this kernel in place of the notebooks' own");
}

function whole(value: string): number {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < 1) throw new InvalidArgumentError("Expected a whole number of at least 1.");
  return parsed;
}

/** Runs a command so that Ctrl-C ends kernels before it ends us, and trouble is told in one sentence. */
export async function attempt(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("cancelled"));
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    const { message, stack } = error as Error;
    process.stderr.write(`${process.env.FTT_DEBUG ? stack : message}\n`);
    return EXIT_TROUBLE;
  } finally {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(name, stop);
  }
}
