// Where things lie in a checkout: its root, its Python environment, its notebooks.
import { existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, join, relative, resolve, sep } from "node:path";
import { HarnessError } from "./errors";

/** The checkout that this file belongs to. */
export const projectRoot = resolve(__dirname, "..", "..");

const bin = process.platform === "win32" ? "Scripts" : "bin";
const exe = process.platform === "win32" ? ".exe" : "";

/** The Python that runs Jupyter Server: the checkout's `.venv`, or the one that FTT_JUPYTER_PYTHON names. */
export function findPython(): string {
  const candidates = [process.env.FTT_JUPYTER_PYTHON, join(projectRoot, ".venv", bin, `python${exe}`)];
  const found = candidates.find(path => path !== undefined && existsSync(path));
  if (found) return found;
  throw new HarnessError(
    "NO_SERVER",
    `harness: expected a Python with Jupyter Server at ${join(".venv", bin)} in the checkout, found none; run \`npm start\` once, or set FTT_JUPYTER_PYTHON`,
  );
}

/** Absolute paths of the notebooks meant by `paths` (files, folders); without paths, all chapters and their solutions. */
export function findNotebooks(paths: string[] = [], cwd = process.cwd()): string[] {
  const starts = paths.length > 0 ? paths.map(path => resolve(cwd, path)) : [join(projectRoot, "notebooks")];
  const found = new Set<string>();
  for (const start of starts) {
    if (!existsSync(start)) {
      throw new HarnessError(
        "NO_NOTEBOOKS",
        `harness: expected a notebook or a folder, got "${start}", which does not exist`,
      );
    }
    for (const file of statSync(start).isDirectory() ? walk(start) : [start]) found.add(file);
  }
  return [...found].sort();
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    // Jupyter's checkpoints are copies; hidden folders are never chapters.
    if (entry.isDirectory()) return entry.name.startsWith(".") || entry.name === "node_modules" ? [] : walk(path);
    return entry.name.endsWith(".ipynb") ? [path] : [];
  });
}

/** How a file is called in messages: relative to where the user stands, else to the checkout, else absolute. */
export function displayPath(path: string, cwd = process.cwd()): string {
  const from = (base: string) => relative(base, path);
  const shown = [from(cwd), from(projectRoot)].find(name => !name.startsWith("..") && name !== "");
  return (shown ?? path).split(sep).join("/");
}

/** The environment in which Jupyter's programs run, with the Python's own folder first on PATH. */
export function pythonEnvironment(python: string): NodeJS.ProcessEnv {
  const folder = resolve(python, "..");
  return { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` };
}
