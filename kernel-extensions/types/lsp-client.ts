/** JSON-RPC with a language server, as the Language Server Protocol 3.17 frames it. */
import type { ServerProcess } from "./server-process";

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
  /** Leaves the conversation, for another client to go on with it from there. */
  leave(): Conversation;
}

/** How far a conversation has come: the number of the last request, and what was read of a message that is not complete. */
export interface Conversation {
  lastId: number;
  rest: Uint8Array;
}

export interface LspOptions {
  /** Answers what the server asks. */
  onRequest(method: string, params: unknown): unknown;
  onExit(reason: string): void;
}

export function connectTo(server: ServerProcess, options: LspOptions, begun?: Conversation): LspClient {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let count = begun?.lastId ?? 0;
  let gone = false;
  const send = (message: RpcMessage) => {
    if (gone || !server.input.writable) return;
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.input.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  server.onEnd(reason => {
    if (gone) return;
    gone = true;
    for (const { reject } of pending.values()) reject(new LanguageServerGone(reason));
    pending.clear();
    options.onExit(reason);
  });
  const reader = new MessageReader(message => {
    if (message.method !== undefined && message.id !== undefined) {
      send({ id: message.id, result: options.onRequest(message.method, message.params) ?? null });
    } else if (typeof message.id === "number") {
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      if (message.error) waiting?.reject(new Error(`${message.error.message} (${message.error.code})`));
      else waiting?.resolve(message.result);
    }
  });
  if (begun) reader.read(Buffer.from(begun.rest));
  server.output.on("data", (chunk: Buffer) => reader.read(chunk));
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
      return server.pid;
    },
    kill: () => server.kill("SIGKILL"),
    stop() {
      gone = true;
      server.kill();
    },
    leave() {
      gone = true;
      return { lastId: count, rest: reader.rest };
    },
  };
}

class MessageReader {
  private chunks: Buffer[] = [];
  private size = 0;
  /** Length of the frame that is being read, with its header; 0 while the header is not complete. */
  private wanted = 0;
  private bodyAt = 0;

  constructor(private readonly handle: (message: RpcMessage) => void) {}

  /** What was read and not handled yet. */
  get rest(): Uint8Array {
    return Buffer.concat(this.chunks);
  }

  read(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    while (this.size > 0 && this.size >= this.wanted) {
      const buffer = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
      this.chunks = [buffer];
      if (this.wanted === 0) {
        const end = buffer.indexOf("\r\n\r\n");
        if (end < 0) return;
        this.bodyAt = end + 4;
        const length = /Content-Length: *(\d+)/i.exec(buffer.toString("latin1", 0, end))?.[1] ?? 0;
        this.wanted = this.bodyAt + Number(length);
        continue;
      }
      const body = buffer.toString("utf8", this.bodyAt, this.wanted);
      this.chunks = [buffer.subarray(this.wanted)];
      this.size -= this.wanted;
      this.wanted = 0;
      this.handle(JSON.parse(body) as RpcMessage);
    }
  }
}
