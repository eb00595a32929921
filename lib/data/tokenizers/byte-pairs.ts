/**
 * Byte-pair encoding (Sennrich, Haddow and Birch, 2016), as GPT-2 does it: text is cut into words by a pattern, a word is the bytes of
 * its UTF-8, and pairs of neighbours are merged in the order in which training found them to be frequent. Any text has tokens.
 *
 * The merging is Hugging Face's; what is here is what surrounds it: the cutting, and a memory of words met before. Text repeats its
 * words, so that most of them are merged once (a novel of 1.2 million characters has 30,000 different ones).
 */
import type { Tokenizer as Merger } from "@huggingface/tokenizers";
import { tokenizers } from "../codecs";
import { DataError } from "../errors";
import { byteCharacters, fromByteCharacters, toByteCharacters } from "./bytes";
import { type Tokenizer, unknownId } from "./tokenizer";
import { gpt2Pattern, trainMerges } from "./train";

export interface BytePairSettings {
  /** Tokens in the alphabet of bytes, by id. */
  readonly tokens: readonly string[];
  /** Pairs, the two parts with a blank between, most frequent first. */
  readonly merges: readonly string[];
  /** Finds the words of a text; global. GPT-2's unless told. */
  readonly pattern?: RegExp;
  /** What is done to a text before it is cut. */
  readonly normalize?: (text: string) => string;
  /** Marks the last token of a word, in CLIP's vocabulary; a blank in decoded text. */
  readonly endOfWord?: string;
  /** Tokens that no text gives, such as <|endoftext|>, by name. */
  readonly special?: Readonly<Record<string, number>>;
}

/** Words remembered at most, so that a text of noise does not fill the memory; then all are forgotten. */
const maxRemembered = 200_000;

export class BytePairTokenizer implements Tokenizer {
  readonly size: number;
  readonly special: Readonly<Record<string, number>>;
  private readonly merger: Merger;
  private readonly remembered = new Map<string, readonly number[]>();

  constructor(private readonly settings: BytePairSettings) {
    const { tokens, merges, endOfWord, special = {} } = settings;
    this.size = tokens.length;
    this.special = special;
    const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
    if (Object.keys(vocab).length < tokens.length)
      throw new DataError("DATA_ARGUMENT", "the vocabulary holds a token twice");
    const { Tokenizer } = tokenizers();
    const model = { type: "BPE", vocab, merges, end_of_word_suffix: endOfWord ?? null, continuing_subword_prefix: "" };
    const nothing = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [] };
    this.merger = new Tokenizer({ version: "1.0", model, ...nothing }, {});
  }

  /**
   * Learns a vocabulary of `size` tokens from a text: 256 bytes, merges, then special tokens.
   *
   * @example const tokenizer = BytePairTokenizer.train(text, { size: 1000 });
   */
  static train(text: string, { size, special = [] }: { size: number; special?: readonly string[] }): BytePairTokenizer {
    const merges = trainMerges(text, size - special.length);
    return BytePairTokenizer.fromMerges(merges, special);
  }

  /** The tokenizer that merges determine: what `train` gives, from what was kept of it. */
  static fromMerges(merges: readonly string[], special: readonly string[] = []): BytePairTokenizer {
    const tokens = [...byteCharacters].sort().concat(merges.map(merge => merge.replace(" ", "")));
    const ids = Object.fromEntries(special.map((name, index) => [name, tokens.length + index]));
    return new BytePairTokenizer({ tokens: [...tokens, ...special], merges, special: ids });
  }

  get merges(): readonly string[] {
    return this.settings.merges;
  }

  /** The ids of a text. Names of special tokens are text like any other: what a user types cannot end a document. */
  encode(text: string): Int32Array {
    const { pattern = gpt2Pattern, normalize } = this.settings;
    const ids: number[] = [];
    for (const [word] of (normalize ? normalize(text) : text).matchAll(pattern)) {
      let found = this.remembered.get(word);
      if (!found) {
        found = this.merger.encode(toByteCharacters(word), { add_special_tokens: false }).ids;
        if (this.remembered.size >= maxRemembered) this.remembered.clear();
        this.remembered.set(word, found);
      }
      for (const id of found) ids.push(id);
    }
    return Int32Array.from(ids);
  }

  decode(ids: Iterable<number>): string {
    const { endOfWord } = this.settings;
    const names = new Map(Object.entries(this.special).map(([name, id]) => [id, name]));
    let text = "";
    let characters = ""; // Letters may be spread over tokens: bytes are gathered until a special token interrupts.
    const flush = () => {
      text += fromByteCharacters(endOfWord ? characters.replaceAll(endOfWord, byteCharacters[0x20]!) : characters);
      characters = "";
    };
    for (const id of ids) {
      const name = names.get(id);
      if (name === undefined) characters += this.token(id);
      else {
        flush();
        text += name;
      }
    }
    flush();
    return endOfWord ? text.trimEnd() : text;
  }

  /** In the alphabet of bytes: a blank is Ġ. */
  token(id: number): string {
    return this.settings.tokens[id] ?? unknownId(id, this.size);
  }
}
