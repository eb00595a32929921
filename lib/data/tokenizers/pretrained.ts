/** The vocabularies of GPT-2 and CLIP. */
import { DataError } from "../errors";
import { type ReadOptions, readDataset } from "../store/read";
import { BytePairTokenizer } from "./byte-pairs";
import { byteCharacters } from "./bytes";

function readMerges(bytes: Uint8Array): string[] {
  // The first line is a comment: the version.
  return new TextDecoder().decode(bytes).trimEnd().split("\n").slice(1);
}

/**
 * GPT-2's tokenizer: 50,257 tokens, the last of them <|endoftext|>.
 *
 * @example
 * const tokenizer = await data.gpt2Tokenizer();
 * tokenizer.encode("Hello world"); // [15496, 995]
 */
export async function gpt2Tokenizer(options: ReadOptions = {}): Promise<BytePairTokenizer> {
  const [vocabulary, merges] = await readDataset("gpt2-vocabulary", ["encoder.json.br", "vocab.bpe.br"], options);
  const ids = JSON.parse(new TextDecoder().decode(vocabulary)) as Record<string, number>;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(ids)) tokens[id] = token;
  return new BytePairTokenizer({
    tokens,
    merges: readMerges(merges!),
    special: { "<|endoftext|>": tokens.length - 1 },
  });
}

/** CLIP's words: no blanks, and digits one by one. */
const clipPattern = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** What Python strips from the ends of a text: blanks, and the four separators from U+001C on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are meant
const clipEnds = /^[\p{White_Space}\x1c-\x1f]+|[\p{White_Space}\x1c-\x1f]+$/gu;

/** Tokens that CLIP's text encoder reads, the two marks among them. */
const clipContext = 77;

export class ClipTokenizer extends BytePairTokenizer {
  readonly start: number = this.special["<|startoftext|>"]!;
  readonly end: number = this.special["<|endoftext|>"]!;

  /**
   * What the text encoder takes: start mark, at most 75 tokens, end mark, filled up to 77.
   *
   * @param fill the end mark unless told, as Stable Diffusion 1 has it; OpenAI's CLIP fills with 0
   */
  prompt(
    text: string,
    { context = clipContext, fill = this.end }: { context?: number; fill?: number } = {},
  ): Int32Array {
    if (!(Number.isInteger(context) && context >= 2)) {
      throw new DataError("DATA_ARGUMENT", `prompt: context must be a whole number from 2 on, got ${context}`);
    }
    const ids = this.encode(text).subarray(0, context - 2);
    const prompt = new Int32Array(context).fill(fill);
    prompt[0] = this.start;
    prompt.set(ids, 1);
    prompt[ids.length + 1] = this.end;
    return prompt;
  }
}

/**
 * CLIP's tokenizer: 49,408 tokens, text in small letters, of several blanks only one. Text is put in Unicode's composed form; OpenAI's
 * code also guesses at text that was decoded wrongly and resolves HTML's entities, which this does not.
 *
 * @example
 * const tokenizer = await data.clipTokenizer();
 * tokenizer.prompt("a photo of a cat"); // [49406, 320, 1125, 539, 320, 2368, 49407, 49407, ...]
 */
export async function clipTokenizer(options: ReadOptions = {}): Promise<ClipTokenizer> {
  const [bytes] = await readDataset("clip-vocabulary", ["merges.txt.br"], options);
  const merges = readMerges(bytes!);
  // OpenAI lists visible bytes first, then those with a stand-in, then both once more with the mark of a word's end.
  const alphabet = [...byteCharacters].sort();
  const marks = ["<|startoftext|>", "<|endoftext|>"];
  const tokens = [
    ...alphabet,
    ...alphabet.map(token => `${token}</w>`),
    ...merges.map(merge => merge.replace(" ", "")),
    ...marks,
  ];
  return new ClipTokenizer({
    tokens,
    merges,
    pattern: clipPattern,
    normalize: text => text.normalize("NFC").replaceAll(clipEnds, "").toLowerCase(),
    endOfWord: "</w>",
    special: Object.fromEntries(marks.map(mark => [mark, tokens.indexOf(mark)])),
  });
}
