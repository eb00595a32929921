import { tf } from "../../tensor";
import { callable, type Expectation, notGiven, numbers } from "../expectations";
import { defineExercises } from "../registry";

function jensenShannon(p: readonly number[], q: readonly number[]): number {
  const toMiddle = (from: readonly number[]) =>
    from.reduce((sum, value, i) => sum + (value === 0 ? 0 : value * Math.log((2 * value) / (p[i]! + q[i]!))), 0);
  return (toMiddle(p) + toMiddle(q)) / 2;
}

const sigmoid = (s: number) => 1 / (1 + Math.exp(-s));

function earthMover(a: readonly number[], b: readonly number[]): number {
  const [from, to] = [a, b].map(values => [...values].sort((x, y) => x - y)) as [number[], number[]];
  return from.reduce((sum, value, i) => sum + Math.abs(value - to[i]!), 0) / a.length;
}

interface Cloud {
  means: readonly number[];
  variances: readonly number[];
}

const frechet = (a: Cloud, b: Cloud): number =>
  a.means.reduce(
    (sum, mean, i) => sum + (mean - b.means[i]!) ** 2 + (Math.sqrt(a.variances[i]!) - Math.sqrt(b.variances[i]!)) ** 2,
    0,
  );

function largestSingularValue(W: readonly (readonly number[])[]): number {
  let v = W[0]!.map((_, j) => 1 + j / 10);
  let length = 0;
  for (let round = 0; round < 1000; round++) {
    const forth = W.map(row => row.reduce((sum, w, j) => sum + w * v[j]!, 0));
    const back = v.map((_, j) => W.reduce((sum, row, i) => sum + row[j]! * forth[i]!, 0));
    length = Math.hypot(...back);
    v = back.map(value => value / length);
  }
  return Math.sqrt(length);
}

type Point = readonly [number, number];

function recallOf(real: readonly Point[], forged: readonly Point[]): number {
  const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const reach = forged.map((f, i) => Math.min(...forged.filter((_, j) => j !== i).map(other => distance(f, other))));
  return real.filter(x => forged.some((f, i) => distance(x, f) <= reach[i]!)).length / real.length;
}

// Nine hills of width 0.2 on a grid of step 2; judged by 1,000 points, as the ring in the chapter is.
const forgesNine: Expectation = answer => {
  const missing = notGiven(answer);
  if (missing) return [missing];
  if (typeof answer !== "function") return ["expected a function from latents to points"];
  const points = tf.tidy(() => {
    const forged: unknown = (answer as (z: tf.Tensor2D) => unknown)(tf.randomNormal([1000, 2], 0, 1, "float32", 6));
    return forged instanceof tf.Tensor && forged.shape.join() === "1000,2" ? (forged.arraySync() as number[][]) : [];
  });
  if (points.length === 0) return ["expected a tensor of shape [1000, 2] for latents of that shape"];
  const counts = new Array<number>(9).fill(0);
  for (const [x, y] of points as [number, number][]) {
    const [column, row] = [x, y].map(value => Math.min(2, Math.max(0, Math.round(value / 2) + 1))) as [number, number];
    if (Math.hypot(x - 2 * (column - 1), y - 2 * (row - 1)) < 0.6) counts[3 * row + column]!++;
  }
  const good = counts.reduce((a, b) => a + b) / points.length;
  const held = counts.filter(count => count >= 0.02 * points.length).length;
  return [
    ...(good < 0.6 ? [`expected at least 60 % of the points at a hill, got ${(100 * good).toFixed(0)} %`] : []),
    ...(held < 9 ? [`expected at least 2 % of the points at each of nine hills, got that at ${held}`] : []),
  ];
};

defineExercises("06", {
  "06-verdict": numbers({ value: 0.75 }),
  "06-rest": numbers({ value: 2 * Math.log(2), rel: 1e-3 }),
  "06-jensen-shannon": callable({
    cases: [
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      [
        [0.2, 0.8],
        [0.6, 0.4],
      ],
      [
        [0.1, 0.2, 0.7],
        [0.3, 0.3, 0.4],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ],
    reference: jensenShannon,
    properties: [{ says: "is never more than ln 2", holds: (value: number) => value <= Math.log(2) + 1e-9 }],
  }),
  "06-slopes": callable({
    cases: [[0], [2], [-8], [30]],
    reference: (s: number) => [-sigmoid(s), sigmoid(s) - 1],
    properties: [{ says: "is never above 0", holds: (slopes: number[]) => slopes.every(slope => slope <= 0) }],
  }),
  "06-earth-mover": callable({
    cases: [
      [
        [0, 1],
        [2, 3],
      ],
      [
        [3, 1, 2],
        [1, 2, 3],
      ],
      [
        [5, -1, 0.5, 2],
        [10, 0, -3, 2],
      ],
    ],
    reference: earthMover,
  }),
  "06-frechet": callable({
    cases: [
      [
        { means: [1, 2], variances: [1, 1] },
        { means: [1, 0], variances: [1, 1] },
      ],
      [
        { means: [0], variances: [4] },
        { means: [0], variances: [1] },
      ],
      [
        { means: [1, -1, 0], variances: [0.25, 9, 0] },
        { means: [2, 1, 0.5], variances: [1, 4, 2] },
      ],
    ],
    reference: frechet,
  }),
  "06-power": callable({
    cases: [
      [[[3]]],
      [
        [
          [2, 0],
          [0, 5],
        ],
      ],
      [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      [
        [
          [1, -1],
          [0.5, 2],
          [-3, 1],
        ],
      ],
    ],
    reference: largestSingularValue,
    rel: 1e-4,
  }),
  "06-recall": callable({
    cases: [
      [
        [
          [0, 0],
          [5, 5],
        ],
        [
          [0, 0.1],
          [0, 0.4],
        ],
      ],
      [
        [
          [0, 0],
          [3, 0],
          [0, 3],
          [9, 9],
        ],
        [
          [1, 0],
          [4, 0],
          [0, 5],
        ],
      ],
      [
        [
          [0.5, 0.5],
          [2, 2],
        ],
        [
          [0, 0],
          [0, 0.2],
          [8, 8],
        ],
      ],
    ],
    reference: recallOf,
  }),
  "06-nine": forgesNine,
});
