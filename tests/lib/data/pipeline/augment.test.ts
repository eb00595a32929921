/** What augmentations promise: pixels move, labels stay or blend, the same seed gives the same picture. */
import {
  augment,
  batches,
  collect,
  cutout,
  flip,
  ImageBatch,
  ImageSplit,
  mixup,
  mnist,
  Random,
  rotate,
  shift,
} from "../../../../lib/data";

/** Two images of 5 x 5 with one channel and different pixels everywhere. */
function sample(): ImageBatch {
  const images = Float32Array.from({ length: 50 }, (_, i) => (i + 1) / 50);
  return new ImageBatch(images, Float32Array.of(1, 0, 0, 0, 0, 1), [2, 5, 5, 1], 3);
}

test("shift moves every pixel by the same step and fills with black", () => {
  for (let seed = 0; seed < 50; seed++) {
    const before = sample().images;
    const { images } = augment(shift(2))(sample(), new Random(seed));
    for (const image of [0, 25]) {
      const steps = new Set<number>();
      for (let y = 0; y < 5; y++) {
        for (let x = 0; x < 5; x++) {
          const value = images[image + y * 5 + x]!;
          if (value === 0) continue;
          const from = before.indexOf(value) - image;
          expect(Math.abs(Math.floor(from / 5) - y)).toBeLessThanOrEqual(2);
          steps.add((Math.floor(from / 5) - y) * 100 + (from % 5) - x);
        }
      }
      expect(steps.size).toBe(1);
    }
  }
});

test("rotate by next to nothing keeps the picture, and keeps the centre at any angle", () => {
  const still = augment(rotate(1e-9))(sample(), new Random(1)).images;
  for (const [i, value] of sample().images.entries()) expect(still[i]).toBeCloseTo(value, 6);
  const turned = augment(rotate(180))(sample(), new Random(1)).images;
  expect(turned[12]).toBeCloseTo(sample().images[12]!, 6);
  expect(turned[0]).not.toBeCloseTo(sample().images[0]!, 3);
});

test("rotate turns a known picture as it should: by 90 degrees a row becomes a column", () => {
  // A quarter turn is all this generator of random numbers ever gives.
  const quarter = { uniform: () => 0.75 } as Random;
  const { images } = augment(rotate(180))(sample(), quarter);
  const before = sample().images;
  for (let y = 0; y < 5; y++)
    for (let x = 0; x < 5; x++) expect(images[y * 5 + x]).toBeCloseTo(before[(4 - x) * 5 + y]!, 5);
});

test("flip mirrors left to right, and twice is not at all", () => {
  const once = augment(flip(1))(sample(), new Random(1));
  expect([...once.images.subarray(0, 5)]).toEqual([...sample().images.subarray(0, 5)].reverse());
  expect(augment(flip(1))(once, new Random(2)).images).toEqual(sample().images);
  expect(augment(flip(0))(sample(), new Random(1)).images).toEqual(sample().images);
});

test("cutout blackens one square of at most the side's area, and does blacken", () => {
  for (let seed = 0; seed < 50; seed++) {
    const black = augment(cutout(3))(sample(), new Random(seed))
      .images.subarray(0, 25)
      .filter(value => value === 0).length;
    expect(black).toBeGreaterThanOrEqual(4); // Centred on a corner pixel, 2 x 2 of 3 x 3 remain.
    expect(black).toBeLessThanOrEqual(9);
  }
});

test("mixup blends image and target by the same share, and shares still add up to 1", () => {
  const before = sample();
  const { images, targets } = augment(mixup(1))(sample(), new Random(11));
  for (const row of [0, 1]) {
    const target = targets.subarray(row * 3, row * 3 + 3);
    expect(target.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    const share = target[row * 2]!;
    const [own, other] = [before.images[row * 25]!, before.images[(1 - row) * 25]!];
    expect(images[row * 25]).toBeCloseTo(share * own + (1 - share) * other, 5);
  }
});

test("augmented batches of real digits are the same for the same seed and leave the digits alone", async () => {
  const { test: digits } = await mnist();
  const few = digits.slice(0, 128);
  const original = few.images.slice();
  const training = (seed: number) =>
    batches(few, { size: 32, seed, map: augment(shift(2), rotate(10), cutout(6), mixup(0.2)) });
  const [one, again, other] = await Promise.all([1, 1, 2].map(seed => collect(training(seed).epoch(4))));
  expect(one!.length).toBe(4);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  expect(Buffer.compare(few.images, original)).toBe(0);
  const all = one!.flatMap(batch => [...batch.images]);
  expect(Math.min(...all.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...all.slice(0, 50_000))).toBeLessThanOrEqual(1 + 1e-6);
});

test("a batch gives its labels, standardizes in place and becomes tensors", () => {
  const split = new ImageSplit(Uint8Array.of(0, 255, 51, 102), Uint8Array.of(1, 0), [2, 1, 2, 1], ["a", "b"]);
  const batch = split.gather([1, 0]);
  expect([...batch.labels]).toEqual([0, 1]);
  expect([...batch.targets]).toEqual([1, 0, 0, 1]);
  const { images, targets } = batch.standardize({ mean: 0.5, std: 0.25 }).tensors();
  expect(images.shape).toEqual([2, 1, 2, 1]);
  const values = [...images.dataSync()];
  for (const [i, value] of [-1.2, -0.4, -2, 2].entries()) expect(values[i]).toBeCloseTo(value, 5);
  expect(targets.shape).toEqual([2, 2]);
  images.dispose();
  targets.dispose();
});

test("augmentations refuse what makes no sense", () => {
  expect(() => shift(0)).toThrow("shift: pixels must be more than 0, got 0");
  expect(() => rotate(Number.NaN)).toThrow("rotate: degrees must be more than 0, got NaN");
  expect(() => mixup(-1)).toThrow("mixup: alpha must be more than 0, got -1");
});
