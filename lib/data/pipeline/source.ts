/**
 * What batches are drawn from: anything that has a length and can gather the rows with given indices. Shuffling, splitting and
 * selecting then work on indices, and rows are copied once, when a batch is made of them.
 */
import { DataError } from "../errors";

export interface Source<B> {
  readonly length: number;
  /** The rows with these indices, as one batch. */
  gather(indices: Uint32Array): B;
}

/**
 * A list as a source, whose batches are lists.
 *
 * @example for await (const names of batches(listSource(["Ada", "Bob", "Eve"]), { size: 2 })) console.log(names);
 */
export function listSource<T>(items: readonly T[]): Source<T[]> {
  return { length: items.length, gather: indices => Array.from(indices, index => items[index]!) };
}

/** Some rows of a source, as a source; nothing is copied. */
export function select<B>(source: Source<B>, rows: Uint32Array): Source<B> {
  const wrong = rows.find(row => row >= source.length);
  if (wrong !== undefined) throw new DataError("DATA_ARGUMENT", `select: row ${wrong} of ${source.length}`);
  return { length: rows.length, gather: indices => source.gather(indices.map(index => rows[index]!)) };
}

/** A source whose batches are changed on the way out. */
export function mapSource<A, B>(source: Source<A>, change: (batch: A) => B): Source<B> {
  return { length: source.length, gather: indices => change(source.gather(indices)) };
}
