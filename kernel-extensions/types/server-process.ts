/**
 * The process of the language server: TypeScript 7's own, the native compiler, which speaks over its standard input and output.
 * It is detached, so that Ctrl+C in a terminal does not end it.
 *
 * It takes longer to be ready than everything else in the kernel, and the front thread, which talks to it, begins some 70 ms
 * after the process. So the first server is started by the user's thread before anything else, greeted, and handed over: the
 * pipes are file descriptors, which belong to the process. Node has no call for that; where a stream does not tell its
 * descriptor (on Windows), the front thread starts the server itself.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";

export interface ServerProcess {
  readonly pid: number | undefined;
  readonly input: Writable;
  readonly output: Readable;
  kill(signal?: NodeJS.Signals): void;
  /** Called once, when the server has ended or could not be started. */
  onEnd(listener: (reason: string) => void): void;
}

/** What another thread needs to go on talking to a server. */
export interface HandedProcess {
  pid: number;
  input: number;
  output: number;
}

interface StartedProcess extends ServerProcess {
  /** Lets go of the pipes; undefined where that cannot be done, and then the server is still this thread's. */
  handOver(): HandedProcess | undefined;
}

export function startServer(command: string, directory: string): StartedProcess {
  const child = spawn(command, ["--lsp", "--stdio"], {
    cwd: directory,
    // Few collections, below a soft limit: Go's defaults take 115 to 135 instead of 70 ms to the server's first answer, and
    // 112 instead of 61 ms for the types of tfjs.
    env: { GOGC: "400", GOMEMLIMIT: "260MiB", ...process.env },
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => {}); // the exit that follows says more
  return {
    pid: child.pid,
    input: child.stdin,
    output: child.stdout,
    kill: signal => void child.kill(signal),
    onEnd(listener) {
      child.on("error", error => listener(`the TypeScript language server could not be started: ${error.message}`));
      child.on("exit", (code, signal) =>
        listener(`the TypeScript language server ended (${signal ?? `exit code ${code}`})`),
      );
    },
    handOver: () => handOver(child),
  };
}

/** The part of libuv's handle below a stream that Node does not document. */
interface Handle {
  fd?: number;
  readStop?(): void;
}

function handOver(child: ChildProcessByStdio<Writable, Readable, null>): HandedProcess | undefined {
  const handleOf = (stream: Readable | Writable) => (stream as { _handle?: Handle | null })._handle ?? {};
  const { fd: input = -1 } = handleOf(child.stdin);
  const output = handleOf(child.stdout);
  if (child.pid === undefined || input < 0 || (output.fd ?? -1) < 0 || !output.readStop) return undefined;
  output.readStop();
  child.unref();
  // When the server ends, this thread must not close descriptors that are another's by then.
  Object.assign(child, { stdin: null, stdout: null, stdio: [] });
  return { pid: child.pid, input, output: output.fd! };
}

/** Takes over a server that another thread has started. */
export function adoptServer({ pid, input, output }: HandedProcess): ServerProcess {
  const reader = new Socket({ fd: output, readable: true, writable: false });
  const writer = new Socket({ fd: input, readable: false, writable: true });
  let ended = false;
  const listeners: ((reason: string) => void)[] = [];
  const end = () => {
    if (ended) return;
    ended = true;
    writer.destroy();
    for (const listener of listeners) listener("the TypeScript language server ended");
  };
  reader.on("end", end);
  reader.on("error", end);
  writer.on("error", end);
  return {
    pid,
    input: writer,
    output: reader,
    kill(signal) {
      if (!ended) process.kill(pid, signal);
    },
    onEnd: listener => void listeners.push(listener),
  };
}
