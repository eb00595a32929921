// The commands of `ftt`. Each one lives with what it is about and is only registered here; its code loads when it runs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { registerBench } from "../bench/command";
import { registerData } from "../lib/data/commands";
import { registerDraw } from "../lib/draw/command";
import { registerSite } from "../site/command";
import { registerHarness } from "../tests/harness/commands";
import { registerBadges } from "./badges";
import { registerCompletion } from "./completion/command";
import { leave, polish } from "./help";
import { registerImage } from "./image/command";
import { registerDoctor, registerKernel } from "./kernel-command";
import { registerLab } from "./lab";
import { registerSetup } from "./setup-command";
import { registerVerify } from "./verify";

/** The whole tree of commands, which the tests walk and the completion is made from. */
export function buildProgram(): Command {
  const { version } = JSON.parse(readFileSync(join(__dirname, "package.json"), "utf8")) as { version: string };
  const program = new Command("ftt")
    .description("From the Tensor: learn deep learning by building it, in TypeScript.")
    .version(version, "-V, --version", "print the version")
    .addHelpText(
      "after",
      `
"ftt COMMAND --help" explains a command, with examples. In the course's folder ftt is "npm run ftt --" or "npx ftt".
With --json a command prints one JSON document on standard output, and nothing else there.

Exit codes:
  0    all is well
  1    something that was checked is not well: a notebook, a dataset, a link, the set-up
  2    wrong usage, or the work could not be done: no such file, no network, a port in use
  130  interrupted by Ctrl-C (143: ended by SIGTERM, 129: by SIGHUP)

Environment:
  FTT_PYTHON          the Python that the set-up takes for its virtual environment
  FTT_JUPYTER_PYTHON  a Python with Jupyter Server for test and run, instead of the set-up's own
  FTT_GPU             1 or 0: whether cells tagged "gpu" run; otherwise the driver's device file says so
  FTT_SKIP_SETUP      1: install and check nothing before a command
  FTT_DEBUG           1: where an error is one sentence, print its stack
  FTT_DOWNLOADS       the folder for what "ftt data fetch" downloads`,
    );
  program.commandsGroup("To read the course:");
  registerLab(program);
  registerDraw(program);
  registerSetup(program);
  registerDoctor(program);
  program.commandsGroup("To write it, prove it and publish it:");
  registerVerify(program);
  registerHarness(program);
  registerSite(program);
  program.commandsGroup("Data, speed, other Jupyters:");
  registerData(program);
  registerBench(program);
  registerKernel(program);
  program.commandsGroup("Around it:");
  registerImage(program);
  registerBadges(program);
  registerCompletion(program);
  polish(program);
  return program;
}

export async function main(argv: string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(argv);
  } catch (error) {
    leave(error);
  }
}
