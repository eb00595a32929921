/** The connection file that Jupyter writes for a kernel: where to listen, and the key that signs messages. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { WireError } from "./signing";

export const channels = ["shell", "control", "stdin", "iopub", "hb"] as const;
export type Channel = (typeof channels)[number];

export interface Connection {
  key: string;
  signatureScheme: string;
  /** Address of each channel, as ZeroMQ wants it: `tcp://ip:port`, or `ipc://path-port`. */
  endpoints: Record<Channel, string>;
}

/** `startedIn` is the folder that Jupyter started the kernel in: jupyter_client alone gives sockets a name in it, a server whole paths. */
export function readConnection(path: string, startedIn: string): Connection {
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
    if (transport === "tcp") return [channel, `tcp://${String(file.ip)}:${port}`];
    const socket = `${String(file.ip)}-${port}`;
    // A socket's path may have 107 characters: it stays as short as it was given where the kernel runs where it was started.
    return [channel, `ipc://${startedIn === process.cwd() ? socket : resolve(startedIn, socket)}`];
  };
  return {
    key: String(file.key ?? ""),
    signatureScheme: String(file.signature_scheme ?? "hmac-sha256"),
    endpoints: Object.fromEntries(channels.map(endpoint)) as Record<Channel, string>,
  };
}
