/**
 * One token a character: Unicode's code points, so that an emoji of one code point is one token. The vocabulary is the characters of
 * a text, in order of their code points.
 */
import { DataError } from "../errors";
import { type Tokenizer, unknownId } from "./tokenizer";

export class CharacterTokenizer implements Tokenizer {
  private readonly ids: ReadonlyMap<string, number>;

  /** @param characters the vocabulary; the place of a character is its id */
  constructor(readonly characters: readonly string[]) {
    this.ids = new Map(characters.map((character, id) => [character, id]));
    const wrong = characters.find(character => [...character].length !== 1);
    if (wrong !== undefined) throw new DataError("DATA_ARGUMENT", `${JSON.stringify(wrong)} is not one character`);
    if (this.ids.size < characters.length)
      throw new DataError("DATA_ARGUMENT", "the vocabulary holds a character twice");
  }

  /**
   * The characters of a text as a vocabulary.
   *
   * @example const tokenizer = CharacterTokenizer.of(names.join("\n"));
   */
  static of(text: string): CharacterTokenizer {
    return new CharacterTokenizer([...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!));
  }

  get size(): number {
    return this.characters.length;
  }

  /** @throws DataError for a character that is not in the vocabulary */
  encode(text: string): Int32Array {
    return Int32Array.from(text, character => {
      const id = this.ids.get(character);
      if (id !== undefined) return id;
      const place = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
      throw new DataError(
        "DATA_ARGUMENT",
        `no token for ${JSON.stringify(character)} (${place}); was it in the text the vocabulary is of?`,
      );
    });
  }

  decode(ids: Iterable<number>): string {
    return Array.from(ids, id => this.token(id)).join("");
  }

  token(id: number): string {
    return this.characters[id] ?? unknownId(id, this.size);
  }
}
