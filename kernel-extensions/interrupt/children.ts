/**
 * Programs that a cell runs synchronously, with `execSync` and its kin, keep the user's thread inside of Node, where V8 cannot
 * stop it: ending the programs does. The kernel's own children, the compilers, are left alone.
 */
import { readdirSync, readFileSync } from "node:fs";

const own = /--lsp\b|esbuild\S*\s--service/;

/** Sends a signal to all that this process has started. Linux tells what that is in /proc; elsewhere nothing is done. */
export function signalChildren(signal: NodeJS.Signals): void {
  const pending = childrenOf("self");
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      if (own.test(command)) continue;
      pending.push(...childrenOf(pid)); // a shell passes no signal on
      process.kill(pid, signal);
    } catch {
      // it has ended in the meantime
    }
  }
}

function childrenOf(pid: number | "self"): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(thread =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
