/**
 * Training of a byte-pair vocabulary: count the words of a text, then merge the most frequent pair of neighbours, over and over.
 *
 * Each pair knows the words it occurs in, so that a merge touches those alone; a thousand merges over a novel take a second or two.
 * Among equally frequent pairs the one with the smaller ids wins, as in Hugging Face's trainer, which this gives the same merges as.
 */
import { DataError } from "../errors";
import { byteCharacters, toByteCharacters } from "./bytes";

/**
 * GPT-2's words: a contraction's end, or letters, digits or other signs with the blank before them, or blanks. The blank property
 * rather than \s: JavaScript's takes U+FEFF for a blank and U+0085 for none.
 */
export const gpt2Pattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Room for a second id in the key of a pair; vocabularies are smaller. */
const idRoom = 2 ** 21;

/**
 * Finds merges.
 *
 * @param size tokens in all, the 256 bytes among them
 * @returns pairs in the alphabet of bytes, the two parts with a blank between; fewer than asked for when the text gives no more
 */
export function trainMerges(text: string, size: number, pattern: RegExp = gpt2Pattern): string[] {
  if (!(Number.isInteger(size) && size >= 256 && size < idRoom)) {
    throw new DataError(
      "DATA_ARGUMENT",
      `byte pairs: size must be a whole number from 256 to ${idRoom - 1}, got ${size}`,
    );
  }
  const tokens = [...byteCharacters].sort(); // By code point: ids as Hugging Face gives them.
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(pattern)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].map(([word, count]) => ({
    ids: Array.from(toByteCharacters(word), token => ids.get(token)!),
    count,
  }));

  const frequency = new Map<number, number>();
  const places = new Map<number, Set<number>>();
  const add = (a: number, b: number, place: number, count: number) => {
    const pair = a * idRoom + b;
    frequency.set(pair, (frequency.get(pair) ?? 0) + count);
    const known = places.get(pair);
    if (known) known.add(place);
    else places.set(pair, new Set([place]));
  };
  for (const [place, word] of words.entries()) {
    for (let i = 1; i < word.ids.length; i++) add(word.ids[i - 1]!, word.ids[i]!, place, word.count);
  }

  const merges: string[] = [];
  while (tokens.length < size) {
    let [best, most] = [-1, 0];
    for (const [pair, count] of frequency) {
      if (count > most || (count === most && count > 0 && pair < best)) [best, most] = [pair, count];
    }
    if (most < 1) break;
    const [a, b] = [Math.floor(best / idRoom), best % idRoom];
    const merged = tokens.push(tokens[a]! + tokens[b]!) - 1;
    merges.push(`${tokens[a]} ${tokens[b]}`);
    for (const place of places.get(best)!) {
      const word = words[place]!;
      // The word's pairs are taken out, the word is merged, its new pairs are put in.
      for (let i = 1; i < word.ids.length; i++) {
        const pair = word.ids[i - 1]! * idRoom + word.ids[i]!;
        frequency.set(pair, frequency.get(pair)! - word.count);
      }
      const shorter: number[] = [];
      for (let i = 0; i < word.ids.length; i++) {
        if (word.ids[i] === a && word.ids[i + 1] === b) {
          shorter.push(merged);
          i++;
        } else shorter.push(word.ids[i]!);
      }
      word.ids = shorter;
      for (let i = 1; i < shorter.length; i++) add(shorter[i - 1]!, shorter[i]!, place, word.count);
    }
    frequency.delete(best);
    places.delete(best);
  }
  return merges;
}
