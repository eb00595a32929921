/**
 * What a rewritten `await` goes through. Stop cannot break into a promise that is pending, but it can reject the guard around
 * it: the async function then ends as if the awaited step had failed, with its `finally` blocks and `using` declarations.
 */
import { currentCell, resumeCell } from "../session/cell";

export function guard<T>(value: T): T | Promise<Awaited<T>> {
  const cell = currentCell();
  if (cell.frozen) return new Promise(() => {});
  // Stopped, but not frozen: what awaits now is a `finally` block, or a `catch` that means to go on.
  if (cell.stopped || !isThenable(value)) return value;
  return new Promise((resolve, reject) => {
    cell.waiting.add(reject);
    value.then(
      result => {
        cell.waiting.delete(reject);
        resumeCell(cell);
        resolve(result as Awaited<T>);
      },
      reason => {
        cell.waiting.delete(reject);
        resumeCell(cell);
        reject(reason);
      },
    );
  });
}

/** The same for `for await`: every step of the iterator is guarded. */
export function guardEach<T>(iterable: AsyncIterable<T> | Iterable<T | Promise<T>>): AsyncIterable<T> {
  const method = (iterable as AsyncIterable<T>)?.[Symbol.asyncIterator];
  if (!method) return iterable as AsyncIterable<T>; // a plain iterable, or a value that `for await` itself refuses
  return {
    [Symbol.asyncIterator]() {
      const iterator = method.call(iterable);
      return {
        next: async (...values: [] | [unknown]) => guard(iterator.next(...(values as []))),
        return: async (value?: unknown) => iterator.return?.(value) ?? { done: true as const, value },
        throw: async (error?: unknown) => iterator.throw?.(error) ?? Promise.reject(error),
      } as AsyncIterator<T>;
    },
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && typeof value === "object" && typeof (value as PromiseLike<unknown>).then === "function";
}
