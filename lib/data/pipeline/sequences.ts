/**
 * Text as training material: token ids cut into windows, streams for a network that keeps its state, sequences padded to one length
 * or packed side by side.
 */
import { DataError } from "../errors";
import type { Epoch } from "./batches";
import type { Source } from "./source";

export type Tokens = Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** Inputs and the same one step later, both [B, length], row-major. */
export interface WindowBatch {
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
  readonly shape: readonly [count: number, length: number];
}

function atLeastOne(name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1)) {
    throw new DataError("DATA_ARGUMENT", `${name} must be a whole number from 1 on, got ${value}`);
  }
}

export interface WindowSource extends Source<WindowBatch> {
  /** The tokens of one window and the one after it, length + 1, a view. */
  window(index: number): Tokens;
}

/**
 * Windows of `length` tokens, one every `stride`, each with the token that follows it. Windows are views; a batch is a copy.
 *
 * @example batches(windows(tokens, { length: 128 }), { size: 32, seed: 1 });
 */
export function windows(
  tokens: Tokens,
  { length, stride = length }: { length: number; stride?: number },
): WindowSource {
  atLeastOne("windows: length", length);
  atLeastOne("windows: stride", stride);
  const count = Math.max(0, Math.floor((tokens.length - 1 - length) / stride) + 1);
  const window = (index: number) => tokens.subarray(index * stride, index * stride + length + 1);
  return {
    length: count,
    window,
    gather(indices) {
      const inputs = new Int32Array(indices.length * length);
      const targets = new Int32Array(indices.length * length);
      for (const [row, index] of indices.entries()) {
        inputs.set(window(index).subarray(0, length), row * length);
        targets.set(window(index).subarray(1), row * length);
      }
      return { inputs, targets, shape: [indices.length, length] };
    },
  };
}

/**
 * The text cut into `size` streams side by side, read `length` tokens at a time: row r of a batch goes on where row r of the batch
 * before it stopped. What a recurrent network needs to carry its state from batch to batch.
 */
export function streams(tokens: Tokens, { size, length }: { size: number; length: number }): Epoch<WindowBatch> {
  atLeastOne("streams: size", size);
  atLeastOne("streams: length", length);
  const each = Math.floor((tokens.length - 1) / size); // Tokens in one stream that have a next one.
  const count = Math.floor(each / length);
  return {
    length: count,
    async *[Symbol.asyncIterator]() {
      for (let step = 0; step < count; step++) {
        const inputs = new Int32Array(size * length);
        const targets = new Int32Array(size * length);
        for (let row = 0; row < size; row++) {
          const start = row * each + step * length;
          inputs.set(tokens.subarray(start, start + length), row * length);
          targets.set(tokens.subarray(start + 1, start + length + 1), row * length);
        }
        yield { inputs, targets, shape: [size, length] };
      }
    },
  };
}

export interface PadOptions {
  /** Length of each row: the longest sequence unless told; longer sequences are cut at the end. */
  length?: number;
  /** What fills the rest; 0 unless told. */
  value?: number;
  /** Where it goes; at the end unless told. */
  side?: "left" | "right";
}

export interface Padded {
  /** [B, length] */
  readonly values: Int32Array;
  /** 1 where there is a token, 0 where there is padding, [B, length] */
  readonly mask: Float32Array;
  /** Tokens in each row, [B] */
  readonly lengths: Int32Array;
  readonly shape: readonly [count: number, length: number];
}

/** Sequences of different lengths as rows of one length. */
export function pad(
  sequences: readonly ArrayLike<number>[],
  { length, value = 0, side = "right" }: PadOptions = {},
): Padded {
  const width = length ?? sequences.reduce((longest, sequence) => Math.max(longest, sequence.length), 0);
  const values = new Int32Array(sequences.length * width).fill(value);
  const mask = new Float32Array(values.length);
  const lengths = new Int32Array(sequences.length);
  for (const [row, sequence] of sequences.entries()) {
    const kept = Math.min(sequence.length, width);
    const start = row * width + (side === "left" ? width - kept : 0);
    for (let i = 0; i < kept; i++) values[start + i] = sequence[i]!;
    mask.fill(1, start, start + kept);
    lengths[row] = kept;
  }
  return { values, mask, lengths, shape: [sequences.length, width] };
}

export interface Packed {
  /** [rows, length] */
  readonly values: Int32Array;
  /** Which sequence of the row a token is of, from 1 on; 0 is padding. [rows, length] */
  readonly segments: Int32Array;
  /** Place of a token in its sequence, from 0 on. [rows, length] */
  readonly positions: Int32Array;
  readonly shape: readonly [rows: number, length: number];
}

/**
 * Several sequences in one row, so that little is padding: longest first, each into the first row with room. A mask that lets a
 * token see its own segment only keeps them apart.
 *
 * @param length of a row; a longer sequence is refused
 */
export function pack(
  sequences: readonly ArrayLike<number>[],
  { length, value = 0 }: { length: number; value?: number },
): Packed {
  atLeastOne("pack: length", length);
  const order = sequences.map((_, index) => index).sort((a, b) => sequences[b]!.length - sequences[a]!.length || a - b);
  const rows: { used: number; members: number[] }[] = [];
  for (const index of order) {
    const needed = sequences[index]!.length;
    if (needed > length)
      throw new DataError("DATA_ARGUMENT", `pack: sequence ${index} has ${needed} tokens, a row has ${length}`);
    if (needed === 0) continue;
    const row = rows.find(({ used }) => used + needed <= length);
    if (row) {
      row.used += needed;
      row.members.push(index);
    } else rows.push({ used: needed, members: [index] });
  }
  const values = new Int32Array(rows.length * length).fill(value);
  const segments = new Int32Array(values.length);
  const positions = new Int32Array(values.length);
  for (const [row, { members }] of rows.entries()) {
    let at = row * length;
    for (const [segment, index] of members.entries()) {
      const sequence = sequences[index]!;
      for (let position = 0; position < sequence.length; position++, at++) {
        values[at] = sequence[position]!;
        segments[at] = segment + 1;
        positions[at] = position;
      }
    }
  }
  return { values, segments, positions, shape: [rows.length, length] };
}
