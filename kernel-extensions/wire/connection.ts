/** The connection file that Jupyter writes for a kernel: where to listen, and the key that signs messages. */
import { readFileSync } from "node:fs";
import { WireError } from "./signing";

export const channels = ["shell", "control", "stdin", "iopub", "hb"] as const;
export type Channel = (typeof channels)[number];

export interface Connection {
  key: string;
  signatureScheme: string;
  /** Address of each channel, as ZeroMQ wants it: `tcp://ip:port`, or `ipc://path-port`. */
  endpoints: Record<Channel, string>;
}

export function readConnection(path: string): Connection {
  const file = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  const transport = String(file.transport ?? "tcp");
  if (transport !== "tcp" && transport !== "ipc") {
    throw new WireError(`connection file: expected transport "tcp" or "ipc", got "${transport}"`);
  }
  const endpoint = (channel: Channel): [Channel, string] => {
    const port = file[`${channel}_port`];
    if (typeof port !== "number") {
      throw new WireError(`connection file: expected a number for ${channel}_port, got ${JSON.stringify(port)}`);
    }
    const separator = transport === "tcp" ? ":" : "-";
    return [channel, `${transport}://${String(file.ip)}${separator}${port}`];
  };
  return {
    key: String(file.key ?? ""),
    signatureScheme: String(file.signature_scheme ?? "hmac-sha256"),
    endpoints: Object.fromEntries(channels.map(endpoint)) as Record<Channel, string>,
  };
}
