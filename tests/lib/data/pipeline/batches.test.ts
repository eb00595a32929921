/** Order, lengths and splits: the same everywhere for the same seed, nothing lost, nothing twice. */
import {
  Batches,
  batches,
  collect,
  ImageSplit,
  listSource,
  mapEpoch,
  mapSource,
  Random,
  select,
  splitRows,
  takeEpoch,
} from "../../../../lib/data";

const letters = listSource([..."abcdefghij"]);

test("random numbers are the same on every machine", () => {
  const random = new Random(42);
  expect(Array.from({ length: 4 }, () => random.bits())).toEqual([3324796848, 4320620, 3607302249, 1738664317]);
  expect([...new Random(1, 2, 3).permutation(8)]).toEqual([0, 4, 3, 1, 5, 7, 6, 2]);
  expect(() => new Random(0.5)).toThrow("a seed must be a whole number, got 0.5");
});

test("streams of neighbouring seeds, epochs and batches have nothing in common", () => {
  const first = new Set<number>();
  for (let seed = 0; seed < 20; seed++)
    for (let epoch = 0; epoch < 20; epoch++)
      for (let batch = 0; batch < 20; batch++) first.add(new Random(seed, epoch, batch).bits());
  // 8,000 draws out of 2^32 repeat one another 0.0075 times on average.
  expect(first.size).toBeGreaterThan(7998);
});

test("choices come as often as their weights say, and nothing without weight is chosen", () => {
  const random = new Random(3);
  const found = [0, 0, 0, 0];
  for (let i = 0; i < 40_000; i++) found[random.choose([1, 0, 2, 5])]!++;
  expect(found[1]).toBe(0);
  // Five standard errors of a share p: 5 √(p (1 - p)) / 200.
  for (const [i, p] of [1 / 8, 0, 2 / 8, 5 / 8].entries())
    expect(Math.abs(found[i]! / 40_000 - p)).toBeLessThanOrEqual((5 * Math.sqrt(p * (1 - p))) / 200);
  expect(random.choose(Float32Array.of(0, 0.1))).toBe(1);
  expect(() => random.choose([0, 0])).toThrow("expected a weight above 0, got none");
  expect(() => random.choose([1, -1])).toThrow("a weight must be a number from 0 on, got -1 at 1");
});

test("uniform, normal and beta draws have the moments of their distributions", () => {
  const random = new Random(7);
  const moments = (draw: () => number) => {
    const values = Array.from({ length: 40_000 }, draw);
    const mean = values.reduce((a, b) => a + b) / values.length;
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length] as const;
  };
  // Five standard errors of a mean of 40,000 draws: 5 σ / 200.
  const check = ([mean, variance]: readonly [number, number], trueMean: number, trueVariance: number) => {
    expect(Math.abs(mean - trueMean)).toBeLessThan((5 * Math.sqrt(trueVariance)) / 200);
    expect(Math.abs(variance / trueVariance - 1)).toBeLessThan(0.05);
  };
  check(
    moments(() => random.uniform()),
    1 / 2,
    1 / 12,
  );
  check(
    moments(() => random.normal()),
    0,
    1,
  );
  check(
    moments(() => random.gamma(2.5)),
    2.5,
    2.5,
  );
  check(
    moments(() => random.beta(0.2, 0.2)),
    1 / 2,
    1 / (4 * 1.4),
  );
  check(
    moments(() => random.below(6)),
    2.5,
    35 / 12,
  );
});

test("batches know their number and hold each row once", async () => {
  const training = batches(letters, { size: 4, seed: 3 });
  expect(training.length).toBe(3);
  const epoch = await collect(training.epoch(0));
  expect(epoch.map(batch => batch.length)).toEqual([4, 4, 2]);
  expect(epoch.flat().sort().join("")).toBe("abcdefghij");
  expect(batches(letters, { size: 4, dropLast: true }).length).toBe(2);
  expect((await collect(batches(letters, { size: 4 }))).flat().join("")).toBe("abcdefghij");
  expect(await collect(batches(listSource([]), { size: 4 }))).toEqual([]);
});

test("an epoch's order follows from seed and number: another one each time, the same one when asked for again", async () => {
  const training = batches(letters, { size: 10, seed: 3 });
  const inTurn = [await collect(training), await collect(training), await collect(training)].map(epoch =>
    epoch.flat().join(""),
  );
  expect(new Set(inTurn).size).toBe(3);
  expect((await collect(training.epoch(1))).flat().join("")).toBe(inTurn[1]);
  expect((await collect(new Batches(letters, { size: 10, seed: 3 }).epoch(2))).flat().join("")).toBe(inTurn[2]);
  expect((await collect(batches(letters, { size: 10, seed: 4 }).epoch(0))).flat().join("")).not.toBe(inTurn[0]);
});

test("prefetching runs ahead but changes neither order nor random numbers", async () => {
  let [running, most] = [0, 0];
  const map = async (batch: string[], random: Random) => {
    most = Math.max(most, ++running);
    await new Promise(resolve => setImmediate(resolve));
    running--;
    return `${batch.join("")}:${random.below(1000)}`;
  };
  const plain = await collect(batches(letters, { size: 2, seed: 5, map }).epoch(0));
  expect(most).toBe(1);
  const ahead = await collect(batches(letters, { size: 2, seed: 5, map, prefetch: 3 }).epoch(0));
  expect(most).toBe(4);
  expect(ahead).toEqual(plain);
});

test("a batch that fails fails its own turn, prefetched or not", async () => {
  const map = async (batch: string[]) => {
    if (batch.includes("e")) throw new Error("spoiled");
    return batch;
  };
  for (const prefetch of [0, 4]) {
    const seen: string[] = [];
    const reading = (async () => {
      for await (const batch of batches(letters, { size: 2, map, prefetch })) seen.push(...batch);
    })();
    await expect(reading).rejects.toThrow("spoiled");
    expect(seen.join("")).toBe("abcd");
  }
});

test("epochs are mapped, cut short and left early with their lengths known", async () => {
  const numbers = batches(letters, { size: 3 });
  const mapped = mapEpoch(numbers.epoch(0), (batch, index) => `${index}${batch.join("")}`);
  expect(mapped.length).toBe(4);
  expect(await collect(mapped)).toEqual(["0abc", "1def", "2ghi", "3j"]);
  const few = takeEpoch(mapped, 2);
  expect(few.length).toBe(2);
  expect(await collect(few)).toEqual(["0abc", "1def"]);
  expect(await collect(takeEpoch(mapped, 0))).toEqual([]);
});

test("options out of range are refused with what was expected", () => {
  expect(() => batches(letters, { size: 0 })).toThrow("batches: size must be a whole number from 1 on, got 0");
  expect(() => batches(letters, { size: 1, prefetch: -1 })).toThrow("prefetch must be a whole number from 0 on");
  expect(() => select(letters, Uint32Array.of(3, 10))).toThrow("select: row 10 of 10");
});

test("a stratified split gives each part each class in proportion, every row at most once", () => {
  // Nine hundred of class 0, ninety of class 1, ten of class 2.
  const labels = Uint8Array.from({ length: 1000 }, (_, row) => (row < 900 ? 0 : row < 990 ? 1 : 2));
  const parts = splitRows(1000, { train: 0.8, validation: 0.1, test: 0.1 }, { seed: 1, labels });
  const classes = (rows: Uint32Array) => [0, 1, 2].map(label => rows.filter(row => labels[row] === label).length);
  expect(classes(parts.train)).toEqual([720, 72, 8]);
  expect(classes(parts.validation)).toEqual([90, 9, 1]);
  expect(classes(parts.test)).toEqual([90, 9, 1]);
  expect(new Set([...parts.train, ...parts.validation, ...parts.test]).size).toBe(1000);
  // Not sorted by class: the rare ones are not all at the end.
  expect(parts.train.subarray(0, 700).some(row => labels[row] !== 0)).toBe(true);
  expect(splitRows(1000, { train: 0.8, validation: 0.1, test: 0.1 }, { seed: 1, labels })).toEqual(parts);
  expect(splitRows(1000, { train: 0.8, validation: 0.1, test: 0.1 }, { seed: 2, labels }).train).not.toEqual(
    parts.train,
  );
});

test("rounding does not add up: a thousand classes of three rows still split by half", () => {
  const labels = Uint16Array.from({ length: 3000 }, (_, row) => row % 1000);
  const { a, b } = splitRows(3000, { a: 0.5, b: 0.5 }, { seed: 1, labels });
  expect(Math.abs(a.length - 1500)).toBeLessThanOrEqual(1);
  expect(a.length + b.length).toBe(3000);
  expect(() => splitRows(10, { a: 0.7, b: 0.7 }, { seed: 1 })).toThrow("add up to 1 at most");
  expect(() => splitRows(10, { a: 0.7 }, { seed: 1, labels })).toThrow(
    "expected 10 labels, one for each row, got 3000",
  );
});

test("selecting and mapping copy nothing until a batch is made", async () => {
  const split = new ImageSplit(
    Uint8Array.from({ length: 12 }, (_, i) => i * 20),
    Uint8Array.of(0, 1, 2),
    [3, 2, 2, 1],
    ["a", "b", "c"],
  );
  const chosen = mapSource(select(split, Uint32Array.of(2, 0)), batch => [...batch.labels]);
  expect(chosen.length).toBe(2);
  expect(await collect(batches(chosen, { size: 1 }))).toEqual([[2], [0]]);
});
