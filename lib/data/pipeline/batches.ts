/**
 * Batches of a source, epoch after epoch.
 *
 * The order is a function of seed and epoch alone: the same on every machine, and epoch 7 can be had without the six before it, so
 * a training that resumes sees what it would have seen. The number of batches is known beforehand, for progress bars and schedules.
 */
import { DataError } from "../errors";
import { prefetch } from "./iterate";
import { Random } from "./random";
import type { Source } from "./source";

export interface BatchOptions<A, B = A> {
  /** Rows in a batch. */
  size: number;
  /** Shuffle by this seed; in order unless given. */
  seed?: number;
  /** Leave out a last batch that is not full. */
  dropLast?: boolean;
  /** Change each batch; may be asynchronous. The random numbers are the batch's own. */
  map?: (batch: A, random: Random) => B | Promise<B>;
  /** Batches to prepare ahead, where `map` is asynchronous; 0 unless told. */
  prefetch?: number;
}

export interface Epoch<B> extends AsyncIterable<B> {
  /** Number of batches. */
  readonly length: number;
}

export class Batches<A, B = A> implements Epoch<B> {
  readonly length: number;
  private nextEpoch = 0;

  constructor(
    private readonly source: Source<A>,
    private readonly options: BatchOptions<A, B>,
  ) {
    const { size, prefetch: ahead = 0 } = options;
    if (!(Number.isInteger(size) && size > 0)) {
      throw new DataError("DATA_ARGUMENT", `batches: size must be a whole number from 1 on, got ${size}`);
    }
    if (!(Number.isInteger(ahead) && ahead >= 0)) {
      throw new DataError("DATA_ARGUMENT", `batches: prefetch must be a whole number from 0 on, got ${ahead}`);
    }
    this.length = options.dropLast ? Math.floor(source.length / size) : Math.ceil(source.length / size);
  }

  /** Epoch 0 first, then the next one each time. */
  [Symbol.asyncIterator](): AsyncIterator<B> {
    return this.epoch(this.nextEpoch++)[Symbol.asyncIterator]();
  }

  /** One epoch, by number; asking for it twice gives the same batches twice. */
  epoch(number: number): Epoch<B> {
    const { source, options, length } = this;
    const { size, seed, map, prefetch: ahead = 0 } = options;
    const order =
      seed === undefined
        ? Uint32Array.from({ length: source.length }, (_, index) => index)
        : new Random(seed, number).permutation(source.length);
    async function* produce(): AsyncGenerator<B> {
      for (let index = 0; index < length; index++) yield make(index);
    }
    const make = (index: number): B | Promise<B> => {
      const batch = source.gather(order.subarray(index * size, (index + 1) * size));
      // Without a map the batch is what it was: A and B are then the same type.
      return map ? map(batch, new Random(seed ?? 0, number, index + 1)) : (batch as unknown as B);
    };
    const jobs = Array.from({ length }, (_, index) => async () => make(index));
    return { length, [Symbol.asyncIterator]: () => (ahead > 0 ? prefetch(jobs, ahead) : produce()) };
  }
}

/**
 * Batches of a source.
 *
 * @example
 * const training = batches(mnist.train, { size: 64, seed: 1 });
 * training.length; // 938
 * for await (const { images, labels } of training) step(images, labels);
 */
export function batches<A, B = A>(source: Source<A>, options: BatchOptions<A, B>): Batches<A, B> {
  return new Batches(source, options);
}
