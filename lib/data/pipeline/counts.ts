/** Counting as a baseline: what follows which run of characters. */
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
