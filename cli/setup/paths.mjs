// @ts-check
// Where the set-up keeps things: all of it inside the checkout, none of it in git.
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const STATE = join(ROOT, ".ftt", "setup");
export const VENV = join(ROOT, ".venv");
const WINDOWS = process.platform === "win32";

/** A program of the checkout's virtual environment. @param {string} name */
export function venvProgram(name) {
  return WINDOWS ? join(VENV, "Scripts", `${name}.exe`) : join(VENV, "bin", name);
}
