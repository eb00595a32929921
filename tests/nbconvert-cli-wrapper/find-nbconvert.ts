// Where nbconvert is: the path that the caller names, else the virtual environment of the checkout (the nearest `.venv` upwards), else
// PATH. The first wins because it is explicit, the second because its version is pinned.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { NbconvertNotFoundError } from "./errors";

/** A program and the arguments that come before nbconvert's own. */
export interface NbconvertCommand {
  file: string;
  args: string[];
}

export interface FindOptions {
  /** `jupyter-nbconvert`, `jupyter`, or a Python that has nbconvert. */
  executable?: string;
  /** Where the search for `.venv` starts; the current folder when not given. */
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

const windows = process.platform === "win32";
const names = windows ? ["jupyter-nbconvert.exe", "jupyter-nbconvert.cmd"] : ["jupyter-nbconvert"];

/** Finds nbconvert, or throws NbconvertNotFoundError with every place that was looked at. */
export function findNbconvert(options: FindOptions = {}): NbconvertCommand {
  const cwd = resolve(options.cwd ?? process.cwd());
  if (options.executable !== undefined) {
    const file = resolve(cwd, options.executable);
    if (!isExecutable(file)) throw new NbconvertNotFoundError([file]);
    return asCommand(file);
  }
  const env = options.env ?? process.env;
  const bin = windows ? "Scripts" : "bin";
  const folders = [
    ...ancestors(cwd).map(folder => join(folder, ".venv", bin)),
    ...(env.PATH ?? "").split(delimiter).filter(Boolean),
  ];
  for (const folder of folders) {
    const found = names.map(name => join(folder, name)).find(isExecutable);
    if (found) return asCommand(found);
  }
  throw new NbconvertNotFoundError([`.venv of ${cwd} and of the folders above it`, "PATH"]);
}

function asCommand(file: string): NbconvertCommand {
  const name = file
    .split(/[\\/]/)
    .at(-1)!
    .replace(/\.(exe|cmd)$/, "");
  if (/^python/.test(name)) return { file, args: ["-m", "nbconvert"] };
  return { file, args: name === "jupyter" ? ["nbconvert"] : [] };
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
