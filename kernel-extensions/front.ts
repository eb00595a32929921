/** Where the front thread begins; see session/front.ts. */
import { writeSync } from "node:fs";
import { type MessagePort, workerData } from "node:worker_threads";
import type { FrontData } from "./session/protocol";
import { Checker } from "./types/checker";
import type { Greeted } from "./types/greeting";

const { data, port, syncPort, serverPort } = workerData as {
  data: FrontData;
  port: MessagePort;
  syncPort: MessagePort;
  serverPort: MessagePort;
};

// Written past the user's thread, which may be busy: the log of the kernel must not wait for it.
process.stderr.write = ((text: string | Uint8Array) => {
  writeSync(2, typeof text === "string" ? text : Buffer.from(text).toString("utf8"));
  return true;
}) as typeof process.stderr.write;

// A fault in the answer to one message must not end the session with all its variables.
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error: unknown) => {
    process.stderr.write(`[kernel] internal: ${error instanceof Error ? error.stack : String(error)}\n`);
  });
}

const log = (text: string) => process.stderr.write(`[kernel] ${text}\n`);
const greeted = new Promise<Greeted | undefined>(resolve => serverPort.once("message", resolve));
const checker = new Checker({ directory: process.cwd(), ambientTypes: data.ambientTypes, greeted, log });
checker.start().catch(error => log(String(error)));
import("./session/front")
  .then(({ startFront }) => startFront({ data, port, syncPort, checker, log }))
  .catch((error: Error) => {
    log(`the kernel cannot start: ${error.message}`);
    checker.stop();
    process.exit(1); // of this thread; the other follows
  });
