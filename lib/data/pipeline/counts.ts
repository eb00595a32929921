/** Counting as a baseline: what follows which run of characters, and how often which word occurs. */
import { DataError } from "../errors";

/** What was seen after one context. */
export interface Followers {
  /** How often the context came with something after it. */
  total: number;
  readonly counts: Map<string, number>;
}

/**
 * What follows each run of 0 to `longest` characters of a text, and how often: the counts of n-grams up to n = longest + 1.
 *
 * @example countFollowers("abac", 1).get("a"); // { total: 2, counts: Map { "b" => 1, "c" => 1 } }
 */
export function countFollowers(text: string, longest: number): Map<string, Followers> {
  if (!(Number.isInteger(longest) && longest >= 0))
    throw new DataError("DATA_ARGUMENT", `countFollowers: longest must be a whole number from 0 on, got ${longest}`);
  const seen = new Map<string, Followers>();
  for (let place = 0; place < text.length; place++) {
    const next = text[place]!;
    for (let length = 0; length <= Math.min(longest, place); length++) {
      const context = text.slice(place - length, place);
      const entry: Followers = seen.get(context) ?? { total: 0, counts: new Map() };
      if (entry.total++ === 0) seen.set(context, entry);
      entry.counts.set(next, (entry.counts.get(next) ?? 0) + 1);
    }
  }
  return seen;
}

/** Row by row, how often each id occurs. */
export interface BagOfWords {
  /** [B, size] */
  readonly values: Float32Array;
  readonly shape: [count: number, size: number];
}

/**
 * How often each id from 0 to size - 1 occurs in each sequence: a text without its order.
 *
 * @example bagOfWords([[2, 0, 2]], 3); // { values: [1, 0, 2], shape: [1, 3] }
 */
export function bagOfWords(sequences: readonly ArrayLike<number>[], size: number): BagOfWords {
  const values = new Float32Array(sequences.length * size);
  for (const [row, sequence] of sequences.entries())
    for (let place = 0; place < sequence.length; place++) {
      const id = sequence[place]!;
      if (!(Number.isInteger(id) && id >= 0 && id < size))
        throw new DataError("DATA_ARGUMENT", `bagOfWords: ids must be from 0 to ${size - 1}, got ${id} in row ${row}`);
      values[row * size + id]!++;
    }
  return { values, shape: [sequences.length, size] };
}
