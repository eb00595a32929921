/** The user thread's end of the line to the front thread. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { ToFront, ToRuntime } from "./protocol";
import { flags } from "./protocol";

export interface Link {
  port: MessagePort;
  /** A channel of its own for a question to which a synchronous `require` needs the answer. */
  syncPort: MessagePort;
  flags: Int32Array;
}

let link: Link | undefined;

export function connect(to: Link): void {
  link = to;
}

export function tell(message: ToFront): void {
  link?.port.postMessage(message);
}

export function stopRequested(id: number): boolean {
  return link !== undefined && Atomics.load(link.flags, flags.interrupted) === id;
}

/** Asks the front thread and blocks until it answers. */
export function askAndWait(message: ToFront): ToRuntime {
  if (!link) throw new Error("internal: the front thread is not connected");
  Atomics.store(link.flags, flags.compiled, 0);
  link.syncPort.postMessage(message);
  for (;;) {
    Atomics.wait(link.flags, flags.compiled, 0);
    const answer = receiveMessageOnPort(link.syncPort);
    if (answer) return answer.message as ToRuntime;
  }
}
