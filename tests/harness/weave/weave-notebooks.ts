// `ftt weave`: writes or checks the modules of all chapters.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { chapterName } from "../chapter-name";
import { HarnessError } from "../errors";
import { readNotebook, writeAtomically } from "../notebook";
import { displayPath, findNotebooks, projectRoot } from "../project";
import { runTool } from "../tools";
import { weaveChapter } from "./weave-chapter";

export const courseFolder = join(projectRoot, "lib", "course");

export interface Woven {
  notebook: string;
  /** The module's file, whether it is there or not. */
  file: string;
  /** What it must hold; undefined when the chapter exports nothing. */
  expected: string | undefined;
  actual: string | undefined;
}

export interface WeaveOptions {
  /** Where the module of a notebook goes; `lib/course` of the checkout when not given. */
  folder?: (notebook: string) => string;
}

/** What each chapter's module must hold beside what it holds. */
export async function compareWoven(paths: string[] = [], options: WeaveOptions = {}): Promise<Woven[]> {
  const chapters = findNotebooks(paths).filter(path => chapterName(path)?.isSolution === false);
  return Promise.all(
    chapters.map(async path => {
      const { stem } = chapterName(path)!;
      const file = join(options.folder?.(path) ?? courseFolder, `${stem}.ts`);
      const woven = weaveChapter(readNotebook(path), `${stem}.ipynb`);
      return {
        notebook: path,
        file,
        expected: woven === undefined ? undefined : await format(woven, displayPath(path)),
        actual: existsSync(file) ? readFileSync(file, "utf8") : undefined,
      };
    }),
  );
}

/** Writes every module that differs, and removes modules whose chapter exports nothing any more. Returns the files touched. */
export async function weaveNotebooks(paths: string[] = [], options: WeaveOptions = {}): Promise<string[]> {
  const stale = (await compareWoven(paths, options)).filter(({ expected, actual }) => expected !== actual);
  for (const { file, expected } of stale) {
    mkdirSync(dirname(file), { recursive: true });
    if (expected === undefined) rmSync(file);
    else writeAtomically(file, expected);
  }
  return stale.map(({ file }) => file);
}

/** Modules that no chapter accounts for. */
export function orphanModules(notebooks: string[], folder = courseFolder): string[] {
  if (!existsSync(folder)) return [];
  const stems = new Set(notebooks.map(path => chapterName(path)?.stem));
  return readdirSync(folder)
    .filter(name => /^\d\d-.*\.ts$/.test(name) && !stems.has(name.slice(0, -3)))
    .map(name => join(folder, name));
}

// Formatted by the project's own formatter, as if it lay beside the library's other files: the woven folder itself is not formatted.
async function format(source: string, name: string): Promise<string> {
  const { status, stdout, stderr } = await runTool(
    "@biomejs/biome/bin/biome",
    ["format", "--stdin-file-path=lib/woven.ts"],
    { input: source },
  );
  if (status === 0) return stdout;
  throw new HarnessError(
    "TOOL_FAILED",
    `${name}: expected its exported cells to be formatted, but Biome says: ${stderr.trim()}`,
  );
}
