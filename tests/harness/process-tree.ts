// Processes of a kernel or a server, found and ended together with everything that they started. Children are followed by parent id;
// on Linux a process that has detached itself (its parent is gone) is still found by a variable in its environment, which it inherited.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function listProcesses(): Process[] {
  if (process.platform === "linux") return listFromProc();
  const table = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return table.split("\n").flatMap(line => {
    const match = line.match(/^\s*(\d+)\s+(\d+)\s+(.*)$/);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3]! }] : [];
  });
}

function listFromProc(): Process[] {
  return readdirSync("/proc").flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // "pid (command with any characters) state ppid ...": the fields that follow the last parenthesis are safe to split.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z") return [];
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return [{ pid: Number(name), parent: Number(fields[1]), command }];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

/** Ids of the processes below `root` in the tree, `root` left out. */
export function descendants(root: number): number[] {
  const all = listProcesses();
  const found = new Set([root]);
  let size = 0;
  while (size !== found.size) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found];
}

/** The descendant of `root` whose command line holds `word`; the one highest in the tree when a launcher passed it on. */
export function findDescendant(root: number, word: string): number | undefined {
  const below = new Set(descendants(root));
  const matches = listProcesses().filter(({ pid, command }) => below.has(pid) && command.includes(word));
  const ids = new Set(matches.map(({ pid }) => pid));
  return matches.find(({ parent }) => !ids.has(parent))?.pid;
}

/** Ids of the processes that inherited all of these variables (Linux; elsewhere none is found). */
export function findByEnvironment(variables: Record<string, string>): number[] {
  if (process.platform !== "linux") return [];
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return listFromProc().flatMap(({ pid }) => {
    try {
      const environment = new Set(readFileSync(`/proc/${pid}/environ`, "utf8").split("\0"));
      return wanted.every(entry => environment.has(entry)) ? [pid] : [];
    } catch {
      // Another user's process, or one that ended.
      return [];
    }
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  if (process.platform !== "linux") return true;
  try {
    // A zombie still has its id and answers to signal 0; its state says what it is.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}

function signal(pids: Iterable<number>, name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Kills all that `list` finds, and looks again until it finds none: a process may fork while it is being killed. */
export async function killAll(list: () => number[]): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const pids = list().filter(pid => pid !== process.pid);
    if (pids.length === 0) return;
    if (Date.now() > deadline) throw new Error(`internal: processes ${pids.join(", ")} survive SIGKILL`);
    signal(pids, "SIGKILL");
    await delay(20);
  }
}
