// The references of chapter 4 against answers of its readers: the right one passes, the usual mistakes are named.
import "../../../lib/exercises/references";
import { findExercise } from "../../../lib/exercises/registry";
import { tf } from "../../../lib/tensor";

const complaints = (name: string, answer: unknown) => findExercise(`04-${name}`)(answer) as string[];

test("forgotten biases, and a kernel that moves the picture to the other side, are wrong", () => {
  expect(complaints("parameters", 5 * 5 * 32 * 64)).toEqual(["value: yours is 51200, which is too small"]);
  expect(complaints("parameters", 51_264)).toEqual([]);
  const left = [
    [0, 0, 0],
    [0, 0, 1],
    [0, 0, 0],
  ];
  expect(complaints("mover", left)).toHaveLength(1);
  expect(
    complaints(
      "mover",
      left.toReversed().map(row => row.toReversed()),
    ),
  ).toEqual([]);
});

test("the kernel that moves a picture to the right does so in the library", () => {
  const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const k = tf.tensor4d([0, 0, 0, 1, 0, 0, 0, 0, 0], [3, 3, 1, 1]);
  expect(Array.from(tf.conv2d(x, k, 1, "same").dataSync())).toEqual([0, 1, 2, 0, 4, 5, 0, 7, 8]);
});

test("a row convolution that reads past the end or forgets the stride is wrong", () => {
  const right = (x: number[], k: number[], stride: number) => {
    const y: number[] = [];
    for (let at = 0; at + k.length <= x.length; at += stride) y.push(k.reduce((s, w, i) => s + w * x[at + i]!, 0));
    return y;
  };
  expect(complaints("row", right)).toEqual([]);
  expect(complaints("row", (x: number[], k: number[]) => right(x, k, 1))[0]).toMatch(
    /shape: expected \[3\], got \[6\]/,
  );
});

test("a receptive field has to count the dilation, and the stride of the layers before", () => {
  const withoutStride = (layers: number[][]) => 1 + layers.reduce((r, [k, , d]) => r + d! * (k! - 1), 0);
  expect(complaints("field", withoutStride)[0]).toMatch(/too small/);
  const strideAtOnce = (layers: number[][]) => {
    let [r, j] = [1, 1];
    for (const [k, s, d] of layers) [r, j] = [r + d! * (k! - 1) * j * s!, j * s!];
    return r;
  };
  expect(complaints("field", strideAtOnce)[0]).toMatch(/too large/);
});

test("of two equal values, pooling hears the first alone", () => {
  const both = (x: number[], delta: number[]) =>
    x.map((value, i) => (value === Math.max(x[i]!, x[i ^ 1]!) ? delta[i >> 1]! : 0));
  expect(complaints("pool-backward", both)[0]).toMatch(/with \[2,2,0,0\], \[5,6\]: value at \[1\]/);
});

test("a folded batch norm equals the layer and the norm after it", () => {
  interface Norm {
    mean: number;
    variance: number;
    gain: number;
    offset: number;
  }
  // The two unknowns from two inputs, without the formula.
  const measured = (w: number, b: number, { mean, variance, gain, offset }: Norm) => {
    const y = (x: number) => (gain * (w * x + b - mean)) / Math.sqrt(variance + 1e-5) + offset;
    return [y(1) - y(0), y(0)];
  };
  expect(complaints("fold", measured)).toEqual([]);
  const withoutEpsilon = (w: number, b: number, { mean, variance, gain, offset }: Norm) => {
    const factor = gain / Math.sqrt(variance);
    return [w * factor, (b - mean) * factor + offset];
  };
  expect(complaints("fold", withoutEpsilon)).toHaveLength(1);
});

test("the project counts the numbers", async () => {
  const scores = (x: tf.Tensor2D) => tf.zeros<tf.Rank.R2>([x.shape[0], 10]);
  expect(await findExercise("04-small")({ variables: [tf.variable(tf.zeros([3_001]))], scores })).toEqual([
    "expected at most 3000 numbers in the variables, got 3001",
  ]);
});
