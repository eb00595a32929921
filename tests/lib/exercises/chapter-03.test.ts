// The references of chapter 3 against answers of its readers: the right one passes, the usual mistakes are named.
import "../../../lib/exercises/references";
import { findExercise } from "../../../lib/exercises/registry";
import { tf } from "../../../lib/tensor";

const complaints = (name: string, answer: unknown) => findExercise(`03-${name}`)(answer) as string[];

test("XOR may be solved in any way, and a network that is none is told at which corner", () => {
  const net = {
    W1: [
      [2, -2],
      [-2, 2],
    ],
    b1: [-1, -1],
    W2: [1, 1],
    b2: 0,
  };
  expect(complaints("xor", net)).toEqual([]);
  expect(complaints("xor", { ...net, W2: [1, 0] })).toEqual(["expected that it answers 1 to (0, 1); yours does not"]);
  const ofTheText = {
    W1: [
      [1, 1],
      [1, 1],
    ],
    b1: [0, -1],
    W2: [1, -2],
    b2: 0,
  };
  expect(complaints("xor", ofTheText)).toEqual(["expected that it has a first bias that is not 0; yours does not"]);
});

test("a log-softmax that overflows is found out", () => {
  const naive = (s: number[]) => s.map(v => Math.log(Math.exp(v) / s.reduce((sum, w) => sum + Math.exp(w), 0)));
  expect(complaints("log-softmax", naive)[0]).toMatch(/1000,0/);
});

test("a smoothed target changes every score, not only the label's", () => {
  const half = (p: number[], label: number, epsilon: number) =>
    p.map((v, j) => v - (1 - epsilon) * Number(j === label));
  expect(complaints("smoothing", half)[0]).toMatch(/value at \[0\]/);
});

test("early stopping may not look at losses after its patience has ended", () => {
  expect(complaints("patience", (losses: number[]) => losses.indexOf(Math.min(...losses)))[0]).toMatch(/with \[3,1,2/);
});

test("a calibration error without weights, or with signs that cancel, is wrong", () => {
  const signed = (confidence: number[], correct: boolean[]) =>
    Math.abs(confidence.reduce((sum, c, i) => sum + c - Number(correct[i]), 0)) / confidence.length;
  expect(complaints("calibration-error", signed)).toHaveLength(1);
});

test("the project counts the numbers and measures on digits", async () => {
  const tiny = async (answer: unknown) => (await findExercise("03-tiny")(answer)) as string[];
  const scores = (x: tf.Tensor2D) => tf.zeros<tf.Rank.R2>([x.shape[0], 10]);
  expect(await tiny(undefined)).toEqual(["not answered yet"]);
  expect(await tiny({ variables: [tf.variable(tf.zeros([784, 10]))], scores })).toEqual([
    "expected at most 3200 numbers in the variables, got 7840",
  ]);
  // Equal scores everywhere say 0: 175 of the first 2,000 test digits are zeros.
  expect(await tiny({ variables: [], scores })).toEqual(["expected 92 % of the digits right, got 8.8 %"]);
  expect((await tiny({ variables: [], scores: (x: tf.Tensor2D) => x }))[0]).toMatch(
    /expected scores of shape \[100,10\]/,
  );
});
