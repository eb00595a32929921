/**
 * Printed output. `console.log` and `process.stdout.write` end in the write method of the process's streams; here that method
 * hands the text to the front thread, which can send it on while this thread computes.
 */
import { StringDecoder } from "node:string_decoder";
import { currentCell } from "./cell";
import { print } from "./link";

type WriteCallback = (error?: Error | null) => void;

export function captureOutput(): void {
  capture(process.stdout, "stdout");
  capture(process.stderr, "stderr");
}

function capture(stream: NodeJS.WriteStream, name: "stdout" | "stderr"): void {
  const decoder = new StringDecoder("utf8");
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback) => {
    const text =
      typeof chunk === "string"
        ? typeof encoding === "string" && /hex|base64|latin1|binary|utf16|ucs2/i.test(encoding)
          ? Buffer.from(chunk, encoding).toString("utf8")
          : chunk
        : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (text !== "") print(currentCell().id, name, text);
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
  // Programs ask these before they print in colour; a notebook shows ANSI colours.
  Object.defineProperties(stream, {
    hasColors: { value: () => true, configurable: true },
    getColorDepth: { value: () => 8, configurable: true },
    columns: { value: 120, configurable: true },
  });
}
