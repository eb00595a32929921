// A contestant in a process of its own: its threads, its memory, its heap. It answers one JSON line per request, in order.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

export interface Answer {
  /** One entry per step. */
  milliseconds?: number[];
  /** Largest resident memory of the process so far. */
  peakBytes?: number;
  /** First call minus a later one: tracing, rewriting, loading. */
  compileMs?: number;
  /** Why this engine cannot take the step. */
  error?: string;
  /** What was built or installed, said once at the start. */
  version?: string;
}

export class WorkerProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly lines: Interface;
  private readonly answers: AsyncIterator<string>;
  private stderr = "";

  private constructor(command: readonly string[], env: NodeJS.ProcessEnv) {
    const [program, ...args] = command;
    this.child = spawn(program!, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
    this.lines = createInterface({ input: this.child.stdout });
    this.answers = this.lines[Symbol.asyncIterator]();
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-4000);
    });
    // A worker that died is reported by the read that waits for it.
    this.child.stdin.on("error", () => undefined);
  }

  /** Starts a worker and waits until it says that it is ready. */
  static async start(
    command: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<WorkerProcess & { version: string }> {
    const worker = new WorkerProcess(command, env);
    const { version = "" } = await worker.read<Answer>();
    return Object.assign(worker, { version });
  }

  async ask<T = Answer>(request: object): Promise<T> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.read<T>();
  }

  private async read<T>(): Promise<T> {
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`bench: a worker ended early\n${this.stderr.trim()}`);
    return JSON.parse(value) as T;
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.stdin.end();
    this.child.kill();
    await gone;
    this.lines.close();
  }
}
