// `ftt setup`: the whole set-up and nothing else, for images and for a first run without a browser. By the time this code runs, cli/ftt.mjs
// has done it.
import type { Command } from "commander";

export function registerSetup(program: Command): void {
  program
    .command("setup")
    .description("install and build everything that `npm start` needs, then stop")
    .action(() => {
      process.stdout.write("Everything is set up. Open the notebooks with: npm start\n");
    });
}
