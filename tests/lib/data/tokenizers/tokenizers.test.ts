/** Tokenizers against reference implementations on a thousand strings (see fixtures/make-reference.py), and against themselves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  BytePairTokenizer,
  CharacterTokenizer,
  clipTokenizer,
  gpt2Tokenizer,
  mobyDick,
  splitWords,
  trainMerges,
  WordTokenizer,
} from "../../../../lib/data";

interface Case {
  readonly text: string;
  readonly gpt2: readonly number[];
  readonly clip: readonly number[];
}

const cases = JSON.parse(gunzipSync(readFileSync(join(__dirname, "fixtures/reference.json.gz"))).toString()) as Case[];

test("the thousand strings hold emoji, many scripts and broken surrogates", () => {
  expect(cases.length).toBe(1000);
  expect(cases.filter(({ text }) => /\p{Extended_Pictographic}/u.test(text)).length).toBeGreaterThan(100);
  expect(cases.filter(({ text }) => /\p{Surrogate}/u.test(text)).length).toBeGreaterThan(50);
});

test("GPT-2 gives the tokens of tiktoken for all of them", async () => {
  const tokenizer = await gpt2Tokenizer();
  expect(tokenizer.size).toBe(50_257);
  for (const { text, gpt2 } of cases) expect([text, ...tokenizer.encode(text)]).toEqual([text, ...gpt2]);
});

test("CLIP gives the tokens of OpenAI's code for all of them", async () => {
  const tokenizer = await clipTokenizer();
  expect(tokenizer.size).toBe(49_408);
  for (const { text, clip } of cases) expect([text, ...tokenizer.encode(text)]).toEqual([text, ...clip]);
});

test("GPT-2 gives back every text, with U+FFFD for half a surrogate pair", async () => {
  const tokenizer = await gpt2Tokenizer();
  for (const { text } of cases)
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)),
    );
});

test("what looks like a special token is text; the token itself is decoded by name", async () => {
  const tokenizer = await gpt2Tokenizer();
  const end = tokenizer.special["<|endoftext|>"]!;
  expect(end).toBe(50_256);
  expect([...tokenizer.encode("<|endoftext|>")]).not.toContain(end);
  expect(tokenizer.decode([...tokenizer.encode("a ☕"), end, ...tokenizer.encode("b")])).toBe("a ☕<|endoftext|>b");
  expect(() => tokenizer.decode([50_257])).toThrow("a token's id must be a whole number from 0 to 50256, got 50257");
});

test("a prompt for CLIP is 77 tokens between marks, long or short", async () => {
  const tokenizer = await clipTokenizer();
  expect([tokenizer.start, tokenizer.end]).toEqual([49_406, 49_407]);
  const prompt = tokenizer.prompt("A photo of  a cat");
  expect([...prompt.subarray(0, 8)]).toEqual([49_406, 320, 1125, 539, 320, 2368, 49_407, 49_407]);
  expect(prompt.length).toBe(77);
  expect(tokenizer.decode(prompt.subarray(1, 6))).toBe("a photo of a cat");
  const long = tokenizer.prompt("cat ".repeat(200));
  expect([long.length, long[75], long[76]]).toEqual([77, 2368, 49_407]);
  expect([...tokenizer.prompt("", { context: 4, fill: 0 })]).toEqual([49_406, 49_407, 0, 0]);
});

test("training finds the merges that Hugging Face's trainer finds in Moby-Dick", async () => {
  const { text } = await mobyDick();
  const expected = JSON.parse(readFileSync(join(__dirname, "fixtures/moby-dick-merges.json"), "utf8")) as string[];
  expect(trainMerges(text, 1000)).toEqual(expected);
  const tokenizer = BytePairTokenizer.fromMerges(expected, ["<|endoftext|>"]);
  expect(tokenizer.size).toBe(1001);
  const start = text.slice(0, 50_000);
  const ids = tokenizer.encode(start);
  expect(tokenizer.decode(ids)).toBe(start);
  // A thousand tokens halve the novel, and more.
  expect(ids.length).toBeLessThan(start.length / 2);
});

test("a trained tokenizer encodes what it never saw, and training stops when nothing is left to merge", () => {
  const tokenizer = BytePairTokenizer.train("low low low lower lowest", { size: 300, special: ["<end>"] });
  expect(tokenizer.merges.slice(0, 3)).toEqual(["l o", "lo w", "Ġ low"]);
  expect(tokenizer.size).toBeLessThan(300);
  expect(tokenizer.special).toEqual({ "<end>": tokenizer.size - 1 });
  for (const { text } of cases.slice(0, 100)) {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)),
    );
  }
  expect(() => trainMerges("abc", 100)).toThrow("size must be a whole number from 256");
});

test("characters are code points, come back exactly, and an unknown one is named", () => {
  const tokenizer = CharacterTokenizer.of("hello 🙂\ud800");
  expect(tokenizer.characters).toEqual([" ", "e", "h", "l", "o", "\ud800", "🙂"]);
  expect([...tokenizer.encode("hole🙂")]).toEqual([2, 4, 3, 1, 6]);
  expect(tokenizer.decode(tokenizer.encode("🙂 \ud800"))).toBe("🙂 \ud800");
  expect(() => tokenizer.encode("héllo")).toThrow('no token for "é" (U+00E9)');
  expect(() => tokenizer.decode([7])).toThrow("from 0 to 6, got 7");
  expect(() => new CharacterTokenizer(["ab"])).toThrow('"ab" is not one character');
});

test("words are small, whole and ordered by how frequent they are; the rest is unknown", () => {
  expect(splitWords("Don't PANIC — it’s 42, naïve ☕️!")).toEqual([
    "don't",
    "panic",
    "—",
    "it’s",
    "42",
    ",",
    "naïve",
    "☕",
    "\ufe0f",
    "!",
  ]);
  const tokenizer = WordTokenizer.of(["the cat and the dog", "the end"], { maxSize: 3 });
  expect(tokenizer.words).toEqual(["<unk>", "the", "and"]);
  expect([...tokenizer.encode("The end AND the rest")]).toEqual([1, 0, 2, 1, 0]);
  expect(tokenizer.decode([1, 0])).toBe("the <unk>");
  expect(WordTokenizer.of(["a b b"], { minCount: 2 }).words).toEqual(["<unk>", "b"]);
});
