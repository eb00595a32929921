// Runs nbconvert as a process of its own group, so that a cancellation ends it together with the kernel that `--execute` started.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { NbconvertCancelledError, NbconvertError } from "./errors";
import { type FindOptions, findNbconvert } from "./find-nbconvert";
import { type NbconvertOptions, toFlags } from "./options";

export interface RunOptions extends FindOptions {
  signal?: AbortSignal;
  /** Called with each piece of output as it comes. */
  onStdout?: (text: string) => void;
  onStderr?: (text: string) => void;
}

export interface NbconvertResult {
  /** Absolute paths of the files that nbconvert says it wrote. */
  files: string[];
  stdout: string;
  stderr: string;
}

// After SIGTERM Jupyter needs a moment to end its kernel; what still runs then is killed.
const GRACE_MS = 3000;

/**
 * Converts notebooks.
 *
 *     const { files } = await nbconvert("notebooks/03-neural-network.ipynb", { to: "html", outputDir: "site" });
 *
 * Throws NbconvertNotFoundError, NbconvertOptionError, NbconvertError (holds stderr) or NbconvertCancelledError.
 */
export async function nbconvert(
  notebooks: string | string[],
  options: NbconvertOptions,
  run: RunOptions = {},
): Promise<NbconvertResult> {
  const flags = toFlags([notebooks].flat(), options);
  const { file, args } = findNbconvert(run);
  const command = [file, ...args, ...flags];
  const cwd = resolve(run.cwd ?? process.cwd());
  if (run.signal?.aborted) throw new NbconvertCancelledError(command, "", run.signal.reason);

  const child = spawn(file, [...args, ...flags], {
    cwd,
    env: { ...(run.env ?? process.env), PYTHONUNBUFFERED: "1", PYTHONIOENCODING: "utf-8" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    run.onStdout?.(text);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    run.onStderr?.(text);
  });

  let killTimer: NodeJS.Timeout | undefined;
  const endGroup = (signal: NodeJS.Signals) => {
    try {
      if (process.platform === "win32") child.kill(signal);
      else process.kill(-child.pid!, signal);
    } catch (error) {
      // ESRCH: the group has ended by itself between the check and the signal.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const cancel = () => {
    endGroup("SIGTERM");
    killTimer = setTimeout(endGroup, GRACE_MS, "SIGKILL");
  };
  run.signal?.addEventListener("abort", cancel, { once: true });
  try {
    const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, fail) => {
      child.once("error", fail);
      child.once("close", (code, by) => done([code, by]));
    });
    if (run.signal?.aborted) {
      endGroup("SIGKILL");
      throw new NbconvertCancelledError(command, stderr, run.signal.reason);
    }
    if (exitCode !== 0) throw new NbconvertError(command, exitCode, signal, stderr);
  } finally {
    clearTimeout(killTimer);
    run.signal?.removeEventListener("abort", cancel);
  }
  const files = [...stderr.matchAll(/Writing \d+ bytes to (.+)$/gm)].map(match => resolve(cwd, match[1]!.trim()));
  return { files, stdout, stderr };
}
