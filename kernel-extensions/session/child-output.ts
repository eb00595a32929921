/**
 * Programs that inherit the kernel's output would print where no reader looks, into the log of the Jupyter server. Where a cell
 * asks for `stdio: "inherit"`, the program gets a pipe, and what comes out of it is printed as the cell's own.
 */
import childProcess, { type ChildProcess, type StdioOptions } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { currentCell } from "./cell";
import { print } from "./link";
import type { StreamName } from "./output-ring";

interface WithStdio {
  stdio?: StdioOptions | undefined;
}

interface SyncResult {
  stdout: unknown;
  stderr: unknown;
  output?: unknown[];
}

const names: readonly StreamName[] = ["stdout", "stderr"];

export function captureChildren(): void {
  const original = { ...childProcess };
  const patched: Record<string, unknown> = {
    spawn(command: string, ...rest: unknown[]) {
      const { args, taken } = takeInherited(rest);
      const child = Reflect.apply(original.spawn, childProcess, [command, ...args]) as ChildProcess;
      const { id } = currentCell();
      for (const name of taken) {
        const stream = child[name];
        stream?.setEncoding("utf8");
        stream?.on("data", (text: string) => print(id, name, text));
        Object.defineProperty(child, name, { value: null }); // as it is for an inherited stream
      }
      return child;
    },
    spawnSync(command: string, ...rest: unknown[]) {
      const { args, taken } = takeInherited(rest);
      const result = Reflect.apply(original.spawnSync, childProcess, [command, ...args]) as SyncResult;
      for (const name of taken) {
        show(name, result[name]);
        result[name] = null;
        if (result.output) result.output[name === "stdout" ? 1 : 2] = null;
      }
      return result;
    },
  };
  for (const name of ["execSync", "execFileSync"] as const) {
    patched[name] = (command: string, ...rest: unknown[]) => {
      const { args, taken } = takeInherited(rest);
      // A failure carries the output in the error; both kinds are shown where they were to be inherited.
      try {
        const stdout: unknown = Reflect.apply(original[name], childProcess, [command, ...args]);
        if (!taken.includes("stdout")) return stdout;
        show("stdout", stdout);
        return null;
      } catch (error) {
        for (const stream of taken) show(stream, (error as Partial<SyncResult>)[stream]);
        throw error;
      }
    };
  }
  Object.assign(childProcess, patched);
  syncBuiltinESMExports();
}

/** Replaces "inherit" for the two output streams by "pipe" in the options, the last object among the arguments. */
function takeInherited(rest: readonly unknown[]): { args: unknown[]; taken: StreamName[] } {
  const args = [...rest];
  const at = args.findIndex(argument => argument !== null && typeof argument === "object" && !Array.isArray(argument));
  const options = args[at] as WithStdio | undefined;
  if (!options?.stdio) return { args, taken: [] };
  const { stdio } = options;
  const list = typeof stdio === "string" ? [stdio, stdio, stdio] : [...stdio];
  const taken = names.filter((_, i) => isInherited(list[i + 1], i + 1));
  if (taken.length === 0) return { args, taken };
  for (const name of taken) list[name === "stdout" ? 1 : 2] = "pipe";
  args[at] = { ...options, stdio: list };
  return { args, taken };
}

function isInherited(entry: unknown, descriptor: number): boolean {
  return entry === "inherit" || entry === descriptor || entry === (descriptor === 1 ? process.stdout : process.stderr);
}

function show(name: StreamName, output: unknown): void {
  if (output instanceof Uint8Array) print(currentCell().id, name, Buffer.from(output).toString("utf8"));
  else if (typeof output === "string") print(currentCell().id, name, output);
}
