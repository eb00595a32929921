// `ftt site`: the course as static pages.
import type { Command } from "commander";
import { attempt } from "../cli/attempt";
import { examples } from "../cli/help";

export interface SiteFlags {
  output: string;
  json?: boolean;
}

export function registerSite(program: Command): void {
  const command = program
    .command("site")
    .description(
      "render all chapters to a site of static pages that works from disk, without a network, and check its links",
    )
    .option("-o, --output <folder>", "where the site goes", "executed/site")
    .option("--json", "print what was made as JSON: { index, pages, faults }")
    .action(async (flags: SiteFlags) =>
      attempt(async signal => (await import("./site-command")).siteCommand(flags, signal)),
    );
  examples(
    command,
    ["ftt site", "then open executed/site/index.html"],
    ["ftt site -o public", "a folder that a server of static files can serve"],
  );
}
