// `ftt site`: the course as static pages.
import type { Command } from "commander";
import { attempt } from "../tests/harness/commands";

export function registerSite(program: Command): void {
  program
    .command("site")
    .description("render all chapters to a site of static pages that works from disk, without a network")
    .option("-o, --output <folder>", "where the site goes", "executed/site")
    .action(async ({ output }: { output: string }) =>
      attempt(async signal => (await import("./site-command")).siteCommand(output, signal)),
    );
}
