/** Shell commands of a cell: their output is the cell's, as it comes; Stop ends them; a failure is an error of the cell. */
import { spawn } from "node:child_process";
import { KeyboardInterrupt } from "../evaluate/report";
import { currentCell } from "../session/cell";
import { print } from "../session/link";

export class CommandError extends Error {
  override name = "CommandError";
  constructor(
    readonly command: string,
    readonly exitCode: number | null,
    readonly signal: string | null,
  ) {
    super(`the command ended with ${signal ? `signal ${signal}` : `exit code ${exitCode}`}: ${command.split("\n")[0]}`);
  }
}

export function runShell(program: string, args: string[]): Promise<void> {
  const cell = currentCell();
  return new Promise((resolve, reject) => {
    // A process group of its own, so that Stop reaches what the shell has started.
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true, env: process.env });
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (text: string) => print(cell.id, name, text));
    }
    const stop = () => {
      try {
        if (child.pid) process.kill(-child.pid, "SIGTERM");
      } catch {
        child.kill("SIGTERM"); // the group is gone already
      }
      reject(new KeyboardInterrupt());
    };
    cell.signal.addEventListener("abort", stop, { once: true });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      cell.signal.removeEventListener("abort", stop);
      if (code === 0) resolve();
      else reject(new CommandError(args.at(-1) ?? program, code, signal));
    });
  });
}
