/** What all tokenizers share: text to whole numbers and back, over a vocabulary of known size. */
import { DataError } from "../errors";

export interface Tokenizer {
  /** Number of tokens; ids run from 0 to size - 1. */
  readonly size: number;
  /** The ids of a text. */
  encode(text: string): Int32Array;
  /** The text of ids. */
  decode(ids: Iterable<number>): string;
  /** What one id stands for, as it can be shown: part of a letter may not be text of its own. */
  token(id: number): string;
}

/** @throws DataError naming the range, for an id without a token */
export function unknownId(id: number, size: number): never {
  throw new DataError("DATA_ARGUMENT", `a token's id must be a whole number from 0 to ${size - 1}, got ${id}`);
}
