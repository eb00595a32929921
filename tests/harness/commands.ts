// The harness on the command line: `ftt test`, `run`, `check`, `weave`, `clear` and `html`. Each command's code loads when it runs.
// Exit status: 0 when all is well, 1 when a notebook fails, 2 when the command could not do its work.
import { type Command, InvalidArgumentError } from "commander";

export const EXIT_FAILED = 1;
export const EXIT_TROUBLE = 2;

export interface TestFlags {
  update?: boolean;
  jobs?: number;
  timeout?: number;
  startTimeout?: number;
  notebookTimeout?: number;
  kernel?: string;
  twice?: boolean;
  changed?: boolean;
  /** `--no-slow` */
  slow?: boolean;
  report?: string;
}

/** Adds the harness's commands to `program`. */
export function registerHarness(program: Command): void {
  withTestOptions(
    program.command("test").argument("[notebooks...]", "files or folders; all chapters when none is named"),
  )
    .description("run notebooks in fresh kernels and compare every output with the saved one")
    .action(async (notebooks: string[], flags: TestFlags) =>
      attempt(async signal => (await import("./test-command")).testCommand(notebooks, flags, signal)),
    );

  program
    .command("run")
    .description("execute a notebook with parameters into a new file (papermill's convention)")
    .argument("<notebook>")
    .argument("<output>", "the file to write")
    .option("-p, --parameter <name=value...>", "value for a name in the cell tagged `parameters`; JSON or a text")
    .option("--timeout <seconds>", "limit for a cell (default: 600)", whole)
    .option("--kernel <name>", "use this kernel in place of the notebook's own")
    .action(async (input: string, output: string, flags: RunFlags) =>
      attempt(async signal => (await import("./source-commands")).runCommand(input, output, flags, signal)),
    );

  program
    .command("check")
    .description("type-check, lint and validate notebooks, and apply the rules of good chapters")
    .argument("[notebooks...]", "files or folders; all chapters when none is named")
    .option("--strict", "advice fails the check too")
    .option("--quiet", "errors only, no advice")
    .action(async (notebooks: string[], flags: CheckFlags) =>
      attempt(async () => (await import("./source-commands")).checkCommand(notebooks, flags)),
    );

  program
    .command("weave")
    .description("write the cells tagged `export` to lib/course/")
    .argument("[notebooks...]", "files or folders; all chapters when none is named")
    .option("--check", "write nothing; fail when a module differs")
    .action(async (notebooks: string[], flags: { check?: boolean }) =>
      attempt(async () => (await import("./source-commands")).weaveCommand(notebooks, flags)),
    );

  program
    .command("clear")
    .description("remove outputs and execution counts")
    .argument("<notebooks...>", "files or folders")
    .action(async (notebooks: string[]) =>
      attempt(async () => (await import("./source-commands")).clearCommand(notebooks)),
    );

  program
    .command("html")
    .description("render notebooks to HTML with nbconvert")
    .argument("[notebooks...]", "files or folders; all chapters when none is named")
    .option("-o, --output <folder>", "where the pages go", "executed/html")
    .action(async (notebooks: string[], flags: { output: string }) =>
      attempt(async signal => (await import("./html-command")).htmlCommand(notebooks, flags, signal)),
    );

  program
    .command("mutants")
    .description("prove the harness: make notebooks with one fault each, and show who catches which")
    .option(
      "--only <pattern>",
      'regular expression on "group: name" of a mutant; groups: output, run, kernel, source, story, harmless',
    )
    .option("--no-peers", "leave out nbconvert, nbval and nbmake")
    .option("--install-peers", "install nbval and nbmake into .ftt/notebook-tools first")
    .option("--json", "one JSON document on standard output")
    .action(async (flags: MutantFlags) =>
      attempt(async signal => (await import("../mutants/command")).mutantsCommand(flags, signal)),
    );
}

export interface MutantFlags {
  only?: string;
  peers?: boolean;
  installPeers?: boolean;
  json?: boolean;
}

export interface RunFlags {
  parameter?: string[];
  timeout?: number;
  kernel?: string;
}

export interface CheckFlags {
  strict?: boolean;
  quiet?: boolean;
}

/** The options of `ftt test` that concern notebooks, for whoever has a `test` command of their own. */
export function withTestOptions(command: Command): Command {
  return command
    .option("-u, --update", "rewrite saved outputs that differ (never when CI is set)")
    .option("-j, --jobs <n>", "notebooks at a time (default: as many as cores)", whole)
    .option("--timeout <seconds>", "limit for a cell (default: 600)", whole)
    .option("--start-timeout <seconds>", "limit for the start of a kernel (default: 60)", whole)
    .option("--notebook-timeout <seconds>", "limit for a whole notebook (default: 1800)", whole)
    .option("--kernel <name>", "use this kernel in place of the notebooks' own")
    .option("--twice", "run twice and name each cell that is not deterministic")
    .option("--changed", "leave out notebooks that passed and that nothing has changed for")
    .option("--no-slow", "leave out cells tagged `slow`")
    .option("--report <folder>", "where report.html, junit.xml and executed notebooks go", "executed");
}

function whole(value: string): number {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < 1) throw new InvalidArgumentError("Expected a whole number of at least 1.");
  return parsed;
}

/** Runs a command so that Ctrl-C ends kernels before it ends us, and trouble is told in one sentence. Sets the exit status. */
export async function attempt(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("cancelled"));
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.once(name, stop);
  try {
    process.exitCode = await work(controller.signal);
  } catch (error) {
    const { message, stack } = error as Error;
    process.stderr.write(`${process.env.FTT_DEBUG ? stack : message}\n`);
    process.exitCode = EXIT_TROUBLE;
  } finally {
    for (const name of names) process.off(name, stop);
  }
}
