// Puzzles say which case goes wrong and draw it; they accept only tensor operations.
import { tf } from "../../../lib";
import { check, type Expectation, type Judgement, puzzle } from "../../../lib/exercises";
import { findExercise } from "../../../lib/exercises/registry";

const outer = puzzle({
  inputs: ["a", "b"],
  cases: [
    [
      [1, 2],
      [3, 4],
    ],
    [[5], [6, 7, 8]],
  ],
  asked: (a: number[], b: number[]) => a.map(x => b.map(y => x * y)),
  without: ["outerProduct"],
});

const judge = (expectation: Expectation, answer: unknown) => expectation(answer) as string[] | Judgement;
const pictureOf = (judged: string[] | Judgement) => (Array.isArray(judged) ? undefined : judged.picture());

it("a right expression has no complaints", () => {
  expect(judge(outer, (a: tf.Tensor1D, b: tf.Tensor1D) => a.expandDims(1).mul(b))).toEqual([]);
});

it("a wrong shape is told with the case, and drawn beside what is asked", () => {
  const judged = judge(outer, (a: tf.Tensor1D, b: tf.Tensor1D) => a.mul(b)) as Judgement;
  expect(judged.complaints[0]).toMatch(/^with a = \[1,2\], b = \[3,4\]: shape: expected \[2,2\], got \[2\]/);
  const words = pictureOf(judged)!.text();
  for (const part of ["a [2]", "b [2]", "asked [2,2]", "yours [2]", "the shapes differ"]) expect(words).toContain(part);
});

it("wrong cells are framed, right ones are not", () => {
  const wrongAt = (a: tf.Tensor1D, b: tf.Tensor1D) =>
    a
      .expandDims(1)
      .mul(b)
      .add([
        [0, 0],
        [1, 0],
      ]);
  const figure = pictureOf(judge(outer, wrongAt))!;
  const frames = figure.data.filter(trace => trace.type === "scatter");
  expect(frames).toHaveLength(1);
  expect(frames[0]).toMatchObject({ x: [0], y: [1] });
});

it("what throws is told, and drawn without an answer", () => {
  const judged = judge(outer, () => {
    throw new Error("no such axis");
  }) as Judgement;
  expect(judged.complaints[0]).toContain("it threw no such axis");
  expect(pictureOf(judged)!.text()).toContain("yours threw an error");
});

it.each([
  [
    "a loop",
    (a: tf.Tensor1D) => {
      for (;;) return a;
    },
    "`for`",
  ],
  ["values read out", (a: tf.Tensor1D) => tf.tensor1d(a.dataSync() as Float32Array), "`dataSync`, `tensor1d`"],
  ["the function itself", (a: tf.Tensor1D, b: tf.Tensor1D) => tf.outerProduct(a, b), "`outerProduct`"],
])("%s is refused", (_, answer, named) => {
  expect(judge(outer, answer)).toEqual([`expected one expression of tensor operations without ${named}`]);
});

it.each([
  [undefined, "not answered yet"],
  [3, "expected a function, got a number"],
  [() => 3, "with a = [1,2], b = [3,4]: expected a tensor, got a number"],
])("%p: %s", (answer, complaint) => {
  expect(judge(outer, answer)).toEqual([complaint]);
});

it("no tensor of the checker or of the answer is left", () => {
  const before = tf.memory().numTensors;
  judge(outer, (a: tf.Tensor1D, b: tf.Tensor1D) => a.expandDims(1).mul(b));
  judge(outer, (a: tf.Tensor1D, b: tf.Tensor1D) => a.mul(b));
  expect(tf.memory().numTensors).toBe(before);
});

it("check shows the verdict first and then the picture", async () => {
  const slot = Symbol.for("fromthetensor.jupyter");
  const shown: Record<string, unknown>[] = [];
  (globalThis as Record<symbol, unknown>)[slot] = { display: (bundle: Record<string, unknown>) => shown.push(bundle) };
  try {
    await check("01-outer", (a: tf.Tensor1D, b: tf.Tensor1D) => a.mul(b));
  } finally {
    delete (globalThis as Record<symbol, unknown>)[slot];
  }
  expect(shown[0]!["text/plain"]).toContain("✗ 01-outer");
  expect(shown[1]).toHaveProperty("image/png");
});

describe("the puzzles of chapter 1", () => {
  // Each near miss is a mistake that readers make; the checker must tell it from an answer.
  it.each<[string, (...given: never[]) => unknown]>([
    ["01-ones", (n: number) => tf.range(0, n)],
    ["01-identity", (n: number) => tf.range(0, n).equal(tf.range(0, n))],
    ["01-causal", (n: number) => tf.range(0, n).expandDims(1).greater(tf.range(0, n))],
    ["01-causal", (n: number) => tf.range(0, n).expandDims(1).lessEqual(tf.range(0, n))],
    ["01-diagonal", (A: tf.Tensor2D) => A.sum(1)],
    ["01-running-sum", (a: tf.Tensor1D) => a.mul(tf.range(1, a.size + 1))],
    [
      "01-shift",
      (a: tf.Tensor1D) =>
        a.gather(
          tf
            .range(-1, a.size - 1)
            .add(a.size)
            .mod(a.size)
            .toInt(),
        ),
    ],
    ["01-one-hot", (labels: tf.Tensor1D, k: number) => tf.range(0, k).expandDims(1).equal(labels)],
    ["01-lookup", (table: tf.Tensor2D, ids: tf.Tensor1D) => table.slice(0, Math.min(ids.size, table.shape[0]))],
    ["01-count", (ids: tf.Tensor1D, k: number) => ids.expandDims(1).equal(tf.range(0, k)).sum(1)],
    [
      "01-windows",
      (a: tf.Tensor1D) =>
        a
          .slice(0, a.size - 2)
          .expandDims(1)
          .tile([1, 3]),
    ],
    ["01-distances", (X: tf.Tensor2D, Y: tf.Tensor2D) => X.expandDims(1).sub(Y).abs().sum(2)],
  ])("%s refuses a near miss", (name, answer) => {
    const judged = findExercise(name)(answer) as string[] | Judgement;
    expect(Array.isArray(judged) ? judged : judged.complaints).not.toEqual([]);
  });

  it.each([
    ["01-descend", () => (gradient: number[]) => gradient.map(g => -0.2 * g), /too long a step|away/],
    ["01-descend", () => () => 3, /expected two finite numbers, got 3/],
    ["01-broadcast", (a: number[], b: number[]) => a.map((size, i) => Math.max(size, b[i] ?? 1)), /shape|value/],
    ["01-sigmoid", (x: number) => [1 / (1 + Math.exp(-x)), 1], /slope|value/],
    ["01-flip", [4, 1, 8], /value at \[0\]/],
  ])("%s refuses a wrong answer", (name, answer, complaint) => {
    expect((findExercise(name)(answer) as string[]).join("\n")).toMatch(complaint);
  });
});
