// What is running, while it runs: one line on a terminal, rewritten in place on standard error; nothing where the output is a file.
import type { Progress } from "../test-notebooks";
import { seconds } from "./lines";

export interface ProgressDisplay extends Progress {
  stop(): void;
}

/** A progress display for `stream`; silent when it is not a terminal. */
export function progressDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  const running = new Map<string, { cell: number; count: number; since: number }>();
  let done = 0;
  let total = 0;
  const draw = () => {
    const now = performance.now();
    const parts = [...running].map(
      ([name, { cell, count, since }]) => `${name.split("/").at(-1)} ${cell}/${count} ${seconds(now - since)}`,
    );
    const line = `${done}${total > 0 ? ` of ${total}` : ""} done${parts.length > 0 ? `, running: ${parts.join("  ")}` : ""}`;
    stream.write(`\r\u001b[K${line.slice(0, (stream.columns || 80) - 1)}`);
  };
  const timer = stream.isTTY ? setInterval(draw, 200) : undefined;
  timer?.unref();
  return {
    total: count => {
      total = count;
    },
    start: (name, count) => running.set(name, { cell: 0, count, since: performance.now() }),
    cell: (name, index, count) =>
      running.set(name, { cell: index + 1, count, since: running.get(name)?.since ?? performance.now() }),
    end: ({ name }) => {
      running.delete(name);
      done++;
    },
    stop: () => {
      clearInterval(timer);
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}
