import { callable, numbers } from "../expectations";
import { defineExercises } from "../registry";
import { readsDigits } from "./tiny-network";

function convolveRow(x: readonly number[], k: readonly number[], stride: number): number[] {
  const places = Math.floor((x.length - k.length) / stride) + 1;
  return Array.from({ length: places }, (_, p) => k.reduce((sum, weight, i) => sum + weight * x[p * stride + i]!, 0));
}

type Window = readonly [k: number, s: number, d: number];

function receptiveField(layers: readonly Window[]): number {
  let [r, j] = [1, 1];
  for (const [k, s, d] of layers) [r, j] = [r + d * (k - 1) * j, j * s];
  return r;
}

function poolBackward(x: readonly number[], delta: readonly number[]): number[] {
  return x.map((value, i) => {
    const other = x[i % 2 === 0 ? i + 1 : i - 1]!;
    const heard = i % 2 === 0 ? value >= other : value > other;
    return heard ? delta[Math.floor(i / 2)]! : 0;
  });
}

interface Norm {
  mean: number;
  variance: number;
  gain: number;
  offset: number;
}

function fold(w: number, b: number, { mean, variance, gain, offset }: Norm): [number, number] {
  const factor = gain / Math.sqrt(variance + 1e-5);
  return [factor * w, factor * (b - mean) + offset];
}

defineExercises("04", {
  "04-parameters": numbers({ value: 5 * 5 * 32 * 64 + 64 }),
  "04-mover": numbers({
    value: [
      [0, 0, 0],
      [1, 0, 0],
      [0, 0, 0],
    ],
  }),
  // r = 1 + 2 L is at least 28 from L = 14 on.
  "04-depth": numbers({ value: 14 }),
  "04-row": callable({
    cases: [
      [[1, 2, 3, 4], [1], 1],
      [[1, 2, 3, 4, 5], [1, 0, -1], 1],
      [[3, 1, 4, 1, 5, 9, 2, 6], [1, 2, 3], 2],
      [[3, 1, 4, 1, 5, 9, 2, 6], [1, -1], 3],
    ],
    reference: convolveRow,
  }),
  "04-field": callable({
    cases: [
      [[[3, 1, 1]]],
      [
        [
          [3, 1, 1],
          [2, 2, 1],
          [3, 1, 1],
        ],
      ],
      [
        [
          [3, 1, 1],
          [3, 1, 2],
          [3, 1, 4],
        ],
      ],
      [
        [
          [5, 2, 1],
          [3, 2, 2],
          [1, 1, 1],
          [3, 1, 1],
        ],
      ],
      [[]],
    ],
    reference: receptiveField,
  }),
  "04-pool-backward": callable({
    cases: [
      [
        [1, 2, 5, 3],
        [10, -1],
      ],
      [
        [-1, -2, 0, 4, 7, 6],
        [1, 2, 3],
      ],
      [
        [2, 2, 0, 0],
        [5, 6],
      ],
    ],
    reference: poolBackward,
  }),
  "04-fold": callable({
    cases: [
      [2, 1, { mean: 0, variance: 1, gain: 1, offset: 0 }],
      [2, 1, { mean: 3, variance: 1, gain: 1, offset: 0 }],
      [2, 1, { mean: 3, variance: 16, gain: 1, offset: 0 }],
      [-1.5, 0.5, { mean: -2, variance: 4, gain: 3, offset: 7 }],
      [4, -1, { mean: 0.5, variance: 0, gain: 0.01, offset: -1 }],
    ],
    reference: fold,
  }),
  "04-small": readsDigits({ variables: 3_000, digits: 2_000, accuracy: 0.97 }),
});
