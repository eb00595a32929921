// Chapter 1: twelve tensor puzzles, and exercises on shapes, slopes and descent.
import { Random } from "../../data/pipeline/random";
import { callable, type Expectation, notGiven, numbers } from "../expectations";
import { puzzle } from "../puzzle";
import { defineExercises } from "../registry";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const random = new Random(1);
/** Whole numbers from -4 to 5, none of them 0: a zero would hide a wrong product. */
const list = (count: number) => range(count).map(() => (random.uniform() < 0.5 ? -1 : 1) * (1 + random.below(4)));
const matrix = (rows: number, columns: number) => range(rows).map(() => list(columns));
const ints = (count: number, below: number) => ({ ints: range(count).map(() => random.below(below)) });

/** Small sizes first, since the first case that goes wrong is drawn; those of 1, which show little, last. */
const sizes = [3, 2, 3, 4, 5, 6, 9, 1];
const pairs = [
  [3, 3],
  [2, 3],
  [3, 2],
  [2, 2],
  [3, 5],
  [6, 4],
  [1, 4],
  [4, 1],
  [1, 1],
] as const;

const puzzles = {
  "01-ones": puzzle({
    inputs: ["n"],
    cases: sizes.map(n => [n]),
    asked: (n: number) => range(n).map(() => 1),
    without: ["ones", "onesLike", "fill", "zeros", "oneHot", "eye"],
  }),
  "01-outer": puzzle({
    inputs: ["a", "b"],
    cases: pairs.map(([n, m]) => [list(n), list(m)]),
    asked: (a: number[], b: number[]) => a.map(x => b.map(y => x * y)),
    without: ["outerProduct", "einsum"],
  }),
  "01-identity": puzzle({
    inputs: ["n"],
    cases: sizes.map(n => [n]),
    asked: (n: number) => range(n).map(i => range(n).map(j => (i === j ? 1 : 0))),
    without: ["eye", "oneHot", "diag", "bandPart"],
  }),
  "01-causal": puzzle({
    inputs: ["n"],
    cases: sizes.map(n => [n]),
    asked: (n: number) => range(n).map(i => range(n).map(j => (j <= i ? 1 : 0))),
    without: ["bandPart", "cumsum"],
  }),
  "01-diagonal": puzzle({
    inputs: ["A"],
    cases: sizes.map(n => [matrix(n, n)]),
    asked: (A: number[][]) => A.map((row, i) => row[i]!),
    without: ["gatherND"],
  }),
  "01-running-sum": puzzle({
    inputs: ["a"],
    cases: sizes.map(n => [list(n)]),
    asked: (a: number[]) => a.map((_, i) => a.slice(0, i + 1).reduce((sum, x) => sum + x)),
    without: ["cumsum", "cumprod"],
  }),
  "01-shift": puzzle({
    inputs: ["a"],
    cases: sizes.map(n => [list(n)]),
    asked: (a: number[]) => a.map((_, i) => a[(i + 1) % a.length]!),
    without: ["concat", "stack"],
  }),
  "01-one-hot": puzzle({
    inputs: ["labels", "k"],
    cases: pairs.map(([n, k]) => [ints(n, k), k]),
    asked: (labels: number[], k: number) => labels.map(label => range(k).map(j => (j === label ? 1 : 0))),
    without: ["oneHot", "eye"],
  }),
  "01-lookup": puzzle({
    inputs: ["table", "ids"],
    cases: pairs.map(([n, v]) => [matrix(v, 3), ints(n, v)]),
    asked: (table: number[][], ids: number[]) => ids.map(id => table[id]!),
    without: ["gather", "gatherND", "embeddingLookup"],
  }),
  "01-count": puzzle({
    inputs: ["ids", "k"],
    cases: pairs.map(([k, n]) => [ints(n + 1, k), k]),
    asked: (ids: number[], k: number) => range(k).map(j => ids.filter(id => id === j).length),
    without: ["bincount", "denseBincount", "unsortedSegmentSum", "scatterND"],
  }),
  "01-windows": puzzle({
    inputs: ["a"],
    cases: [3, 4, 5, 6, 8].map(n => [list(n)]),
    asked: (a: number[]) => range(a.length - 2).map(i => [a[i]!, a[i + 1]!, a[i + 2]!]),
    without: ["stack", "concat", "frame"],
  }),
  "01-distances": puzzle({
    inputs: ["X", "Y"],
    cases: pairs.map(([n, m]) => [matrix(n, 2), matrix(m, 2)]),
    asked: (X: number[][], Y: number[][]) =>
      X.map(x => Y.map(y => x.reduce((sum, value, d) => sum + (value - y[d]!) ** 2, 0))),
    without: ["squaredDifference", "norm"],
  }),
} satisfies Record<string, Expectation>;

/** [] says that the shapes do not fit, as an empty list of numbers. */
function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const padded = (shape: readonly number[]) => [...Array<number>(rank - shape.length).fill(1), ...shape];
  const other = padded(b);
  const sizes = padded(a).map((size, axis) => (size === 1 ? other[axis]! : size));
  return sizes.every((size, axis) => other[axis] === 1 || other[axis] === size) ? sizes : [];
}

type Point = readonly [number, number];
type Rule = (gradient: number[]) => number[];

/** Rosenbrock's valley: one lowest point at (1, 1), at the end of a long bend. */
const slope = ([x, y]: Point): number[] => [-2 * (1 - x) - 40 * x * (y - x * x), 20 * (y - x * x)];
const STARTS: readonly Point[] = [
  [-1.5, 2],
  [0, -0.5],
  [1.8, 2.5],
];
const STEPS = 500;

/** Follows the reader's rule down the valley from three places and measures how far from the lowest point it ends. */
const descends: Expectation = answer => {
  const missing = notGiven(answer);
  if (missing) return [missing];
  if (typeof answer !== "function") return ["expected a function that starts a rule: () => gradient => step"];
  for (const start of STARTS) {
    let place: Point = start;
    try {
      const rule = (answer as () => Rule)();
      for (let step = 0; step < STEPS; step++) {
        const move = rule(slope(place));
        if (!Array.isArray(move) || move.length !== 2 || !move.every(Number.isFinite)) {
          return [
            `from (${start}): step ${step}: expected two finite numbers, got ${JSON.stringify(move)}; too long a step?`,
          ];
        }
        place = [place[0] + move[0]!, place[1] + move[1]!];
      }
    } catch (error) {
      return [`from (${start}): it threw ${error instanceof Error ? error.message : String(error)}`];
    }
    const distance = Math.hypot(place[0] - 1, place[1] - 1);
    if (!(distance <= 0.01)) {
      return [
        `from (${start}): expected to end within 0.01 of (1, 1) after ${STEPS} steps, got ${distance.toPrecision(3)} away`,
      ];
    }
  }
  return [];
};

defineExercises("01", {
  ...puzzles,
  // Strides and offset of [3, 4] read upside-down.
  "01-flip": numbers({ value: [-4, 1, 8] }),
  "01-broadcast": callable({
    cases: [
      [[3], [3]],
      [
        [3, 1],
        [1, 4],
      ],
      [[2, 3], [3]],
      [
        [5, 1, 4],
        [3, 1],
      ],
      [[], [2, 2]],
      [[3], [4]],
      [[2, 3], [2]],
    ],
    reference: broadcast,
  }),
  // Value and slope of the one node that a reader adds to the engine.
  "01-sigmoid": callable({
    cases: [[0], [1], [-1], [3], [-6], [40], [-40]],
    reference: (x: number) => {
      const e = Math.exp(-Math.abs(x));
      return [x < 0 ? e / (1 + e) : 1 / (1 + e), e / (1 + e) ** 2];
    },
    properties: [
      {
        says: "is a value between 0 and 1 and a slope from 0 to 0.25",
        holds: ([y, slope]: number[]) => y! >= 0 && y! <= 1 && slope! >= 0 && slope! <= 0.25,
      },
    ],
    abs: 1e-9,
  }),
  "01-descend": descends,
});
