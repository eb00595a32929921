// Chapter 2's checkers: right answers of several kinds pass, and the mistakes that readers make do not.
import "../../../lib/exercises";
import { findExercise } from "../../../lib/exercises/registry";

const complaints = (name: string, answer: unknown) => findExercise(name)(answer) as string[];

describe("02-flops", () => {
  test("counts a multiplication and an addition for each pair, and the bias", () => {
    expect(complaints("02-flops", 2 * 128 * 784 * 256 + 128 * 256)).toEqual([]);
    expect(complaints("02-flops", 128 * 784 * 256)[0]).toMatch(/too small/);
    expect(complaints("02-flops", 2 * 128 * 784 * 256)[0]).toMatch(/too small/);
  });
});

describe("02-intensity", () => {
  test("divides the work by the bytes of all three matrices", () => {
    const right = (m: number, k: number, n: number) => (2 * m * k * n) / (4 * (m * k + k * n + m * n));
    expect(complaints("02-intensity", right)).toEqual([]);
    expect(complaints("02-intensity", (m: number, k: number, n: number) => 4 * right(m, k, n))[0]).toMatch(/too large/);
    expect(
      complaints("02-intensity", (m: number, k: number, n: number) => (2 * m * k * n) / (4 * (m * k + k * n)))[0],
    ).toMatch(/too large/);
  });
});

describe("02-attainable", () => {
  test("is the lower of two roofs", () => {
    expect(complaints("02-attainable", (i: number, peak: number, bytes: number) => Math.min(peak, i * bytes))).toEqual(
      [],
    );
    expect(complaints("02-attainable", (i: number, _: number, bytes: number) => i * bytes).join()).toMatch(
      /exceeds the peak/,
    );
    expect(complaints("02-attainable", (_: number, peak: number) => peak)[0]).toMatch(/too large/);
  });
});

describe("02-blocked", () => {
  const blocked = (ragged: boolean) => (a: Float32Array, b: Float32Array, n: number, size: number) => {
    const c = new Float32Array(n * n);
    for (let k0 = 0; k0 + (ragged ? 0 : size - 1) < n; k0 += size)
      for (let i = 0; i < n; i++)
        for (let k = k0; k < Math.min(k0 + size, n); k++)
          for (let j = 0; j < n; j++) c[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
    return c;
  };

  test("accepts sums in another order", () => {
    expect(complaints("02-blocked", blocked(true))).toEqual([]);
  });

  test("finds a ragged edge that was forgotten, and blocks that overwrite instead of adding", () => {
    expect(complaints("02-blocked", blocked(false))[0]).toMatch(/10, 4: value at/);
    const overwriting = (a: Float32Array, b: Float32Array, n: number) => {
      const c = new Float32Array(n * n);
      for (let i = 0; i < n; i++)
        for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) c[i * n + j] = a[i * n + k]! * b[k * n + j]!;
      return c;
    };
    expect(complaints("02-blocked", overwriting)[0]).toMatch(/values are wrong/);
  });
});

describe("02-kahan", () => {
  const plain = (values: Float32Array) => values.reduce((sum, value) => Math.fround(sum + value), 0);
  const kahan = (values: Float32Array) => {
    let [sum, carried] = [0, 0];
    for (const value of values) {
      const next = Math.fround(value + carried);
      const total = Math.fround(sum + next);
      carried = Math.fround(next - Math.fround(total - sum));
      sum = total;
    }
    return sum;
  };

  test("accepts either sign of the carried part, and refuses a plain float32 sum", () => {
    expect(complaints("02-kahan", kahan)).toEqual([]);
    expect(complaints("02-kahan", plain)[0]).toMatch(/value: yours is/);
  });
});

describe("02-amdahl", () => {
  test("knows the part that stays on one core", () => {
    expect(complaints("02-amdahl", (share: number, cores: number) => 1 / (1 - share + share / cores))).toEqual([]);
    expect(complaints("02-amdahl", (share: number, cores: number) => share * cores)[0]).toMatch(/too small|too large/);
  });
});

describe("02-batch-size", () => {
  type Timing = { batch: number; milliseconds: number };

  test("takes the highest rate within the limit, wherever it stands in the list", () => {
    const right = (timings: Timing[], limit: number) =>
      [...timings]
        .filter(one => one.milliseconds <= limit)
        .sort((x, y) => y.batch / y.milliseconds - x.batch / x.milliseconds)[0]!.batch;
    expect(complaints("02-batch-size", right)).toEqual([]);
    const largest = (timings: Timing[], limit: number) =>
      Math.max(...timings.filter(one => one.milliseconds <= limit).map(one => one.batch));
    expect(complaints("02-batch-size", largest)[0]).toMatch(/too large/);
  });
});
