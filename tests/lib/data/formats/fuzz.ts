/**
 * Hostile files for readers: a sound file cut short, with bytes flipped, removed, doubled or set to the values that overflow, and
 * plain noise. All from a seed, so that what fails once fails again.
 */
import { FormatError } from "../../../../lib/data";

/** Marsaglia's xorshift, 32 bits: enough to spoil files with. */
function xorshift(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const extremes = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

/** Every prefix (at most `cuts` of them), then spoiled copies, then noise. */
export function* hostileFiles(
  sound: Uint8Array,
  { cuts, spoiled, noise, seed }: { cuts: number; spoiled: number; noise: number; seed: number },
): Generator<Uint8Array> {
  const random = xorshift(seed);
  const below = (bound: number) => random() % bound;
  for (let i = 0; i < cuts; i++) yield sound.slice(0, Math.floor((i * sound.length) / cuts));
  for (let i = 0; i < spoiled; i++) {
    const bytes = Uint8Array.from(sound);
    // Headers are short and files are long: half of the damage goes to the first 64 bytes.
    const place = () => below(random() & 1 ? Math.min(64, bytes.length) : bytes.length);
    for (let hits = 1 + below(4); hits > 0; hits--) {
      const at = place();
      if (below(3) === 0) bytes.fill(extremes[below(extremes.length)]!, at, at + 1 + below(8));
      else bytes[at] = random() & 0xff;
    }
    const at = place();
    if (i % 4 === 1) yield new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(16))]));
    else if (i % 4 === 2)
      yield new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(bytes.length))]));
    else yield bytes;
  }
  for (let i = 0; i < noise; i++) yield Uint8Array.from({ length: below(300) }, () => random() & 0xff);
}

export interface Verdict {
  inputs: number;
  refused: number;
  accepted: number;
}

/**
 * Reads each file: it must be read or be refused with a FormatError whose offset lies within the file, and the memory of this
 * process must not have grown by more than `megabytes` at any time between two of them.
 */
export async function judge(
  files: Iterable<Uint8Array>,
  read: (bytes: Uint8Array) => unknown,
  megabytes: number,
): Promise<Verdict> {
  const verdict: Verdict = { inputs: 0, refused: 0, accepted: 0 };
  const before = process.resourceUsage().maxRSS;
  for (const bytes of files) {
    verdict.inputs++;
    try {
      await read(bytes);
      verdict.accepted++;
    } catch (error) {
      if (!(error instanceof FormatError))
        throw new Error(`input ${verdict.inputs} of ${bytes.length} bytes`, { cause: error });
      // Of an array within an archive the offset counts within the array, which may be longer than the archive.
      const within = error.format === "npy" ? true : error.offset <= bytes.length;
      if (!(Number.isInteger(error.offset) && error.offset >= 0 && within && error.reason.length > 10)) throw error;
      verdict.refused++;
    }
  }
  const grown = (process.resourceUsage().maxRSS - before) / 1024;
  if (grown > megabytes) throw new Error(`memory grew by ${grown.toFixed(0)} MB over ${verdict.inputs} hostile inputs`);
  return verdict;
}
