/**
 * Frames on the wire: routing prefix, `<IDS|MSG>`, signature, then header, parent header, metadata and content as JSON, then
 * binary buffers. The signature is an HMAC over the four JSON frames with the key of the connection file; a message that does
 * not carry the right one did not come from someone who may run code here, and is dropped.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Header, Json, Message } from "./message";

const delimiter = Buffer.from("<IDS|MSG>");

export class WireError extends Error {
  override name = "WireError";
}

export interface Signer {
  sign(frames: readonly Buffer[]): string;
  verify(signature: Buffer, frames: readonly Buffer[]): boolean;
}

export function createSigner(key: string, scheme: string): Signer {
  if (key === "") return { sign: () => "", verify: () => true };
  if (!scheme.startsWith("hmac-")) {
    throw new WireError(`signature_scheme: expected "hmac-<hash>", got "${scheme}"; check the connection file`);
  }
  const hash = scheme.slice("hmac-".length);
  const sign = (frames: readonly Buffer[]) => {
    const hmac = createHmac(hash, key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest("hex");
  };
  return {
    sign,
    verify(signature, frames) {
      const expected = Buffer.from(sign(frames));
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  };
}

export function encodeMessage(message: Message, signer: Signer): Buffer[] {
  const frames = [message.header, message.parent, message.metadata, message.content].map(part =>
    Buffer.from(JSON.stringify(part)),
  );
  return [...message.identities, delimiter, Buffer.from(signer.sign(frames)), ...frames, ...message.buffers];
}

/** Reads a message; throws a WireError that says what was wrong with it. */
export function decodeMessage(frames: readonly Buffer[], signer: Signer): Message {
  const at = frames.findIndex(frame => frame.equals(delimiter));
  if (at < 0) throw new WireError("a message has no <IDS|MSG> delimiter");
  const signature = frames[at + 1];
  const parts = frames.slice(at + 2, at + 6);
  if (!signature || parts.length < 4) {
    throw new WireError(`a message has ${frames.length - at - 1} frames after the delimiter, expected at least 5`);
  }
  if (!signer.verify(signature, parts)) throw new WireError("a message has a wrong signature");
  const [header, parent, metadata, content] = parts.map(parseObject);
  if (typeof header?.msg_type !== "string" || typeof header.msg_id !== "string") {
    throw new WireError("a message header lacks msg_type or msg_id");
  }
  return {
    identities: frames.slice(0, at),
    header: header as unknown as Header,
    parent: (parent ?? {}) as Message["parent"],
    metadata: metadata ?? {},
    content: content ?? {},
    buffers: frames.slice(at + 6),
  };
}

function parseObject(frame: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(frame.toString("utf8"));
  } catch {
    throw new WireError("a message frame is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WireError("a message frame is not a JSON object");
  }
  return value as Json;
}
