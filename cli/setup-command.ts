// `ftt setup`: the whole set-up and nothing else, for images and for a first run without a browser. By the time this code runs, cli/ftt.mjs
// has done it.
import type { Command } from "commander";
import { examples } from "./help";

export function registerSetup(program: Command): void {
  const command = program
    .command("setup")
    .description("install and build everything that `npm start` needs, then stop")
    .action(() => {
      process.stdout.write("Everything is set up. Open the notebooks with: npm start\n");
    });
  examples(command, ["ftt setup", "the first run takes minutes, every later one a moment"]);
}
