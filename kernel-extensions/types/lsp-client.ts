/**
 * JSON-RPC over the pipes of a language server, as the Language Server Protocol 3.17 frames it. The server is TypeScript 7's
 * own, the native compiler in a process of its own; it is detached, so that Ctrl+C in a terminal does not end it.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

interface RpcMessage {
  id?: number | string;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
}

export class LanguageServerGone extends Error {
  override name = "LanguageServerGone";
}

export interface LspClient {
  request<T>(method: string, params: unknown): Promise<T>;
  notify(method: string, params: unknown): void;
  readonly pid: number | undefined;
  /** Ends the server as if it had crashed: everyone who waits is told. */
  kill(): void;
  /** Ends the server quietly. */
  stop(): void;
}

export interface LspOptions {
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Answers what the server asks. */
  onRequest(method: string, params: unknown): unknown;
  onExit(reason: string): void;
}

export function startLanguageServer(options: LspOptions): LspClient {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: "pipe",
  });
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let count = 0;
  let gone = false;
  const send = (message: RpcMessage) => {
    if (gone || !child.stdin.writable) return;
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const end = (reason: string) => {
    if (gone) return;
    gone = true;
    for (const { reject } of pending.values()) reject(new LanguageServerGone(reason));
    pending.clear();
    options.onExit(reason);
  };
  child.on("error", error => end(`the TypeScript language server could not be started: ${error.message}`));
  child.on("exit", (code, signal) => end(`the TypeScript language server ended (${signal ?? `exit code ${code}`})`));
  child.stdin.on("error", () => {}); // the exit that follows says more
  child.stderr.resume();
  readMessages(child, message => {
    if (message.method !== undefined && message.id !== undefined) {
      send({ id: message.id, result: options.onRequest(message.method, message.params) ?? null });
    } else if (typeof message.id === "number") {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (message.error) waiting?.reject(new Error(`${message.error.message} (${message.error.code})`));
      else waiting?.resolve(message.result);
    }
  });
  return {
    request<T>(method: string, params: unknown): Promise<T> {
      if (gone) return Promise.reject(new LanguageServerGone("the TypeScript language server is not running"));
      count += 1;
      const id = count;
      return new Promise<unknown>((resolve, reject) => {
        pending.set(id, { resolve, reject });
        send({ id, method, params });
      }) as Promise<T>;
    },
    notify: (method, params) => send({ method, params }),
    get pid() {
      return child.pid;
    },
    kill: () => void child.kill("SIGKILL"),
    stop() {
      gone = true;
      child.kill();
    },
  };
}

function readMessages(child: ChildProcessWithoutNullStreams, handle: (message: RpcMessage) => void): void {
  let chunks: Buffer[] = [];
  let size = 0;
  /** Length of the frame that is being read, with its header; 0 while the header is not complete. */
  let wanted = 0;
  let bodyAt = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    while (size > 0 && size >= wanted) {
      const buffer = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = [buffer];
      if (wanted === 0) {
        const end = buffer.indexOf("\r\n\r\n");
        if (end < 0) return;
        bodyAt = end + 4;
        wanted = bodyAt + Number(/Content-Length: *(\d+)/i.exec(buffer.toString("latin1", 0, end))?.[1] ?? 0);
        continue;
      }
      handle(JSON.parse(buffer.toString("utf8", bodyAt, wanted)) as RpcMessage);
      chunks = [buffer.subarray(wanted)];
      size -= wanted;
      wanted = 0;
    }
  });
}
