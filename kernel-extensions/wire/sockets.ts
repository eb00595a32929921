/**
 * The five sockets of a kernel. They live in the worker thread, so that the heartbeat, Stop and printed output go on while
 * the user's code keeps its own thread busy.
 */
import { rmSync } from "node:fs";
import { Reply, Router, XPublisher } from "zeromq";
import type { Connection } from "./connection";
import { createMessage, type Draft, type Message } from "./message";
import { createSigner, decodeMessage, encodeMessage, type Signer, WireError } from "./signing";

export type RequestChannel = "shell" | "control" | "stdin";

export interface Sockets {
  /** Queues a message; resolves when ZeroMQ has taken it. */
  send(channel: RequestChannel | "iopub", draft: Draft): Promise<void>;
  /** Resolves when everything queued so far has been taken. */
  drain(): Promise<void>;
  close(): void;
}

export interface Handlers {
  onMessage(channel: RequestChannel, message: Message): void;
  /** A message that was dropped, and why. */
  onDropped(reason: string): void;
}

/**
 * Who starts a kernel looks for free ports, lets go of them and tells the kernel; in between, any connection that someone opens
 * may have one of them for its own end, mostly for a moment. So the kernel tries again, for this long (ms).
 */
const patience = 3000;
const pause = 20;

export async function openSockets(connection: Connection, handlers: Handlers): Promise<Sockets> {
  const signer = createSigner(connection.key, connection.signatureScheme);
  // linger 1000 ms: the last reply still leaves when the process ends. No high-water mark: printed output is never dropped.
  const unlimited = { linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
  const routers = {
    shell: new Router({ ...unlimited, handover: true }),
    control: new Router({ ...unlimited, handover: true }),
    stdin: new Router({ ...unlimited, handover: true }),
  };
  const iopub = new XPublisher({ ...unlimited, verbosity: "allSubs" });
  const heartbeat = new Reply({ linger: 0 });
  const sockets = { ...routers, iopub, hb: heartbeat };
  await Promise.all(
    Object.entries(connection.endpoints).map(([channel, endpoint]) =>
      bind(sockets[channel as keyof typeof sockets], channel, endpoint),
    ),
  ).catch(error => {
    for (const socket of Object.values(sockets)) socket.close();
    throw error;
  });

  const queues = new Map<string, Promise<void>>();
  let closed = false;
  const send = (channel: RequestChannel | "iopub", draft: Draft): Promise<void> => {
    if (closed) return Promise.resolve(); // nobody is there any more
    const frames = encodeMessage(createMessage(withTopic(channel, draft)), signer);
    const socket = channel === "iopub" ? iopub : routers[channel];
    const sent = (queues.get(channel) ?? Promise.resolve())
      .then(() => socket.send(frames))
      .catch(error => handlers.onDropped(`${channel}: ${draft.type} could not be sent: ${String(error)}`));
    queues.set(channel, sent);
    return sent;
  };

  for (const channel of ["shell", "control", "stdin"] as const) {
    void receive(routers[channel], signer, handlers, message => handlers.onMessage(channel, message));
  }
  void echo(heartbeat);
  void welcome(iopub, send);

  return {
    send,
    async drain() {
      await Promise.all(queues.values());
    },
    close() {
      closed = true;
      for (const socket of Object.values(sockets)) socket.close();
      for (const endpoint of Object.values(connection.endpoints)) {
        if (endpoint.startsWith("ipc://")) rmSync(endpoint.slice("ipc://".length), { force: true });
      }
    },
  };
}

async function bind(socket: { bind(endpoint: string): Promise<void> }, channel: string, endpoint: string) {
  for (const end = Date.now() + patience; ; await new Promise(resolve => setTimeout(resolve, pause))) {
    try {
      return await socket.bind(endpoint);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" && Date.now() < end) continue;
      throw new WireError(`${channel}: expected ${endpoint} to be free to listen on, got: ${message}`);
    }
  }
}

function withTopic(channel: string, draft: Draft): Draft {
  return channel === "iopub" && !draft.identities
    ? { ...draft, identities: [Buffer.from(`kernel.${draft.type}`)] }
    : draft;
}

async function receive(socket: Router, signer: Signer, handlers: Handlers, handle: (message: Message) => void) {
  for await (const frames of socket) {
    try {
      handle(decodeMessage(frames, signer));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      handlers.onDropped(error.message);
    }
  }
}

async function echo(socket: Reply) {
  for await (const frames of socket) await socket.send(frames);
}

/** Tells each new subscriber that its subscription stands (JEP 65), so that no client need guess when it may start. */
async function welcome(socket: XPublisher, send: Sockets["send"]) {
  for await (const [frame] of socket) {
    if (frame?.[0] !== 1) continue;
    const subscription = frame.subarray(1);
    await send("iopub", {
      type: "iopub_welcome",
      content: { subscription: subscription.toString("utf8") },
      identities: [Buffer.from(subscription)],
    });
  }
}
