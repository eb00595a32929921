/** Helpers for async iterables of known length: working ahead, changing, taking the first few, collecting. */
import type { Epoch } from "./batches";

/**
 * Runs jobs in order, up to `ahead` of them before they are asked for. Worth it where a job waits (decoding an image on another
 * thread, reading a file). A job that fails fails the loop when its turn comes, not before.
 */
export async function* prefetch<T>(jobs: readonly (() => Promise<T>)[], ahead: number): AsyncGenerator<T> {
  const running: Promise<T>[] = [];
  for (let next = 0, done = 0; done < jobs.length; done++) {
    for (; next < jobs.length && next <= done + ahead; next++) {
      const result = jobs[next]!();
      result.catch(() => {}); // Reported when it is awaited; until then Node must not take it for unhandled.
      running.push(result);
    }
    yield await running.shift()!;
  }
}

/** Each item changed; the length stays. */
export function mapEpoch<A, B>(epoch: Epoch<A>, change: (item: A, index: number) => B | Promise<B>): Epoch<B> {
  return {
    length: epoch.length,
    async *[Symbol.asyncIterator]() {
      let index = 0;
      for await (const item of epoch) yield await change(item, index++);
    },
  };
}

/** The first `count` items. */
export function takeEpoch<T>(epoch: Epoch<T>, count: number): Epoch<T> {
  const length = Math.min(count, epoch.length);
  return {
    length,
    async *[Symbol.asyncIterator]() {
      let index = 0;
      if (length === 0) return;
      for await (const item of epoch) {
        yield item;
        if (++index === length) return;
      }
    },
  };
}

/** All items in an array. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
