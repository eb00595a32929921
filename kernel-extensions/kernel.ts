/**
 * Where the kernel begins: `node kernel.cjs <connection file>`. This thread is the user's, since native addons, the process's
 * streams and signals want the main one; everything else goes on in a worker. What takes longest begins first: the
 * worker, then the language server, and while those start, the rest is loaded here.
 */
import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { MessageChannel, SHARE_ENV, Worker } from "node:worker_threads";
import { createRingMemory } from "./session/output-ring";
import { type FrontData, flags } from "./session/protocol";

const connectionFile = process.argv[2];
if (!connectionFile) {
  console.error("kernel: expected the path of a connection file; Jupyter gives one when it starts the kernel");
  process.exit(2);
}

const ambientTypes = join(__dirname, "..", "typings", "ambient.d.ts");
const server = new MessageChannel();
const shared = new Int32Array(new SharedArrayBuffer(4 * flags.count));
const messages = new MessageChannel();
const sync = new MessageChannel();
const ring = createRingMemory();
/** V8 counts the young generation in, three times its semi-space of 16 MiB, but ends the process when the old one is full. */
const heapLimit = getHeapStatistics().heap_size_limit - 3 * 2 ** 24;
const data: FrontData = { connectionFile, ambientTypes, flags: shared, ring, heapLimit };
const front = new Worker(join(__dirname, "front.cjs"), {
  workerData: { data, port: messages.port2, syncPort: sync.port2, serverPort: server.port2 },
  transferList: [messages.port2, sync.port2, server.port2],
  env: SHARE_ENV,
});
front.on("error", error => {
  writeSync(2, `kernel: the front thread failed: ${error.stack ?? String(error)}\n`);
  process.exit(1);
});
front.on("exit", code => process.exit(code));

// Without one that has been greeted the worker starts a server itself, or says why it cannot.
const greeting = import("./types/greeting").then(({ greetEarly }) => greetEarly(process.cwd(), ambientTypes));
void greeting
  .catch(() => undefined)
  .then(greeted => {
    server.port1.postMessage(greeted);
    server.port1.close();
    const { startRuntime } = createRequire(__filename)("./runtime.cjs") as typeof import("./runtime");
    startRuntime({ port: messages.port1, syncPort: sync.port1, flags: shared, ring });
  });
