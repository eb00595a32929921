/**
 * One token a word. Words are runs of letters (with marks, and apostrophes within) or of digits, in small letters; any other visible
 * character is a token of its own; blanks are none. Rare words share one token, so that the vocabulary stays small.
 */
import { DataError } from "../errors";
import { type Tokenizer, unknownId } from "./tokenizer";

const wordPattern = /\p{L}[\p{L}\p{M}]*(?:['’][\p{L}\p{M}]+)*|\p{N}+|[^\s\p{L}\p{N}]/gu;

/** Stands for every word that is not in the vocabulary; its id is 0. */
export const unknownWord = "<unk>";

/** The words of a text, in small letters. @example splitWords("Don't panic!") // ["don't", "panic", "!"] */
export function splitWords(text: string): string[] {
  return text.toLowerCase().match(wordPattern) ?? [];
}

export interface WordVocabularyOptions {
  /** Tokens at most, the unknown word among them. */
  maxSize?: number;
  /** Words that occur less often are left out; 1 unless told. */
  minCount?: number;
}

export class WordTokenizer implements Tokenizer {
  private readonly ids: ReadonlyMap<string, number>;

  /** @param words the vocabulary; the place of a word is its id, and the first is the unknown word */
  constructor(readonly words: readonly string[]) {
    if (words[0] !== unknownWord)
      throw new DataError("DATA_ARGUMENT", `a vocabulary of words begins with "${unknownWord}"`);
    this.ids = new Map(words.map((word, id) => [word, id]));
    if (this.ids.size < words.length) throw new DataError("DATA_ARGUMENT", "the vocabulary holds a word twice");
  }

  /**
   * The words of some texts as a vocabulary, the most frequent first; among equals in the order of their code units.
   *
   * @example const tokenizer = WordTokenizer.of(train.map(mail => mail.text), { maxSize: 5000 });
   */
  static of(
    texts: Iterable<string>,
    { maxSize = Number.POSITIVE_INFINITY, minCount = 1 }: WordVocabularyOptions = {},
  ): WordTokenizer {
    const counts = new Map<string, number>();
    for (const text of texts) for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const frequent = [...counts].filter(([, count]) => count >= minCount);
    frequent.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    return new WordTokenizer([unknownWord, ...frequent.slice(0, Math.max(0, maxSize - 1)).map(([word]) => word)]);
  }

  get size(): number {
    return this.words.length;
  }

  encode(text: string): Int32Array {
    return Int32Array.from(splitWords(text), word => this.ids.get(word) ?? 0);
  }

  /** Words with a blank between them: which blanks there were is not known any more. */
  decode(ids: Iterable<number>): string {
    return Array.from(ids, id => this.token(id)).join(" ");
  }

  token(id: number): string {
    return this.words[id] ?? unknownId(id, this.size);
  }
}
