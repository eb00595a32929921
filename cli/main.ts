// The commands of `ftt`. Each one lives with what it is about and is only registered here; its code loads when it runs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { registerBench } from "../bench/command";
import { registerData } from "../lib/data/commands";
import { registerDraw } from "../lib/draw/command";
import { registerSite } from "../site/command";
import { registerHarness } from "../tests/harness/commands";
import { registerKernel } from "./kernel-command";
import { registerLab } from "./lab";
import { registerSetup } from "./setup-command";
import { registerVerify } from "./verify";

export async function main(argv: string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(__dirname, "package.json"), "utf8")) as { version: string };
  const program = new Command("ftt")
    .description("From the Tensor: learn deep learning by building it, in TypeScript.")
    .version(version)
    .showHelpAfterError("(ftt --help lists the commands)")
    .configureHelp({ showGlobalOptions: true });
  registerLab(program);
  registerSetup(program);
  registerVerify(program);
  registerHarness(program);
  registerSite(program);
  registerData(program);
  registerDraw(program);
  registerBench(program);
  registerKernel(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // One sentence for what a user can mend; the stack for what is our own bug.
    const { message, stack } = error as Error;
    process.stderr.write(process.env.FTT_DEBUG ? `${stack}\n` : `${message}\n`);
    process.exitCode = 1;
  }
}
