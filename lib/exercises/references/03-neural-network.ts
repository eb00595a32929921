import { callable, numbers, satisfies } from "../expectations";
import { defineExercises } from "../registry";
import { readsDigits } from "./tiny-network";

const right = (answers: readonly number[], labels: readonly number[]) =>
  answers.filter((answer, i) => answer === labels[i]).length / answers.length;

interface XorNetwork {
  W1: number[][]; // (2, 2): W1[i][j] carries input i to unit j
  b1: number[]; // (2)
  W2: number[]; // (2)
  b2: number;
}

function answerOf({ W1, b1, W2, b2 }: XorNetwork, x: readonly number[]): number {
  const h = b1.map((bias, j) => Math.max(0, x[0]! * W1[0]![j]! + x[1]! * W1[1]![j]! + bias));
  return h.reduce((sum, value, j) => sum + value * W2[j]!, b2);
}

const isXor = (x1: number, x2: number) => (net: XorNetwork) =>
  Math.abs(answerOf(net, [x1, x2]) - Number(x1 !== x2)) <= 1e-6;

function logSoftmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const sum = scores.reduce((total, s) => total + Math.exp(s - largest), 0);
  return scores.map(s => s - largest - Math.log(sum));
}

function momentum(gradients: readonly number[], learningRate: number): number[] {
  let [w, v] = [0, 0];
  return gradients.map(g => {
    v = 0.9 * v + g;
    w -= learningRate * v;
    return w;
  });
}

function keptPlace(losses: readonly number[], patience: number): number {
  let best = 0;
  for (let i = 1; i < losses.length && i - best <= patience; i++) if (losses[i]! < losses[best]!) best = i;
  return best;
}

function calibrationError(confidence: readonly number[], correct: readonly boolean[]): number {
  const gaps = new Array<number>(10).fill(0);
  for (const [i, c] of confidence.entries()) gaps[Math.min(9, Math.floor(c * 10))]! += c - Number(correct[i]);
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / confidence.length;
}

defineExercises("03", {
  "03-parameters": numbers({ value: 784 * 256 + 256 + 256 * 10 + 10 }),
  "03-untrained-loss": numbers({ value: Math.log(26), rel: 1e-3 }),
  "03-accuracy": callable({
    cases: [
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
      [
        [7, 1, 1],
        [7, 1, 0],
      ],
      [
        [0, 0, 0, 0, 0],
        [1, 2, 3, 4, 5],
      ],
      [
        [5, 6],
        [6, 5],
      ],
    ],
    reference: right,
    properties: [{ says: "lies between 0 and 1", holds: (share: number) => share >= 0 && share <= 1 }],
  }),
  "03-xor": satisfies([
    { says: "answers 0 to (0, 0)", holds: isXor(0, 0) },
    { says: "answers 1 to (0, 1)", holds: isXor(0, 1) },
    { says: "answers 1 to (1, 0)", holds: isXor(1, 0) },
    { says: "answers 0 to (1, 1)", holds: isXor(1, 1) },
    { says: "has a first bias that is not 0", holds: ({ b1 }: XorNetwork) => b1[0] !== 0 },
  ]),
  "03-log-softmax": callable({
    cases: [[[0, 0]], [[1, 2, 3]], [[1000, 0]], [[-5000, -5001, -5003]]],
    reference: logSoftmax,
    properties: [{ says: "has no value above 0", holds: (values: number[]) => values.every(value => value <= 0) }],
  }),
  "03-smoothing": callable({
    cases: [
      [new Array(10).fill(0.1), 3, 0],
      [new Array(10).fill(0.1), 3, 0.1],
      [[0.91, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01], 0, 0.1],
      [[0, 0.5, 0, 0, 0.5, 0, 0, 0, 0, 0], 9, 0.3],
    ],
    reference: (p: readonly number[], label: number, epsilon: number) =>
      p.map((value, j) => value - (1 - epsilon) * Number(j === label) - epsilon / 10),
    properties: [
      { says: "adds up to 0", holds: (slopes: number[]) => Math.abs(slopes.reduce((a, b) => a + b, 0)) < 1e-9 },
    ],
  }),
  "03-leaky-backward": callable({
    cases: [
      [
        [2, 3],
        [1, -1],
      ],
      [
        [-2, 3, -0.5],
        [1, 1, -4],
      ],
    ],
    reference: (z: readonly number[], delta: readonly number[]) => delta.map((d, i) => (z[i]! > 0 ? d : 0.1 * d)),
  }),
  "03-momentum": callable({
    cases: [
      [[1], 0.1],
      [[1, 1, 1], 0.1],
      [[1, 0, 0, -2], 0.5],
    ],
    reference: momentum,
  }),
  "03-patience": callable({
    cases: [
      [[3, 2, 1], 2],
      [[3, 1, 2, 2, 0.5], 2],
      [[3, 1, 2, 0.5, 0.7, 0.6], 2],
      [[1, 2, 3, 4, 0], 1],
      [[5, 4, 5, 5, 3, 4, 4, 4, 1], 3],
    ],
    reference: keptPlace,
  }),
  "03-calibration-error": callable({
    cases: [
      [
        [0.9, 0.9],
        [true, true],
      ],
      [
        [0.95, 0.55, 0.58, 0.12],
        [true, false, true, false],
      ],
      [
        [1, 0.85, 0.81, 0.35, 0.31, 0.39],
        [false, true, false, true, true, false],
      ],
    ],
    reference: calibrationError,
  }),
  "03-tiny": readsDigits({ variables: 3_200, digits: 2_000, accuracy: 0.92 }),
});
