// `ftt html`, without its option parser: nbconvert's own pages, one for each notebook, whose formulas are set when the page is made.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type NbconvertOptions, nbconvert } from "nbconvert-cli-wrapper";
import { printJson } from "../../cli/attempt";
import { setFormulasOf } from "../../site/math";
import { chapterName } from "./chapter-name";
import type { HtmlFlags } from "./commands";
import { displayPath, findNotebooks, projectRoot } from "./project";

export async function htmlCommand(notebooks: string[], flags: HtmlFlags, signal: AbortSignal): Promise<number> {
  const files = findNotebooks(notebooks);
  // A chapter and its solutions have one name: as in `notebooks/`, the solutions get a folder of their own.
  const isSolution = (file: string) => chapterName(file)?.isSolution ?? false;
  const parts = [files.filter(file => !isSolution(file)), files.filter(isSolution)] as const;
  const written: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.length === 0) continue;
    const outputDir = resolve(flags.output, index === 0 ? "" : "solutions");
    const options: NbconvertOptions = { to: "html", outputDir, embedImages: true, removeInputTags: ["remove-input"] };
    const result = await nbconvert(part, options, { cwd: projectRoot, signal });
    written.push(...result.files);
  }
  for (const file of written) {
    writeFileSync(file, setFormulasOf(readFileSync(file, "utf8"), displayPath(file)));
    if (flags.json) continue;
    process.stdout.write(`${displayPath(file)}\n`);
  }
  if (flags.json) printJson({ pages: written });
  return 0;
}
