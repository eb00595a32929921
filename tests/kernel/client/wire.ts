// The Jupyter wire protocol, version 5.3: what a message is, how it is signed, and how it lies in ZeroMQ frames.
// Written from the specification (jupyter-client.readthedocs.io, "Messaging in Jupyter") and from nothing of our kernel, so
// that a mistake made there cannot be made here a second time in the same way.
import { createHmac, randomUUID } from "node:crypto";

export type Channel = "shell" | "iopub" | "stdin" | "control";
export type MimeBundle = Record<string, unknown>;

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

/** Content of any message: the fields that the tests look at, all optional since the kernel under test may omit them. */
export interface Content {
  status?: string;
  execution_state?: string;
  execution_count?: number | null;
  code?: string;
  name?: string;
  text?: string;
  data?: MimeBundle;
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string };
  wait?: boolean;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  user_expressions?: Record<string, unknown>;
  matches?: string[];
  cursor_start?: number;
  cursor_end?: number;
  found?: boolean;
  indent?: string;
  history?: [number, number, string | [string, string | null]][];
  comm_id?: string;
  target_name?: string;
  comms?: Record<string, { target_name: string }>;
  prompt?: string;
  password?: boolean;
  restart?: boolean;
  [field: string]: unknown;
}

export interface Message {
  channel: Channel;
  header: Header;
  parent_header: Partial<Header>;
  metadata: Record<string, unknown>;
  content: Content;
  buffers: Buffer[];
  /** Whether the kernel's own signature fits its frames. */
  signed: boolean;
}

const delimiter = "<IDS|MSG>";

export function newHeader(type: string, session: string): Header {
  return {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: "tests",
    date: new Date().toISOString(),
    version: "5.3",
  };
}

/** HMAC-SHA256 over the four JSON frames, as hex; empty where the connection has no key. */
export function sign(key: string, frames: readonly (string | Buffer)[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const frame of frames) hmac.update(frame);
  return hmac.digest("hex");
}

export function encode(
  key: string,
  header: Header,
  content: unknown,
  extra: { parent?: Partial<Header>; metadata?: unknown; buffers?: readonly Uint8Array[] } = {},
): (string | Uint8Array)[] {
  const parts = [header, extra.parent ?? {}, extra.metadata ?? {}, content].map(part => JSON.stringify(part));
  return [delimiter, sign(key, parts), ...parts, ...(extra.buffers ?? [])];
}

export function decode(key: string, channel: Channel, frames: readonly Buffer[]): Message {
  const start = frames.findIndex(frame => frame.length === delimiter.length && frame.toString("latin1") === delimiter);
  const parts = frames.slice(start + 2, start + 6);
  if (start < 0 || parts.length < 4) {
    throw new Error(`decode: expected ${delimiter} and five more frames, got ${frames.length} frames on ${channel}`);
  }
  const [header, parent, metadata, content] = parts.map(part => JSON.parse(part.toString("utf8")) as unknown);
  return {
    channel,
    header: header as Header,
    parent_header: (parent ?? {}) as Partial<Header>,
    metadata: (metadata ?? {}) as Record<string, unknown>,
    content: (content ?? {}) as Content,
    buffers: frames.slice(start + 6),
    signed: frames[start + 1]?.toString("latin1") === sign(key, parts),
  };
}
