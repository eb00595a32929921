/**
 * A Jupyter message as the wire protocol 5.4 defines it, and how one is made.
 * Source: "Messaging in Jupyter", jupyter-client documentation.
 */
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";

export const protocolVersion = "5.4";

export type Json = Record<string, unknown>;

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

export interface Message {
  /** Routing prefix: on a ROUTER socket the frames that lead back to the sender, on iopub the topic. */
  identities: Buffer[];
  header: Header;
  parent: Header | Record<string, never>;
  metadata: Json;
  content: Json;
  buffers: Buffer[];
}

const session = randomUUID();
const username = (() => {
  try {
    return userInfo().username;
  } catch {
    return "kernel"; // a container may run under a user id that has no name
  }
})();
let count = 0;

export function createHeader(type: string): Header {
  count += 1;
  return {
    msg_id: `${session}_${count}`,
    session,
    username,
    date: new Date().toISOString(),
    msg_type: type,
    version: protocolVersion,
  };
}

export interface Draft {
  type: string;
  content: Json;
  parent?: Message["parent"] | undefined;
  metadata?: Json | undefined;
  identities?: Buffer[] | undefined;
  buffers?: Buffer[] | undefined;
}

export function createMessage(draft: Draft): Message {
  return {
    identities: draft.identities ?? [],
    header: createHeader(draft.type),
    parent: draft.parent ?? {},
    metadata: draft.metadata ?? {},
    content: draft.content,
    buffers: draft.buffers ?? [],
  };
}
