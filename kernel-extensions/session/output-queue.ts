/**
 * Streams on their way out: text of one cell and stream that comes within a short time is sent as one message, in order with
 * everything else, so that 200,000 printed lines are a few hundred messages.
 */
import type { Draft } from "../wire/message";

/** Text waits this long for more (ms): short enough to look live. */
const window = 15;
/** A message holds at most this many characters, so that front ends can draw between two. */
const largest = 1_000_000;

export interface OutputQueue {
  stream(parent: Draft["parent"], key: number, name: "stdout" | "stderr", text: string): void;
  /** Sends what waits; call before any other message of the cell. */
  flush(): void;
}

export function createOutputQueue(send: (draft: Draft) => void): OutputQueue {
  let waiting:
    | { parent: Draft["parent"]; key: number; name: "stdout" | "stderr"; texts: string[]; size: number }
    | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastSent = 0;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting) return;
    const { parent, name, texts } = waiting;
    waiting = undefined;
    lastSent = performance.now();
    const text = texts.join("");
    for (let at = 0; at < text.length; ) {
      let end = Math.min(at + largest, text.length);
      // A pair of surrogates is one character.
      if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1]!)) end -= 1;
      send({ type: "stream", content: { name, text: text.slice(at, end) }, parent });
      at = end;
    }
  };
  return {
    flush,
    stream(parent, key, name, text) {
      if (waiting && (waiting.key !== key || waiting.name !== name || waiting.size > largest)) flush();
      waiting ??= { parent, key, name, texts: [], size: 0 };
      waiting.texts.push(text);
      waiting.size += text.length;
      if (performance.now() - lastSent > 2 * window && !timer) flush();
      else timer ??= setTimeout(flush, window);
    },
  };
}
