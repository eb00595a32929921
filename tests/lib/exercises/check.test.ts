// Checkers say what is wrong, and never what is right.
import fc from "fast-check";
import {
  CHECK_MIME,
  callable,
  check,
  defineExercises,
  type Expectation,
  exerciseNames,
  numbers,
  satisfies,
  UnknownExerciseError,
  words,
} from "../../../lib/exercises";

const complaints = (expectation: Expectation, answer: unknown) => expectation(answer) as string[];

const tensor = (shape: number[], values: number[], dtype = "float32") => ({
  shape,
  dtype,
  dataSync: () => Float32Array.from(values),
});

describe("numbers", () => {
  const grid = numbers({
    value: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    dtype: "float32",
  });

  test("may be a tensor, nested arrays, rows of typed arrays", () => {
    expect(complaints(grid, tensor([2, 3], [1, 2, 3, 4, 5, 6]))).toEqual([]);
    expect(
      complaints(grid, [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual([]);
    expect(complaints(grid, [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)])).toEqual([]);
    expect(complaints(numbers({ value: 7 }), 7)).toEqual([]);
    expect(complaints(numbers({ value: Number.NaN }), Number.NaN)).toEqual([]);
  });

  test.each([
    [undefined, "not answered yet"],
    ["six", "expected numbers (a tensor, an array or a number), got a string"],
    [Promise.resolve(1), "expected numbers (a tensor, an array or a number), got a promise; put `await` before it"],
    [tensor([3, 2], [1, 2, 3, 4, 5, 6]), "shape: expected [2,3], got [3,2]; transposed?"],
    [[1, 2, 3, 4, 5, 6], "shape: expected [2,3], got [6]; as many values, arranged in another way"],
    [[[1, 2], [3]], "in row 1: "],
    [tensor([2, 3], [1, 2, 3, 4, 5, 6], "int32"), "dtype: expected float32, got int32"],
    [
      [
        [1, 2, 3],
        [4, 9, 6],
      ],
      "value at [1, 1]: yours is 9, which is too large",
    ],
    [
      [
        [1, -2, 3],
        [4, 5, 0],
      ],
      "value at [0, 1]: yours is -2, which has the wrong sign (2 of 6 values are wrong)",
    ],
    [
      [
        [1, 2, Number.NaN],
        [4, 5, 6],
      ],
      "value at [0, 2]: yours is NaN",
    ],
  ])("%j: %s", (answer, words) => {
    const [first] = complaints(grid, answer);
    if (words === "in row 1: ") expect(first).toMatch(/rows of equal shape, got \[2\] in row 0 and \[1\] in row 1/);
    else expect(first).toBe(words);
  });

  test("a complaint never holds the right value", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1000.5, max: 1e6 });
    fc.assert(
      fc.property(number, number, (right, given) => {
        const [first] = complaints(numbers({ value: right }), given);
        if (first === undefined) return;
        expect(first).not.toContain(String(Number(right.toPrecision(6))));
        expect(first).not.toContain(String(right));
      }),
    );
  });
});

describe("texts", () => {
  test("say where they go wrong", () => {
    expect(complaints(words("call me ishmael"), "call me ismael")).toEqual([
      "text: yours goes wrong after 10 characters, and it is too short",
    ]);
    expect(complaints(words("abc"), " abc\n")).toEqual([]);
  });
});

describe("functions", () => {
  const relu = callable({
    cases: [[-2], [0], [3]],
    reference: (x: number) => Math.max(0, x),
    properties: [{ says: "is never negative", holds: (y: number) => y >= 0 }],
  });

  test("are called with all cases until one is wrong", () => {
    expect(complaints(relu, (x: number) => (x > 0 ? x : 0))).toEqual([]);
    expect(complaints(relu, (x: number) => x)).toEqual([
      "with -2: value: yours is -2, which is too small",
      "with -2: its result is never negative, but yours is not so",
    ]);
    expect(complaints(relu, (x: number) => Math.abs(x) + 0)).toEqual([
      "with -2: value: yours is 2, which is too large",
    ]);
    expect(complaints(relu, 3)).toEqual(["expected a function, got a number"]);
  });

  test("that throw are told with their error, asynchronous ones are awaited", async () => {
    expect(
      complaints(relu, () => {
        throw new TypeError("no");
      }),
    ).toEqual(["with -2: it threw TypeError: no"]);
    expect(await relu(async (x: number) => Math.max(0, x))).toEqual([]);
    expect(
      await relu(async () => {
        throw new Error("later");
      }),
    ).toEqual(["with -2: it threw Error: later"]);
  });
});

test("laws are told when they are broken", () => {
  const rows = satisfies([
    { says: "sums to 1", holds: (p: number[]) => Math.abs(p.reduce((a, b) => a + b) - 1) < 1e-6 },
  ]);
  expect(complaints(rows, [0.5, 0.5])).toEqual([]);
  expect(complaints(rows, [0.5, 0.6])).toEqual(["expected that it sums to 1; yours does not"]);
});

describe("check", () => {
  const slot = Symbol.for("fromthetensor.jupyter");
  const shown: Record<string, unknown>[] = [];
  beforeAll(() => {
    defineExercises("97", {
      "97-two": numbers({ value: 2 }),
      "97-f": callable({ cases: [[1]], reference: (x: number) => x }),
    });
    (globalThis as Record<symbol, unknown>)[slot] = {
      display: (bundle: Record<string, unknown>) => shown.push(bundle),
    };
  });
  afterAll(() => {
    delete (globalThis as Record<symbol, unknown>)[slot];
  });
  beforeEach(() => {
    shown.length = 0;
  });

  test("shows a sentence for people and a verdict for programs", () => {
    expect(check("97-two", 2)).toBeUndefined();
    check("97-two", 3);
    expect(shown).toEqual([
      { "text/plain": "✓ 97-two: right.", [CHECK_MIME]: { exercise: "97-two", passed: true, complaints: [] } },
      {
        "text/plain": "✗ 97-two: value: yours is 3, which is too large",
        [CHECK_MIME]: { exercise: "97-two", passed: false, complaints: ["value: yours is 3, which is too large"] },
      },
    ]);
  });

  test("is a promise for an asynchronous answer", async () => {
    await check("97-f", async (x: number) => x);
    expect(shown).toMatchObject([{ [CHECK_MIME]: { passed: true } }]);
  });

  test("an exercise that does not exist is an error that names those of the chapter", () => {
    expect(() => check("97-three", 3)).toThrow(UnknownExerciseError);
    expect(() => check("97-three", 3)).toThrow(/the chapter has 97-f, 97-two/);
    expect(exerciseNames()).toEqual(expect.arrayContaining(["97-f", "97-two"]));
  });

  test("names belong to their chapter and to one exercise", () => {
    expect(() => defineExercises("97", { "98-x": numbers({ value: 1 }) })).toThrow(/must be called "97-/);
    expect(() => defineExercises("97", { "97-two": numbers({ value: 1 }) })).toThrow(/two exercises are called/);
  });
});
