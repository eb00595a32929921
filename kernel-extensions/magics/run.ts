/** What the magics do; they run in the user's thread, in the order of the lines of the cell. */
import { timeEnd } from "../evaluate/runtime-name";
import { currentCell } from "../session/cell";
import { print, tell } from "../session/link";
import { magicHelp } from "./help";
import { declaredNames, resetNames } from "./names";
import { runShell } from "./shell";

const started = new Map<number, number>();

export class MagicError extends Error {
  override name = "MagicError";
}

export async function runMagic(name: string, argument: string): Promise<unknown> {
  switch (name) {
    case "%%bash":
      return runShell("bash", ["-c", argument]);
    case "!":
      return runShell("bash", ["-c", argument]);
    case "%time-start":
      started.set(currentCell().id, performance.now());
      return undefined;
    case timeEnd: {
      return show(wallTime(started.get(currentCell().id) ?? performance.now()));
    }
    case "%env":
      return environment(argument);
    case "%cd":
      return changeFolder(argument);
    case "%who":
      return show(who());
    case "%reset":
      resetNames();
      return tell({ type: "front", action: "reset" });
    case "%help":
      return show(help());
    default:
      throw new MagicError(`${name}: expected a known magic; see %help`);
  }
}

export function wallTime(since: number): string {
  const ms = performance.now() - since;
  return `Wall time: ${ms < 1000 ? `${ms.toFixed(ms < 10 ? 2 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`}\n`;
}

function show(text: string): void {
  print(currentCell().id, "stdout", text);
}

function environment(argument: string): void {
  const [name = "", ...rest] = argument.split("=");
  const key = name.trim();
  if (argument.includes("=")) {
    process.env[key] = rest.join("=").trim();
    return;
  }
  if (key) show(`${process.env[key] ?? ""}\n`);
  else
    show(
      `${Object.entries(process.env)
        .map(([each, value]) => `${each}=${value}`)
        .sort()
        .join("\n")}\n`,
    );
}

function changeFolder(argument: string): void {
  const folder = (argument.replace(/^(["'])(.*)\1$/, "$2") || "~").replace(/^~(?=\/|$)/, process.env.HOME ?? "~");
  try {
    process.chdir(folder);
  } catch {
    throw new MagicError(
      `%cd: expected a folder, got "${folder}", which is none; the working folder is ${process.cwd()}`,
    );
  }
  tell({ type: "front", action: "directory", value: process.cwd() });
  show(`${process.cwd()}\n`);
}

function who(): string {
  const lines = declaredNames().map(({ name, type }) => `${name}: ${type}`);
  return lines.length > 0 ? `${lines.join("\n")}\n` : "No names yet.\n";
}

function help(): string {
  const width = Math.max(...magicHelp.map(magic => magic.usage.length));
  return `${magicHelp.map(magic => `${magic.usage.padEnd(width)}  ${magic.does}`).join("\n")}\n`;
}
