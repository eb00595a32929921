/** Random numbers: the same from a seed eagerly and compiled, fresh at each step, and distributed as promised. */
import { jit, tf } from "../../../../lib/tensor";
import { bernoulli, categorical, dropout, normal, seed, truncatedNormal, uniform } from "../../../../lib/tensor/random";

const values = (t: tf.Tensor): number[] => [...t.dataSync()];

/** Mean and variance. */
function moments(xs: number[]): { mean: number; variance: number } {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
  return { mean, variance: xs.reduce((a, x) => a + (x - mean) ** 2, 0) / xs.length };
}

/** Pearson's statistic of counts that should be equal; for k - 1 degrees of freedom its mean is k - 1, its deviation √(2(k - 1)). */
function chiSquare(counts: number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Six standard deviations: by chance less than once in 10^8; the seeds are fixed, so a test that passes keeps passing. */
const limit = (bins: number): number => bins - 1 + 6 * Math.sqrt(2 * (bins - 1));

describe("seed", () => {
  it("starts the same numbers over", () => {
    seed(7);
    const once = values(normal([3, 5]));
    seed(7);
    expect(values(normal([3, 5]))).toEqual(once);
  });

  it("of another value gives other numbers", () => {
    seed(7);
    const seven = values(uniform([64]));
    seed(8);
    expect(values(uniform([64])).filter((x, i) => x === seven[i])).toHaveLength(0);
  });

  it.each([[10], [256], [257], [40, 33], [3, 4, 5]])(
    "gives the same bits compiled and eager, for shape [%s]",
    (...shape) => {
      seed(3);
      const eager = [values(uniform(shape)), values(uniform(shape)), values(dropout(tf.ones(shape), 0.3))];
      seed(3);
      const draws = jit(() => [uniform(shape), uniform(shape), dropout(tf.ones(shape), 0.3)]);
      try {
        expect(draws().map(values)).toEqual(eager);
      } finally {
        draws.dispose();
      }
    },
  );

  it("reaches tf.randomNormal and tf.dropout", () => {
    seed(5);
    const once = [values(tf.randomNormal([4])), values(tf.dropout(tf.ones([40]), 0.5))];
    seed(5);
    expect([values(tf.randomNormal([4])), values(tf.dropout(tf.ones([40]), 0.5))]).toEqual(once);
  });

  it("refuses what is no whole number", () => {
    expect(() => seed(0.5)).toThrow(/seed: expected a whole number, got 0.5/);
  });
});

describe("a compiled step", () => {
  it("draws anew at each call", () => {
    seed(11);
    const step = jit(() => tf.randomUniform([100]));
    try {
      const [a, b] = [values(step()), values(step())];
      expect(a.filter((x, i) => x === b[i])).toHaveLength(0);
    } finally {
      step.dispose();
    }
  });

  it("drops other units at each call, and the same ones in value and gradient", () => {
    seed(12);
    const step = jit((x: tf.Tensor) => tf.valueAndGrad((x: tf.Tensor) => tf.sum(dropout(x, 0.5)))(x));
    try {
      const x = tf.fill([64], 3);
      const { value, grad } = step(x);
      const kept = values(grad);
      expect(new Set(kept)).toEqual(new Set([0, 2]));
      expect(values(value)).toEqual([3 * kept.reduce((a, b) => a + b)]);
      expect(values(step(x).grad)).not.toEqual(kept);
    } finally {
      step.dispose();
    }
  });

  it("trains tf.layers.dropout with fresh masks", () => {
    seed(13);
    const layer = tf.layers.dropout({ rate: 0.5 });
    const step = jit((x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor);
    try {
      const x = tf.ones([8, 16]);
      expect(values(step(x))).not.toEqual(values(step(x)));
    } finally {
      step.dispose();
    }
  });
});

describe("uniform", () => {
  const n = 1 << 18;
  const draws = (count = n) => {
    seed(2024);
    return values(uniform([count]));
  };

  it("fills 256 bins evenly", () => {
    const counts = new Array(256).fill(0);
    for (const u of draws()) counts[Math.floor(u * 256)]++;
    expect(chiSquare(counts)).toBeLessThan(limit(256));
  });

  it("has even low bits", () => {
    const counts = new Array(256).fill(0);
    for (const u of draws()) counts[(u * 2 ** 24) & 255]++;
    expect(chiSquare(counts)).toBeLessThan(limit(256));
  });

  it.each([1, 2, 255, 256, 257, 65536])("does not correlate with itself %i places on", lag => {
    const xs = draws();
    const counts = new Array(256).fill(0);
    for (let i = 0; i + lag < n; i++) counts[Math.floor(xs[i]! * 16) * 16 + Math.floor(xs[i + lag]! * 16)]++;
    expect(chiSquare(counts)).toBeLessThan(limit(256));
  });

  it("does not correlate from one draw to the next, nor from one seed to the next", () => {
    const first = draws();
    const second = values(uniform([n]));
    seed(2025);
    const neighbour = values(uniform([n]));
    for (const other of [second, neighbour]) {
      const counts = new Array(256).fill(0);
      for (let i = 0; i < n; i++) counts[Math.floor(first[i]! * 16) * 16 + Math.floor(other[i]! * 16)]++;
      expect(chiSquare(counts)).toBeLessThan(limit(256));
    }
  });

  it("stays within its bounds", () => {
    const xs = values(uniform([10000], -2, 5));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...xs)).toBeLessThan(5);
  });

  it("of int32 has each number as often", () => {
    seed(9);
    const counts = new Array(6).fill(0);
    for (const x of values(tf.randomUniform([60000], 0, 6, "int32"))) counts[x]++;
    expect(chiSquare(counts)).toBeLessThan(limit(6));
  });
});

describe("distributions", () => {
  it("normal has the moments of a normal distribution", () => {
    seed(1);
    const xs = values(normal([100001], 2, 3));
    const { mean, variance } = moments(xs);
    expect(Math.abs(mean - 2)).toBeLessThan(0.06); // 6 standard errors of 3/√100001
    expect(Math.abs(variance - 9)).toBeLessThan(0.25);
    const kurtosis = xs.reduce((a, x) => a + ((x - mean) / Math.sqrt(variance)) ** 4, 0) / xs.length;
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.1);
    expect(xs.every(Number.isFinite)).toBe(true);
  });

  it("truncatedNormal stays within two deviations and has their variance", () => {
    seed(4);
    const xs = values(truncatedNormal([50000], 0, 1));
    expect(Math.max(...xs.map(Math.abs))).toBeLessThanOrEqual(2.0001);
    expect(Math.abs(moments(xs).variance - 0.7737)).toBeLessThan(0.02); // 1 - 4φ(2)/(2Φ(2) - 1)
  });

  it("bernoulli is one as often as asked", () => {
    seed(6);
    expect(Math.abs(moments(values(bernoulli([100000], 0.2))).mean - 0.2)).toBeLessThan(0.008);
  });

  it("dropout keeps the mean", () => {
    seed(6);
    const xs = values(dropout(tf.ones([100000]), 0.1));
    expect(Math.abs(moments(xs).mean - 1)).toBeLessThan(0.007);
    expect(new Set(xs)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
  });

  it("categorical draws classes with the softmax's probabilities", () => {
    seed(10);
    const draws = values(categorical(tf.tensor2d([[0, Math.log(2), Math.log(5)]]), 40000));
    const share = [0, 1, 2].map(c => draws.filter(d => d === c).length / 40000);
    [1 / 8, 2 / 8, 5 / 8].forEach((p, c) => {
      expect(Math.abs(share[c]! - p)).toBeLessThan(0.015);
    });
  });

  it("refuse impossible rates", () => {
    expect(() => dropout(tf.ones([2]), 1)).toThrow(/dropout: expected a rate/);
    expect(() => bernoulli([2], 1.5)).toThrow(/bernoulli: expected a probability/);
  });
});
