import { callable, numbers } from "../expectations";
import { defineExercises } from "../registry";

/** Plain sums in float64: what any order of the same products must give, but for rounding. */
function product(a: Float32Array, b: Float32Array, n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[Math.floor(at / n) * n + k]! * b[k * n + (at % n)]!;
    return sum;
  });
}

/** Matrices that no transposition or wrong stride leaves as they are. */
const matrix = (n: number, seed: number) => Float32Array.from({ length: n * n }, (_, i) => Math.sin(seed + 1.7 * i));

/** Every partial sum rounded to float32, with the part that rounding lost carried along. */
function compensatedSum(values: Float32Array): number {
  let [sum, lost] = [0, 0];
  for (const value of values) {
    const next = Math.fround(value - lost);
    const total = Math.fround(sum + next);
    lost = Math.fround(Math.fround(total - sum) - next);
    sum = total;
  }
  return sum;
}

interface Timing {
  batch: number;
  milliseconds: number;
}

function largestRate(timings: readonly Timing[], limit: number): number {
  const allowed = timings.filter(({ milliseconds }) => milliseconds <= limit);
  return allowed.reduce((best, one) => (one.batch / one.milliseconds > best.batch / best.milliseconds ? one : best))
    .batch;
}

// Latency grows with the batch; the rate does not always: the third saturates, and the last is a step back.
const timings: Timing[] = [
  { batch: 1, milliseconds: 0.5 },
  { batch: 16, milliseconds: 0.8 },
  { batch: 64, milliseconds: 1.6 },
  { batch: 256, milliseconds: 6 },
  { batch: 1024, milliseconds: 40 },
];

defineExercises("02", {
  "02-flops": numbers({ value: 2 * 128 * 784 * 256 + 128 * 256, rel: 0 }),
  "02-intensity": callable({
    cases: [
      [512, 512, 512],
      [1, 784, 256],
      [128, 784, 256],
      [64, 1, 64],
    ],
    reference: (m: number, k: number, n: number) => (2 * m * k * n) / (4 * (m * k + k * n + m * n)),
  }),
  "02-attainable": callable({
    cases: [
      [0.25, 100, 20],
      [5, 100, 20],
      [50, 100, 20],
      [2, 9, 4],
    ],
    reference: (intensity: number, peak: number, bandwidth: number) => Math.min(peak, intensity * bandwidth),
    properties: [
      { says: "never exceeds the peak", holds: (rate: number, _intensity: number, peak: number) => rate <= peak },
    ],
  }),
  "02-blocked": callable({
    // Blocks that fit, that do not, that are larger than the matrix, and of a single number.
    cases: () => [
      [matrix(8, 1), matrix(8, 2), 8, 4],
      [matrix(10, 3), matrix(10, 4), 10, 4],
      [matrix(5, 5), matrix(5, 6), 5, 8],
      [matrix(6, 7), matrix(6, 8), 6, 1],
      [matrix(33, 9), matrix(33, 10), 33, 16],
    ],
    reference: product,
    abs: 1e-4,
  }),
  "02-kahan": callable({
    cases: () => [
      [Float32Array.of(1, 2, 3)],
      [Float32Array.of()],
      [new Float32Array(100_000).fill(0.1)],
      [Float32Array.from({ length: 50_000 }, (_, i) => 1000 + Math.sin(i))],
    ],
    reference: compensatedSum,
    // One unit in the last place of float32: a plain sum is off by hundreds of them.
    rel: 1.2e-7,
    abs: 0,
  }),
  "02-amdahl": callable({
    cases: [
      [0.5, 2],
      [0.9, 16],
      [1, 8],
      [0, 8],
      [0.95, 1],
    ],
    reference: (share: number, cores: number) => 1 / (1 - share + share / cores),
    properties: [
      { says: "never exceeds the number of cores", holds: (gain: number, _: number, cores: number) => gain <= cores },
    ],
  }),
  "02-batch-size": callable({
    cases: [
      [timings, 0.6],
      [timings, 2],
      [timings, 10],
      [timings, 1000],
      [[...timings].reverse(), 2],
    ],
    reference: largestRate,
  }),
});
