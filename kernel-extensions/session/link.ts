/** The user thread's end of the line to the front thread. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type RingMemory, RingWriter, type StreamName } from "./output-ring";
import { type Dated, flags, type ToFront, type ToRuntime } from "./protocol";

export interface Link {
  port: MessagePort;
  /** A channel of its own for a question to which a synchronous `require` needs the answer. */
  syncPort: MessagePort;
  flags: Int32Array;
  ring: RingMemory;
}

let ring: RingWriter | undefined;
let link: Link | undefined;

export function connect(to: Link): void {
  link = to;
  ring = new RingWriter(to.ring, () => tell({ type: "output" }));
}

/** Sends a message, in order with what was printed before and after. */
export function tell(message: ToFront): void {
  link?.port.postMessage({ at: ring?.position ?? 0, message } satisfies Dated);
}

export function print(id: number, name: StreamName, text: string): void {
  ring?.write(id, name, text);
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
