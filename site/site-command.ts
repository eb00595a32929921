// `ftt site` without its option parser: builds, then checks every link and picture of what was built.
import { join, resolve } from "node:path";
import { EXIT_FAILED, printJson } from "../cli/attempt";
import { displayPath } from "../tests/harness/project";
import { buildSite } from "./build-site";
import { checkSite } from "./check-site";
import type { SiteFlags } from "./command";

export async function siteCommand({ output, json }: SiteFlags, signal: AbortSignal): Promise<number> {
  const folder = resolve(output);
  const { pages } = await buildSite(folder, { signal });
  const faults = checkSite(folder);
  const index = join(folder, "index.html");
  if (json) {
    printJson({ index, pages, faults });
    return faults.length > 0 ? EXIT_FAILED : 0;
  }
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${pages.length} pages, ${faults.length} faults: ${displayPath(index)}\n`);
  return faults.length > 0 ? EXIT_FAILED : 0;
}
