// How every command ends. The codes are few, so that a script can tell "it looked, and something is wrong" from "it could not look":
//
//   0    all is well
//   1    something that was checked is not well: a notebook, a dataset, a link, the set-up
//   2    wrong usage, or the work could not be done: an unknown option, a file that is not there, no network, a port in use
//   130  interrupted by Ctrl-C; 143 ended by SIGTERM, 129 by SIGHUP: 128 and the signal's number, as shells count
import { constants } from "node:os";

export const EXIT_FAILED = 1;
export const EXIT_TROUBLE = 2;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command so that Ctrl-C ends what it has started before it ends us, and trouble is told in one sentence. Sets the exit status: what
 * `work` returns, or what the signal or the trouble makes of it.
 */
export async function attempt(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  let by: (typeof SIGNALS)[number] | undefined;
  const stops = SIGNALS.map(name => {
    const stop = () => {
      by ??= name;
      controller.abort(new Error("cancelled"));
    };
    process.once(name, stop);
    return [name, stop] as const;
  });
  try {
    process.exitCode = await work(controller.signal);
  } catch (error) {
    if (!by) tellTrouble(error);
  } finally {
    for (const [name, stop] of stops) process.off(name, stop);
  }
  if (by) {
    process.stderr.write(by === "SIGINT" ? "interrupted\n" : `ended by ${by}\n`);
    process.exitCode = 128 + constants.signals[by];
  }
}

/** One sentence for what a user can mend; the stack, with FTT_DEBUG, for what is our own bug. */
export function tellTrouble(error: unknown): void {
  const { message, stack } = error as Error;
  process.stderr.write(process.env.FTT_DEBUG ? `${stack}\n` : `${message}\n`);
  process.exitCode = EXIT_TROUBLE;
}

/** The answer for a machine: one JSON document on standard output, and nothing else there. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 1)}\n`);
}
