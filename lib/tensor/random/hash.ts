// The random numbers themselves: element i of draw c from seed s is a hash of (s, c, i).
//
// A generator that steps through a sequence (Mersenne Twister) ties a number to everything drawn before it, in order. A counter-based one
// (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011) computes any element on its own, on any device, in any order. Philox
// needs the high half of a product, which ONNX has not; so the mixer is "lowbias32" (Chris Wellons, "Prospecting for Hash Functions", 2018),
// made of shifts, xors and products mod 2^32, which it has.
//
// Mixing seed and counter into every element takes two rounds more. They are spent on rows and columns only: an element is the sum of its
// row's and its column's hash, mixed once again. Everything here is repeated in kernel.ts as graph nodes, bit for bit.

/** Elements per row. */
export const COLUMNS = 256;

const GOLDEN = 0x9e3779b9; // 2^32 / golden ratio: spreads neighbouring numbers
const M1 = 0x7feb352d;
const M2 = 0x846ca68b;
export const MIX = { golden: GOLDEN, m1: M1, m2: M2 } as const;

function mix(bits: number): number {
  let x = bits;
  x = Math.imul(x ^ (x >>> 16), M1);
  x = Math.imul(x ^ (x >>> 15), M2);
  return x ^ (x >>> 16);
}

/** Columns are lanes 0 to 255, rows follow. */
function lane(id: number, seed: number, counter: number): number {
  return mix(mix(Math.imul(id, GOLDEN) + seed) + counter);
}

/** `count` words of 32 random bits, handed to `store` one by one. */
export function eachWord(
  seed: number,
  counter: number,
  count: number,
  store: (index: number, word: number) => void,
): void {
  const columns = Int32Array.from({ length: COLUMNS }, (_, c) => lane(c, seed, counter));
  for (let start = 0, row = COLUMNS; start < count; start += COLUMNS, row++) {
    const base = lane(row, seed, counter);
    const end = Math.min(COLUMNS, count - start);
    for (let c = 0; c < end; c++) {
      let x = (base + columns[c]!) | 0;
      x = Math.imul(x ^ (x >>> 16), M1);
      x = Math.imul(x ^ (x >>> 15), M2);
      store(start + c, x >>> 0); // the last shift of the mixer would improve the low bits only, which nobody uses
    }
  }
}
