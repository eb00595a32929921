// The processes below a kernel: its language server, a shell that a cell began. Tests measure them, kill one of them on
// purpose, and at the end make sure that none is left.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface ProcessRow {
  pid: number;
  parent: number;
  command: string;
}

function listFromProc(): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      // The second field is the name in parentheses, which may itself hold spaces and parentheses.
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") continue;
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      rows.push({ pid: Number(entry), parent: Number(parent), command });
    } catch {
      // The process ended between the listing and the look.
    }
  }
  return rows;
}

export function listProcesses(): ProcessRow[] {
  if (existsSync("/proc/self/stat")) return listFromProc();
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,command="], { encoding: "utf8" });
  return table
    .split("\n")
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter(match => match !== null)
    .map(match => ({ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? "" }));
}

/** All processes below `root`, the root itself left out. */
export function descendants(root: number): ProcessRow[] {
  const all = listProcesses();
  const found: ProcessRow[] = [];
  const queue = [root];
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    for (const row of all) {
      if (row.parent === pid) {
        found.push(row);
        queue.push(row.pid);
      }
    }
  }
  return found;
}

export function isAlive(pid: number): boolean {
  return listProcesses().some(row => row.pid === pid);
}

/** Kills a process started as the leader of its own group, with all that hangs below it, in other groups too. */
export function killTree(root: number): void {
  const below = descendants(root);
  kill(-root);
  kill(root);
  for (const row of below) kill(row.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Already gone, which is what was wanted.
  }
}

/** Resident memory in megabytes (10^6 bytes); Linux only, undefined elsewhere. */
export function residentMegabytes(pid: number): number | undefined {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return match ? (Number(match[1]) * 1024) / 1e6 : undefined;
  } catch {
    return undefined;
  }
}
