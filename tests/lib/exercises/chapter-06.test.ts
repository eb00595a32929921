// The references of chapter 6 against answers of its readers: the right one passes, the usual mistakes are named.
import "../../../lib/exercises/references";
import { findExercise } from "../../../lib/exercises/registry";
import { tf } from "../../../lib/tensor";

const complaints = (name: string, answer: unknown) => findExercise(`06-${name}`)(answer) as string[];

test("the best judge's verdict is a share, and at rest both losses count", () => {
  expect(complaints("verdict", 3)).toHaveLength(1);
  expect(complaints("verdict", 0.75)).toEqual([]);
  expect(complaints("rest", Math.log(2))).toEqual(["value: yours is 0.693147, which is too small"]);
  expect(complaints("rest", Math.log(4))).toEqual([]);
});

test("a Kullback-Leibler divergence is no Jensen-Shannon divergence", () => {
  const toOther = (p: number[], q: number[]) => p.reduce((sum, v, i) => sum + (v ? v * Math.log(v / q[i]!) : 0), 0);
  expect(complaints("jensen-shannon", toOther)).toHaveLength(1);
});

test("the slopes of the forger's losses agree with difference quotients", () => {
  const D = (s: number) => 1 / (1 + Math.exp(-s));
  const losses = [(s: number) => Math.log(D(-s)), (s: number) => -Math.log(D(s))];
  const measured = (s: number) => losses.map(loss => (loss(s + 1e-4) - loss(s - 1e-4)) / 2e-4);
  expect(complaints("slopes", measured)).toEqual([]);
  expect(complaints("slopes", (s: number) => measured(s).toReversed())[0]).toMatch(/with 2/);
});

test("earth is carried in order, and variances are compared by their roots", () => {
  const unsorted = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length;
  expect(complaints("earth-mover", unsorted)[0]).toMatch(/with \[3,1,2\], \[1,2,3\]/);
  type Cloud = { means: number[]; variances: number[] };
  const squares = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0);
  const ofVariances = (a: Cloud, b: Cloud) => squares(a.means, b.means) + squares(a.variances, b.variances);
  expect(complaints("frechet", ofVariances)[0]).toMatch(/too large/);
});

test("the Frobenius norm is no largest singular value", () => {
  expect(complaints("power", (W: number[][]) => Math.hypot(...W.flat()))[0]).toMatch(/too large/);
});

test("the reach of a point counts other points, not itself", () => {
  const toItself = (real: number[][], forged: number[][]) =>
    real.filter(([x, y]) => forged.some(f => Math.hypot(x! - f[0]!, y! - f[1]!) <= 0)).length / real.length;
  expect(complaints("recall", toItself)).toHaveLength(1);
});

test("nine hills: a forger that collapses is told how many it holds", () => {
  expect(complaints("nine", (z: tf.Tensor2D) => z.mul(0))).toEqual([
    "expected at least 2 % of the points at each of nine hills, got that at 1",
  ]);
  expect(complaints("nine", (z: tf.Tensor2D) => z.slice([0, 0], [-1, 1]))).toEqual([
    "expected a tensor of shape [1000, 2] for latents of that shape",
  ]);
  // The quantiles of a normal number, cut in three, are three hills.
  const thirds = (z: tf.Tensor2D) =>
    tf
      .step(z.sub(0.43))
      .sub(tf.step(z.neg().sub(0.43)))
      .mul(2);
  expect(complaints("nine", thirds)).toEqual([]);
});
