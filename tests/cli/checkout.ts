// A small copy of the checkout, holding only what the set-up reads, so that its failures can be provoked for real without harming ours.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const ROOT = join(__dirname, "..", "..");

const INPUTS = [
  "package.json",
  "package-lock.json",
  ".npmrc",
  "cli",
  "kernel-extensions/package.json",
  "lib/package.json",
  "tests/nbconvert-cli-wrapper/package.json",
];

/** Makes the copy in a path with a space, as a user's home may have one. */
export function copyCheckout(): string {
  const folder = join(mkdtempSync(join(tmpdir(), "ftt-")), "from the tensor");
  for (const input of INPUTS) {
    mkdirSync(dirname(join(folder, input)), { recursive: true });
    cpSync(join(ROOT, input), join(folder, input), { recursive: true });
  }
  return folder;
}

export interface Result {
  code: number | null;
  output: string;
}

export interface NodeOptions {
  env?: Record<string, string>;
  executable?: string;
  /** Called with all that has come so far, each time that more has come. */
  onOutput?: (output: string) => void;
}

/** Runs Node on a script to its end; standard output and error come back as one text. */
export function node(args: string[], options: NodeOptions = {}): Promise<Result> {
  const child = spawn(options.executable ?? process.execPath, args, { env: { ...process.env, ...options.env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", chunk => {
      output += chunk;
      options.onOutput?.(output);
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", code => resolve({ code, output }));
  });
}
