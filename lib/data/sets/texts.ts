/** Texts: first names, a novel, mail. */
import { splitRows } from "../pipeline/split";
import { type ReadOptions, readDataset } from "../store/read";
import { CharacterTokenizer } from "../tokenizers/characters";

const decoder = new TextDecoder();

export interface FirstNames {
  /** As written, in the order of the lists, e.g. "Ann-Marie". */
  readonly female: readonly string[];
  readonly male: readonly string[];
  /** All names once, in small letters, only those of the letters a to z, in alphabetical order. */
  readonly letters: readonly string[];
}

/** First names of the English-speaking world. @example (await data.firstNames()).letters.length; // 8403 */
export async function firstNames(options: ReadOptions = {}): Promise<FirstNames> {
  const [female, male] = (await readDataset("first-names", ["female.txt.br", "male.txt.br"], options)).map(bytes =>
    decoder.decode(bytes).trimEnd().split("\n"),
  ) as [string[], string[]];
  const small = [...female, ...male].map(name => name.toLowerCase()).filter(name => /^[a-z]+$/.test(name));
  // Not localeCompare: its order depends on the machine's language.
  return { female, male, letters: [...new Set(small)].sort() };
}

export interface Chapter {
  /** "CHAPTER 1", or "EPILOGUE". */
  readonly heading: string;
  readonly title: string;
  /** With line breaks between paragraphs and lines of verse only. */
  readonly text: string;
}

export interface Novel {
  /** Everything, as printed, lines of at most 72 characters. */
  readonly text: string;
  readonly chapters: readonly Chapter[];
}

/** Joins the lines of each paragraph; indented lines are verse and stay. */
function unwrap(text: string): string {
  return text
    .split(/\n{2,}/)
    .map(paragraph => (/^ {2,}/m.test(paragraph) ? paragraph : paragraph.replaceAll("\n", " ")))
    .join("\n\n")
    .trim();
}

/** Moby-Dick. @example const { text, chapters } = await data.mobyDick(); chapters[0].title; // "Loomings." */
export async function mobyDick(options: ReadOptions = {}): Promise<Novel> {
  const [bytes] = await readDataset("moby-dick", ["moby-dick.txt.br"], options);
  const text = decoder.decode(bytes);
  const chapters = text.split(/^(?=CHAPTER \d+\. |EPILOGUE\. )/m).map(chapter => {
    const end = chapter.indexOf("\n\n"); // Some titles take two lines.
    const [, heading, title] = /^(CHAPTER \d+|EPILOGUE)\. ([\s\S]*)$/.exec(chapter.slice(0, end))!;
    return { heading: heading!, title: title!.replaceAll("\n", " "), text: unwrap(chapter.slice(end)) };
  });
  return { text, chapters };
}

/** A text as ids of its characters, in three parts. */
export interface CharacterSplit {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
  /** Of the whole text. */
  readonly alphabet: CharacterTokenizer;
}

/**
 * Moby-Dick for a model of characters, each chapter under its heading and title. Chapters whose number ends in 0 are the test, those in 5
 * the validation; the epilogue, after 135, belongs to the training.
 *
 * @example const { train, validation, test, alphabet } = await data.mobyDickCharacters(); alphabet.decode(train.slice(0, 22)); // "CHAPTER 1. Loomings."
 */
export async function mobyDickCharacters(options: ReadOptions = {}): Promise<CharacterSplit> {
  const { chapters } = await mobyDick(options);
  const texts = chapters.map(({ heading, title, text }) => `${heading}. ${title}\n\n${text}\n\n\n`);
  const alphabet = CharacterTokenizer.of(texts.join(""));
  const part = (belongs: (number: number) => boolean) =>
    alphabet.encode(texts.filter((_, place) => belongs(place + 1)).join(""));
  return {
    train: part(number => number % 5 !== 0),
    validation: part(number => number % 10 === 5),
    test: part(number => number % 10 === 0),
    alphabet,
  };
}

export interface Mail {
  readonly spam: boolean;
  /** Of the corpus: easy-ham-1, easy-ham-2, hard-ham-1, spam-1 or spam-2. */
  readonly group: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailCorpus {
  readonly train: readonly Mail[];
  /** A fifth of the mails, with each group in proportion. */
  readonly test: readonly Mail[];
}

/** Real mail, spam and ham, no text twice. @example const { train, test } = await data.spam(); */
export async function spam(options: ReadOptions = {}): Promise<MailCorpus> {
  const [bytes] = await readDataset("spam", ["mails.jsonl.br"], options);
  const mails = decoder
    .decode(bytes)
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as Mail);
  const groups = [...new Set(mails.map(({ group }) => group))];
  const labels = mails.map(({ group }) => groups.indexOf(group));
  const { train, test } = splitRows(mails.length, { train: 0.8, test: 0.2 }, { seed: 2002, labels });
  const pick = (rows: Uint32Array) => Array.from(rows, row => mails[row]!);
  return { train: pick(train), test: pick(test) };
}
