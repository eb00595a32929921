// A line rewritten in place on a terminal; where output is no terminal (a log, a pipe), only the last state is written.

import type { LineOutput } from "./progress";

export class TerminalLine implements LineOutput {
  #ended = false;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  write(line: string): void {
    if (!this.stream.isTTY || this.#ended) return;
    // A terminal that does not know its width says 0. Back to the first column, the line cut to the screen so that it never wraps, the rest cleared.
    const width = Math.max((this.stream.columns || 80) - 1, 10);
    this.stream.write(`\r${line.slice(0, width)}\x1b[K`);
  }

  end(line: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.stream.write(this.stream.isTTY ? `\r${line}\x1b[K\n` : `${line}\n`);
  }
}

type Ending = (state: "stopped" | "failed") => void;

const running = new Set<Ending>();
let listening = false;

/** Ends a line when the program does: by an error that nobody catches, or before the work was done. Returns what takes it back. */
export function atExit(end: Ending): () => void {
  running.add(end);
  if (!listening) {
    listening = true;
    process.once("exit", code => {
      for (const one of running) one(code === 0 ? "stopped" : "failed");
    });
  }
  return () => {
    running.delete(end);
  };
}
