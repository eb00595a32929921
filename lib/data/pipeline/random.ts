/**
 * Random numbers for the order of data: small, seeded, the same on every machine.
 *
 * sfc32 by Chris Doty-Humphrey (PractRand): 128 bits of state, integer arithmetic only. A stream is named by its seed and by a path
 * of numbers (epoch, batch): each batch has a stream of its own, so that what is drawn for it depends on nothing that was drawn
 * before, and prefetching or skipping changes nothing.
 */
import { DataError } from "../errors";

export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /**
   * @param seed a whole number
   * @param path names the stream among those of one seed
   */
  constructor(seed: number, ...path: readonly number[]) {
    if (!Number.isSafeInteger(seed)) {
      throw new DataError("DATA_ARGUMENT", `a seed must be a whole number, got ${seed}`);
    }
    // Each number is folded in with the mixer of MurmurHash3, so that neighbouring seeds give unrelated streams.
    let hash = 0x9e3779b9;
    for (const part of [seed, Math.floor(seed / 2 ** 32), ...path]) {
      hash = Math.imul(hash ^ part, 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) + 0x6a09e667;
      hash ^= hash >>> 16;
    }
    this.a = hash;
    this.b = Math.imul(hash, 0x27d4eb2f);
    this.c = hash ^ 0x165667b1;
    for (let round = 0; round < 15; round++) this.bits(); // What sfc32 needs to forget its start.
  }

  /** 32 random bits. */
  bits(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** A whole number from 0 to bound - 1, without bias. */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const bits = this.bits();
      if (bits < limit) return bits % bound;
    }
  }

  /** An index with the probability of its weight: `choose([0.5, 0.25, 0.25])`. Weights need not sum to 1. */
  choose(weights: ArrayLike<number>): number {
    let total = 0;
    for (let index = 0; index < weights.length; index++) {
      const weight = weights[index]!;
      if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
        throw new DataError("DATA_ARGUMENT", `choose: a weight must be a number from 0 on, got ${weight} at ${index}`);
      total += weight;
    }
    if (total === 0) throw new DataError("DATA_ARGUMENT", "choose: expected a weight above 0, got none");
    let left = this.uniform() * total;
    let last = 0; // The sum rounds: where nothing is left to choose from, the last that can be chosen is.
    for (let index = 0; index < weights.length; index++) {
      if (weights[index] === 0) continue;
      left -= weights[index]!;
      last = index;
      if (left < 0) break;
    }
    return last;
  }

  /** From the standard normal distribution, by Marsaglia's polar method. */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /** From the gamma distribution of this shape, scale 1: Marsaglia and Tsang, 2000. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = this.normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** From the beta distribution. */
  beta(a: number, b: number): number {
    const [x, y] = [this.gamma(a), this.gamma(b)];
    return x + y > 0 ? x / (x + y) : 0.5; // Shapes near 0 may underflow.
  }

  /** The numbers from 0 to count - 1 in random order: Fisher and Yates. */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order;
  }
}
