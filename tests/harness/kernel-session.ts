// One fresh kernel for one notebook. Nothing it says about itself is believed without need: that it lives is seen by its process, that a
// cell ran by the echo of its code, the reply and the idle status together, and whatever it sends after that is late.
import { basename, relative, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Kernel, KernelConnection, type KernelMessage, SessionAPI } from "@jupyterlab/services";
import { Signal } from "@lumino/signaling";
import { HarnessError } from "./errors";
import type { JupyterServer } from "./jupyter-server";
import { descendants, findByEnvironment, findDescendant, isAlive, killAll } from "./process-tree";

export interface ExecuteOptions {
  timeoutMs: number;
  /** What is told when the time is over: "no end after 600 s". */
  limit?: string;
  /** After an interrupt, how long the kernel may take to come back before it is killed. */
  graceMs: number;
}

export interface Execution {
  /** How it ended: by itself, at a limit but alive, or with the kernel gone. */
  end: "done" | "interrupted" | "killed" | "died";
  /** Why, when it did not end by itself. */
  detail: string;
  reply?: KernelMessage.IExecuteReplyMsg["content"];
  /** The execution count with which the kernel announced that it runs this code; undefined when it never did. */
  echo: number | undefined;
  ms: number;
}

/** Called for each IOPub message of a request; `late` when the request had ended before. */
export type MessageHandler = (request: number, message: KernelMessage.IIOPubMessage, late: boolean) => void;

interface Request {
  index: number;
  echo: number | undefined;
  idle: boolean;
  ended: boolean;
  onIdle: () => void;
}

export class KernelSession {
  private readonly requests = new Map<string, Request>();
  private fatalReason: string | undefined;
  private readonly fatalListeners = new Set<() => void>();
  private watcher: NodeJS.Timeout | undefined;
  private closing = false;
  private heard = "";

  private constructor(
    private readonly server: JupyterServer,
    private readonly id: string,
    private readonly kernel: Kernel.IKernelConnection,
    private readonly sessionName: string,
    private readonly pid: number | undefined,
  ) {}

  /** Starts a kernel in the notebook's folder and waits until it has introduced itself. */
  static async start(
    server: JupyterServer,
    options: { path: string; kernelName: string; timeoutMs: number; onMessage: MessageHandler },
  ): Promise<KernelSession> {
    const { path, kernelName, timeoutMs, onMessage } = options;
    let session: KernelSession | undefined;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      // Asked of the server directly: the managers of the library poll it, and their timers would keep Node alive for seconds.
      const model = await raceAbort(
        SessionAPI.startSession(
          {
            path: relative(server.root, path).split(sep).join("/"),
            type: "notebook",
            name: basename(path),
            kernel: { name: kernelName },
          },
          server.settings,
        ),
        deadline,
      );
      const kernel = new KernelConnection({
        model: model.kernel!,
        serverSettings: server.settings,
        handleComms: false,
      });
      session = new KernelSession(server, model.id, kernel, path, findDescendant(server.pid, kernel.id));
      session.watch(onMessage);
      await Promise.race([
        raceAbort(kernel.info, deadline),
        session.fatal().then(why => Promise.reject(new Error(why))),
      ]);
      return session;
    } catch (error) {
      const why = deadline.aborted ? `no answer after ${timeoutMs / 1000} s` : (error as Error).message;
      if (session) await session.close();
      else await killAll(() => findByEnvironment({ ...server.marker, JPY_SESSION_NAME: path }));
      throw new HarnessError("NO_KERNEL", `kernel "${kernelName}" did not start: ${why}`, { cause: error });
    }
  }

  get language(): Promise<string> {
    return this.kernel.info.then(info => info.language_info.name);
  }

  /** Why the kernel is lost, or undefined while it lives. */
  get lost(): string | undefined {
    return this.fatalReason;
  }

  /** Runs code as request number `index`; a negative index is the harness's own question and leaves no trace in the history. */
  async execute(index: number, code: string, { timeoutMs, graceMs, limit: told }: ExecuteOptions): Promise<Execution> {
    const started = performance.now();
    const request: Request = { index, echo: undefined, idle: false, ended: false, onIdle: () => {} };
    const result = (end: Execution["end"], detail = "", reply?: Execution["reply"]): Execution => {
      request.ended = true;
      return { end, detail, echo: request.echo, ms: performance.now() - started, ...(reply ? { reply } : {}) };
    };
    if (this.fatalReason) return result("died", this.fatalReason);

    const idle = new Promise<void>(done => {
      request.onIdle = done;
    });
    const future = this.kernel.requestExecute(
      { code, silent: false, store_history: index >= 0, allow_stdin: false, stop_on_error: true },
      false,
    );
    this.requests.set(future.msg.header.msg_id, request);
    let reply: Execution["reply"];
    const finished = Promise.all([future.done, idle]).then(([message]) => {
      reply = message.content;
      return "done" as const;
    });
    // A lost kernel rejects its futures; the reason is told by `fatal`.
    finished.catch(() => {});
    const lost = this.fatal().then(() => "died" as const);
    const timer = new AbortController();
    const limit = (ms: number) => delay(ms, "limit" as const, { signal: timer.signal }).catch(() => "limit" as const);
    try {
      let first = await Promise.race([settled(finished), lost, limit(timeoutMs)]);
      if (first === "done") return result("done", "", reply);
      if (first === "died") return result("died", this.fatalReason);
      const waited = told ?? `no end after ${timeoutMs / 1000} s`;
      await this.interrupt();
      first = await Promise.race([settled(finished), lost, limit(graceMs)]);
      if (first === "done") return result("interrupted", `${waited}; interrupted`, reply);
      if (first === "died") return result("died", `${waited}; interrupted; then ${this.fatalReason}`);
      const ignored = `${waited}; it ignored the interrupt for ${graceMs / 1000} s and was killed`;
      this.fail("the harness killed it");
      await this.kill();
      return result("killed", ignored);
    } finally {
      timer.abort();
    }
  }

  /** Runs the harness's own code, outside of the history; returns what it printed, or undefined when it did not come to an end. */
  async ask(code: string, timeoutMs: number): Promise<string | undefined> {
    this.heard = "";
    const { end, reply } = await this.execute(-1, code, { timeoutMs, graceMs: timeoutMs });
    if (end !== "done") return undefined;
    return reply?.status === "ok" ? this.heard : "";
  }

  /** Asks the kernel to stop what it runs. */
  async interrupt(): Promise<void> {
    // A kernel that no longer answers its server is dealt with by the limit that follows.
    await Promise.race([this.kernel.interrupt().catch(() => {}), delay(1000, undefined, { ref: false })]);
  }

  /** Ends the kernel, its children, and those that have detached themselves. */
  async kill(): Promise<void> {
    this.closing = true;
    await killAll(() => this.processes());
  }

  /** Ends what runs, now: whoever waits for a cell learns that it was cancelled. */
  async cancel(): Promise<void> {
    this.fail("cancelled");
    await this.kill();
  }

  /** Ids of the processes of this kernel. */
  processes(): number[] {
    // Looked for anew: a kernel that the server has restarted is another process with the same connection file.
    const top = findDescendant(this.server.pid, this.kernel.id);
    const tree = top === undefined ? [] : [top, ...descendants(top)];
    const inherited = findByEnvironment({ ...this.server.marker, JPY_SESSION_NAME: this.sessionName });
    return [...new Set([...tree, ...inherited])];
  }

  /** Ends everything and frees the connection. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.watcher);
    // A connection that is being made anew (the server has restarted a kernel that died) would reject a promise that nobody holds.
    Signal.clearData(this.kernel);
    this.kernel.dispose();
    // Killed before the server forgets it: the server would otherwise wait for a kernel that does not answer.
    await killAll(() => this.processes());
    await raceAbort(SessionAPI.shutdownSession(this.id, this.server.settings), AbortSignal.timeout(5000)).catch(
      () => {},
    );
    // Its restarter may have been quicker than we were.
    await killAll(() => this.processes());
  }

  private watch(onMessage: MessageHandler): void {
    const { kernel } = this;
    kernel.iopubMessage.connect((_, message) => {
      const parent = "msg_id" in message.parent_header ? message.parent_header.msg_id : undefined;
      const request = parent === undefined ? undefined : this.requests.get(parent);
      if (!request) return;
      const type = message.header.msg_type;
      if (request.index < 0 && type === "stream") this.heard += (message.content as { text: string }).text;
      if (type === "execute_input") request.echo = (message.content as { execution_count: number }).execution_count;
      onMessage(request.index, message, request.idle);
      if (type === "status" && (message.content as { execution_state: string }).execution_state === "idle") {
        request.idle = true;
        request.onIdle();
      }
    });
    kernel.statusChanged.connect((_, status) => {
      if (status === "autorestarting" || status === "restarting")
        this.fail("the kernel died and was restarted by the server");
      if (status === "dead" || status === "terminating") this.fail("the kernel died");
    });
    const { pid, server } = this;
    // The server looks once a second at best, and nobody looks after the server; this finds a death at once.
    this.watcher = setInterval(() => {
      if (pid !== undefined && !isAlive(pid)) this.fail("the kernel's process ended");
      else if (!isAlive(server.pid)) this.fail("Jupyter Server ended");
    }, 100);
  }

  private fail(reason: string): void {
    if (this.fatalReason || (this.closing && reason !== "the harness killed it")) return;
    this.fatalReason = reason;
    clearInterval(this.watcher);
    for (const listener of this.fatalListeners) listener();
  }

  private fatal(): Promise<string> {
    return new Promise(done => {
      const tell = () => done(this.fatalReason!);
      if (this.fatalReason) tell();
      else this.fatalListeners.add(tell);
    });
  }
}

// A rejected future means that the connection was lost; whoever waits learns the reason elsewhere.
function settled<T>(promise: Promise<T>): Promise<T | "died"> {
  return promise.catch(() => "died" as const);
}

async function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw signal.reason;
  let stop: () => void;
  const aborted = new Promise<never>((_, fail) => {
    stop = () => fail(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop!);
  }
}
