/**
 * A page on which a digit is drawn with the mouse and read by an ONNX model in the browser itself: the pixels never leave it.
 *
 * The server hands out six files and nothing else: the page, its two scripts, the model, and ONNX Runtime for the web from
 * node_modules. It listens on this machine only, and no file comes from the network.
 */

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { DrawError } from "./errors";

export interface DrawingPage {
  /** Where it is: `http://127.0.0.1:41234/`. */
  readonly url: string;
  /** Stops the server; whoever started it does that. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** ONNX Runtime without WebGPU, its loader inside: the smallest of its builds. */
const RUNTIME = "ort.wasm.bundle.min.mjs";
const WASM = "ort-wasm-simd-threaded.wasm";

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  wasm: "application/wasm",
  onnx: "application/octet-stream",
};

/**
 * Serves the page with this model until `close`.
 *
 * @example
 * await using page = await serveDrawing("digits.onnx");
 * console.log(page.url);
 *
 * @param model  an ONNX file: one input [1, 28, 28, 1], white on black in [0, 1]; one output [1, 10], a probability for each digit
 * @param port   0 unless given: any that is free
 * @throws DrawError when there is no such file, or the port cannot be had
 */
export async function serveDrawing(model: string, { port = 0 }: { port?: number } = {}): Promise<DrawingPage> {
  const found = await stat(model).catch(() => undefined);
  if (!found?.isFile())
    throw new DrawError("DRAW_MODEL", `serveDrawing: expected an ONNX file, got "${model}"; chapter 4 exports one`);
  const runtime = dirname(require.resolve("onnxruntime-web"));
  const files = new Map([
    ["/", join(__dirname, "page/index.html")],
    ["/page.js", join(__dirname, "page/page.js")],
    ["/centre.js", join(__dirname, "page/centre.js")],
    [`/${RUNTIME}`, join(runtime, RUNTIME)],
    [`/${WASM}`, join(runtime, WASM)],
    ["/model.onnx", model],
  ]);
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? "/", "http://localhost").pathname);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": types[file.split(".").at(-1)!]!, "cache-control": "no-store" });
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
  });
  await listen(server, port);
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", cause =>
      reject(
        new DrawError("DRAW_PORT", `serveDrawing: expected a free port, got ${port} (${cause.message}); try another`, {
          cause,
        }),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
}
