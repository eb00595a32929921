// The harness on the command line: `ftt test`, `run`, `check`, `weave`, `clear` and `html`. Each command's code loads when it runs.
// Exit status: cli/attempt.ts.
import { type Command, InvalidArgumentError } from "commander";
import { attempt } from "../../cli/attempt";
import { examples } from "../../cli/help";

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
  json?: boolean;
}

const NOTEBOOKS = "files or folders; all chapters when none is named";

/** Adds the harness's commands to `program`. */
export function registerHarness(program: Command): void {
  const test = withTestOptions(program.command("test").argument("[notebooks...]", NOTEBOOKS))
    .description("run notebooks in fresh kernels and compare every output with the saved one")
    .option(
      "--json",
      "print the result of every cell as JSON: { passed, failed, skipped, notebooks: [{ path, cells }] }",
    )
    .action(async (notebooks: string[], flags: TestFlags) =>
      attempt(async signal => (await import("./test-command")).testCommand(notebooks, flags, signal)),
    );
  examples(
    test,
    ["ftt test", "all chapters, as many at a time as there are cores"],
    ["ftt test notebooks/03-neural-network.ipynb", "one chapter; executed/report.html shows what differs"],
    ["ftt test -u notebooks/03-neural-network.ipynb", "and save the outputs that differ"],
    ["ftt test --changed --no-slow", "what may have changed since it passed, without slow cells"],
    ["ftt test --json | jq .failed", "for a machine"],
  );

  const run = program
    .command("run")
    .description("execute a notebook with parameters into a new file (papermill's convention)")
    .argument("<notebook>", "the notebook to execute; it stays as it is")
    .argument("<output>", "the file to write, outputs included; it is written even when a cell fails")
    .option("-p, --parameter <name=value...>", "value for a name in the cell tagged `parameters`; JSON or a text")
    .option("--timeout <seconds>", "limit for a cell (default: 600)", whole)
    .option("--kernel <name>", "use this kernel in place of the notebook's own")
    .option("--json", "print what came of it as JSON: { output, failures }")
    .action(async (input: string, output: string, flags: RunFlags) =>
      attempt(async signal => (await import("./source-commands")).runCommand(input, output, flags, signal)),
    );
  examples(
    run,
    ["ftt run notebooks/01-tensors.ipynb executed/01.ipynb", "a copy with fresh outputs"],
    [
      "ftt run in.ipynb out.ipynb -p learningRate=0.1 -p name=adam",
      "other values for names of the cell tagged parameters",
    ],
  );

  const check = program
    .command("check")
    .description("type-check, lint and validate notebooks, and apply the rules of good chapters")
    .argument("[notebooks...]", NOTEBOOKS)
    .option("--strict", "advice fails the check too")
    .option("--quiet", "errors only, no advice")
    .option(
      "--json",
      "print what was found as JSON: { notebooks, failed, findings: [{ notebook, cell, line, rule, message, severity }] }",
    )
    .action(async (notebooks: string[], flags: CheckFlags) =>
      attempt(async () => (await import("./source-commands")).checkCommand(notebooks, flags)),
    );
  examples(
    check,
    ["ftt check", "all chapters; takes seconds, runs nothing"],
    ["ftt check --strict notebooks/04-cnn.ipynb", "one chapter, and advice counts"],
  );

  const weave = program
    .command("weave")
    .description("write the cells tagged `export` to lib/course/, where later chapters import them")
    .argument("[notebooks...]", NOTEBOOKS)
    .option("--check", "write nothing; fail when a module differs")
    .option("--json", "print the modules as JSON: { written, removed }, with --check { stale, orphans }")
    .action(async (notebooks: string[], flags: WeaveFlags) =>
      attempt(async () => (await import("./source-commands")).weaveCommand(notebooks, flags)),
    );
  examples(
    weave,
    ["ftt weave", "after a cell tagged export has changed"],
    ["ftt weave --check", "are all modules as their notebooks say?"],
  );

  const clear = program
    .command("clear")
    .description("remove outputs and execution counts from notebooks, in place")
    .argument("<notebooks...>", "files or folders")
    .option("--json", "print the notebooks as JSON: { cleared }")
    .action(async (notebooks: string[], flags: { json?: boolean }) =>
      attempt(async () => (await import("./source-commands")).clearCommand(notebooks, flags)),
    );
  examples(clear, ["ftt clear my-notebook.ipynb", "as if it had never run"]);

  const html = program
    .command("html")
    .description("render notebooks to HTML with nbconvert, one page each (the whole course as a site: ftt site)")
    .argument("[notebooks...]", NOTEBOOKS)
    .option("-o, --output <folder>", "where the pages go", "executed/html")
    .option("--json", "print the pages as JSON: { pages }")
    .action(async (notebooks: string[], flags: HtmlFlags) =>
      attempt(async signal => (await import("./html-command")).htmlCommand(notebooks, flags, signal)),
    );
  examples(html, ["ftt html notebooks/03-neural-network.ipynb", "one page, to executed/html, that needs no network"]);

  const mutants = program
    .command("mutants")
    .description("prove the harness: make notebooks with one fault each, and show who catches which")
    .option(
      "--only <pattern>",
      'regular expression on "group: name" of a mutant; groups: output, run, kernel, source, story, harmless',
      pattern,
    )
    .option("--no-peers", "leave out nbconvert, nbval and nbmake")
    .option("--install-peers", "install nbval and nbmake into .ftt/notebook-tools first")
    .option("--json", "print the table as JSON: { rows, missing }")
    .action(async (flags: MutantFlags) =>
      attempt(async signal => (await import("../mutants/command")).mutantsCommand(flags, signal)),
    );
  examples(
    mutants,
    ["ftt mutants --only '^output'", "the faults in outputs"],
    ["ftt mutants --install-peers", "all of them, beside nbconvert, nbval and nbmake; takes an hour"],
  );
}

export interface MutantFlags {
  only?: string;
  peers?: boolean;
  installPeers?: boolean;
  json?: boolean;
}

export interface WeaveFlags {
  check?: boolean;
  json?: boolean;
}

export interface HtmlFlags {
  output: string;
  json?: boolean;
}

export interface RunFlags {
  json?: boolean;
  parameter?: string[];
  timeout?: number;
  kernel?: string;
}

export interface CheckFlags {
  strict?: boolean;
  quiet?: boolean;
  json?: boolean;
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
  if (!Number.isInteger(parsed) || parsed < 1) throw new InvalidArgumentError("expected a whole number of at least 1.");
  return parsed;
}

function pattern(value: string): string {
  try {
    new RegExp(value);
    return value;
  } catch {
    throw new InvalidArgumentError("expected a regular expression.");
  }
}
