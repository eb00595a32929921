// `ftt site` without its option parser: builds, then checks every link and picture of what was built.
import { join, resolve } from "node:path";
import { displayPath } from "../tests/harness/project";
import { buildSite } from "./build-site";
import { checkSite } from "./check-site";

export async function siteCommand(output: string, signal: AbortSignal): Promise<number> {
  const folder = resolve(output);
  const { pages } = await buildSite(folder, { signal });
  const faults = checkSite(folder);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${pages.length} pages, ${faults.length} faults: ${displayPath(join(folder, "index.html"))}\n`);
  return faults.length > 0 ? 1 : 0;
}
