/**
 * Comms: channels between code in a cell and code in the front end, such as a widget. A comm has an id, carries JSON and
 * binary buffers both ways, and is opened by either side.
 */
import { randomUUID } from "node:crypto";
import { currentCell } from "../session/cell";
import { tell } from "../session/link";

type Json = Record<string, unknown>;

export interface CommMessage {
  data: unknown;
  metadata: Json;
  buffers: Uint8Array[];
}

export interface Comm {
  readonly id: string;
  readonly target: string;
  send(data: unknown, options?: { metadata?: Json; buffers?: Uint8Array[] }): void;
  close(data?: unknown): void;
  onMessage(listener: (message: CommMessage) => void): void;
  onClose(listener: (message: CommMessage) => void): void;
}

interface Open extends Comm {
  messages: ((message: CommMessage) => void)[];
  closes: ((message: CommMessage) => void)[];
}

export class Comms {
  private readonly open = new Map<string, Open>();
  private readonly targets = new Map<string, (comm: Comm, message: CommMessage) => void>();

  /** Has `opened` called when the front end opens a comm to the target. */
  register(target: string, opened: (comm: Comm, message: CommMessage) => void): void {
    this.targets.set(target, opened);
  }

  create(target: string, data: unknown = {}, options: { metadata?: Json; buffers?: Uint8Array[] } = {}): Comm {
    const comm = this.make(randomUUID(), target);
    this.publish("comm_open", { comm_id: comm.id, target_name: target, data }, options);
    return comm;
  }

  receive(message: { kind: string; content: Json; metadata: Json; buffers: Uint8Array[] }): void {
    const { content, metadata, buffers } = message;
    const id = String(content.comm_id);
    const body = { data: content.data, metadata, buffers };
    if (message.kind === "comm_open") {
      const target = String(content.target_name);
      const opened = this.targets.get(target);
      if (opened) opened(this.make(id, target), body);
      else this.publish("comm_close", { comm_id: id, data: {} }, {});
      return;
    }
    const comm = this.open.get(id);
    if (!comm) return;
    if (message.kind === "comm_close") {
      this.open.delete(id);
      for (const listener of comm.closes) listener(body);
    } else {
      for (const listener of comm.messages) listener(body);
    }
  }

  private make(id: string, target: string): Comm {
    const comm: Open = {
      id,
      target,
      messages: [],
      closes: [],
      send: (data, options = {}) => this.publish("comm_msg", { comm_id: id, data }, options),
      close: (data = {}) => {
        if (!this.open.delete(id)) return;
        this.publish("comm_close", { comm_id: id, data }, {});
      },
      onMessage: listener => void comm.messages.push(listener),
      onClose: listener => void comm.closes.push(listener),
    };
    this.open.set(id, comm);
    return comm;
  }

  private publish(message: string, content: Json, options: { metadata?: Json; buffers?: Uint8Array[] }): void {
    tell({
      type: "publish",
      id: currentCell().id,
      message,
      content,
      metadata: options.metadata ?? {},
      buffers: options.buffers ?? [],
    });
  }
}
