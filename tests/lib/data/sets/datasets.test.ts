/** The other datasets against what is published about them: counts, class balance, means and deviations. */
import * as data from "../../../../lib/data";

function momentsOf(values: ArrayLike<number>, scale = 1): { mean: number; std: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i]! / scale;
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i]! / scale - mean) ** 2;
  return { mean, std: Math.sqrt(squares / values.length) };
}

function count<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

test("Fashion-MNIST has 7,000 of each of ten classes, and the mean and deviation everyone standardizes with", async () => {
  const { train, test: held, statistics } = await data.fashionMnist();
  expect(train.shape).toEqual([60_000, 28, 28, 1]);
  expect(held.shape).toEqual([10_000, 28, 28, 1]);
  expect(train.classCounts()).toEqual(Array(10).fill(6000));
  expect(held.classCounts()).toEqual(Array(10).fill(1000));
  const { mean, std } = momentsOf(train.images, 255);
  expect(mean).toBeCloseTo(0.286, 4);
  expect(std).toBeCloseTo(0.353, 4);
  expect(statistics).toEqual({ mean: 0.286, std: 0.353 });
  // The first ten of the published file.
  expect([...train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  expect(train.labelName(0)).toBe("Ankle boot");
});

test("wine has 59, 71 and 48 of its cultivars; alcohol is 13.0 ± 0.8, proline 746 ± 315", async () => {
  const wine = await data.wine();
  expect(wine.shape).toEqual([178, 13]);
  expect([...count(wine.labels).values()]).toEqual([59, 71, 48]);
  const { means, stds } = wine.statistics();
  // As scikit-learn's page on the dataset gives them (with n - 1 under the root; the difference is in the third digit).
  expect(means[0]).toBeCloseTo(13.0, 1);
  expect(stds[0]).toBeCloseTo(0.8, 1);
  expect(Math.round(means[12]!)).toBe(747);
  expect(Math.abs(stds[12]! - 315)).toBeLessThan(1.5);
  const standardized = wine.standardized().statistics();
  for (const mean of standardized.means) expect(mean).toBeCloseTo(0, 5);
  for (const std of standardized.stds) expect(std).toBeCloseTo(1, 5);
});

test("breast cancer has 212 malignant and 357 benign; radius runs from 6.981 to 28.11, area from 143.5 to 2501", async () => {
  const cancer = await data.breastCancer();
  expect(cancer.shape).toEqual([569, 30]);
  expect(count(cancer.labels)).toEqual(
    new Map([
      [0, 212],
      [1, 357],
    ]),
  );
  const column = (name: string) =>
    Array.from({ length: 569 }, (_, row) => cancer.row(row)[cancer.featureNames.indexOf(name)]!);
  expect(Math.min(...column("mean radius"))).toBeCloseTo(6.981, 3);
  expect(Math.max(...column("mean radius"))).toBeCloseTo(28.11, 3);
  expect(Math.min(...column("mean area"))).toBeCloseTo(143.5, 3);
  expect(Math.max(...column("mean area"))).toBe(2501);
});

test("digits has 1,797 rows of 64 pixels from 0 to 16 in the published balance", async () => {
  const digits = await data.digits();
  expect(digits.shape).toEqual([1797, 64]);
  const balance = count(digits.labels);
  expect(digits.classNames.map((_, digit) => balance.get(digit))).toEqual([
    178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
  ]);
  expect(Math.min(...digits.features)).toBe(0);
  expect(Math.max(...digits.features)).toBe(16);
  expect([...digits.row(0).subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
});

test("penguins has 152 Adelie, 68 Chinstrap and 124 Gentoo, two without measures; bills are 43.9 ± 5.5 mm, masses 4202 ± 802 g", async () => {
  const penguins = await data.penguins();
  expect(penguins.length).toBe(344);
  expect(count(penguins.texts("species"))).toEqual(
    new Map([
      ["Adelie", 152],
      ["Gentoo", 124],
      ["Chinstrap", 68],
    ]),
  );
  expect(count(penguins.texts("sex")).get(null)).toBe(11);
  const bills = penguins.numbers("bill_length_mm").filter(Number.isFinite);
  const masses = penguins.numbers("body_mass_g").filter(Number.isFinite);
  expect([bills.length, masses.length]).toEqual([342, 342]);
  expect(momentsOf(bills).mean).toBeCloseTo(43.92, 2);
  expect(momentsOf(bills).std).toBeCloseTo(5.45, 2);
  expect(momentsOf(masses).mean).toBeCloseTo(4201.75, 2);
  expect(Math.round(momentsOf(masses).std)).toBe(801);
});

test("there are 4,951 and 3,898 first names, 8,403 different ones of plain letters", async () => {
  const { female, male, letters } = await data.firstNames();
  expect([female.length, male.length, letters.length]).toEqual([4951, 3898, 8403]);
  expect(letters.every(name => /^[a-z]+$/.test(name))).toBe(true);
  expect(new Set(letters).size).toBe(letters.length);
  expect(letters).toEqual([...letters].sort());
  expect(letters).toEqual(expect.arrayContaining(["ada", "alan", "grace", "zoe"]));
});

test("Moby-Dick's characters are split by the number of the chapter, and nothing is lost", async () => {
  const { train, validation, test, alphabet } = await data.mobyDickCharacters();
  const { chapters } = await data.mobyDick();
  const headings = (ids: Int32Array) => alphabet.decode(ids).match(/^(CHAPTER \d+|EPILOGUE)\. /gm)!;
  expect(headings(test)).toEqual(Array.from({ length: 13 }, (_, i) => `CHAPTER ${10 * (i + 1)}. `));
  expect(headings(validation)).toEqual(Array.from({ length: 14 }, (_, i) => `CHAPTER ${10 * i + 5}. `));
  expect(headings(train).length).toBe(chapters.length - 27);
  expect(alphabet.decode(train).trimEnd().endsWith(chapters.at(-1)!.text)).toBe(true);
  expect([train.length, validation.length, test.length, alphabet.size]).toEqual([968503, 130378, 92602, 83]);
});

test("Moby-Dick has 135 chapters and an epilogue, from Ishmael to another orphan", async () => {
  const { text, chapters } = await data.mobyDick();
  expect(chapters.map(({ heading }) => heading)).toEqual([
    ...Array.from({ length: 135 }, (_, i) => `CHAPTER ${i + 1}`),
    "EPILOGUE",
  ]);
  expect(chapters[0]!.title).toBe("Loomings.");
  expect(
    chapters[0]!.text.startsWith(
      "Call me Ishmael. Some years ago—never mind how long precisely—having little or no money",
    ),
  ).toBe(true);
  expect(chapters[99]!.title).toBe("Leg and Arm. The Pequod, of Nantucket, Meets the Samuel Enderby, of London.");
  expect(chapters[8]!.text).toContain("“The ribs and terrors in the whale,\n     Arched over me a dismal gloom,");
  expect(text.trimEnd().endsWith("only found another orphan.")).toBe(true);
  expect(text).not.toContain('"');
  // The novel is about 209,000 words long.
  expect(text.split(/\s+/).length).toBeGreaterThan(205_000);
  expect(text.split(/\s+/).length).toBeLessThan(215_000);
});

test("the mail is of five groups, split in proportion, and no text is in it twice", async () => {
  const { train, test: held } = await data.spam();
  const all = [...train, ...held];
  // Of the corpus's 2,500, 1,400, 250, 500 and 1,396; the rest are without text or repeat one.
  expect(count(all.map(({ group }) => group))).toEqual(
    new Map([
      ["easy-ham-1", 2445],
      ["easy-ham-2", 1387],
      ["hard-ham-1", 239],
      ["spam-1", 425],
      ["spam-2", 1123],
    ]),
  );
  expect(all.every(({ spam, group }) => spam === group.startsWith("spam"))).toBe(true);
  const share = (mails: readonly data.Mail[]) => mails.filter(({ spam }) => spam).length / mails.length;
  expect(held.length).toBe(1124);
  expect(Math.abs(share(train) - share(held))).toBeLessThan(0.001);
  expect(
    new Set(
      all.map(({ text }) =>
        text
          .toLowerCase()
          .replaceAll(/[^a-z]+/g, " ")
          .trim(),
      ),
    ).size,
  ).toBeGreaterThan(5600);
  const people = all.flatMap(({ text }) =>
    [...text.matchAll(/([\w.+%=-]+)@[\w-]+(?:\.[\w-]+)+/g)].map(match => match[1]),
  );
  expect(new Set(people)).toEqual(new Set(["someone", ...people.filter(name => name!.endsWith("someone"))]));
  expect(all.every(({ text }) => text.length <= 10_000 && text.trim().length > 0)).toBe(true);
});

test("each emoji object is drawn in all four styles and captioned", async () => {
  const art = await data.emoji();
  expect(art.objects.length).toBe(1594);
  expect(art.length).toBe(4 * 1594);
  expect(art.objects[0]).toMatchObject({ emoji: "😀", name: "grinning face", group: "Smileys & Emotion" });
  expect(new Set(art.objects.map(({ name }) => name)).size).toBe(1594);
  expect(art.objects.every(({ keywords }) => keywords.length > 0)).toBe(true);
  for (const style of data.emojiStyles) {
    for (let object = 0; object < art.objects.length; object++) {
      const visible = art.tile(style, object).filter((value, at) => at % 4 === 3 && value > 127).length;
      // The smallest are dots and lines; an empty tile would be a drawing that failed.
      if (visible < 15) throw new Error(`${style} ${art.objects[object]!.name}: ${visible} visible pixels`);
    }
  }
  // Styles differ, and hearts are red in all of them.
  const heart = art.objects.findIndex(({ name }) => name === "red heart");
  for (const style of data.emojiStyles) {
    const [red, green, blue, alpha] = art.tile(style, heart).subarray((16 * 32 + 16) * 4);
    expect(alpha).toBe(255);
    expect(red! - Math.max(green!, blue!)).toBeGreaterThan(80);
  }
  expect(art.tile("noto", heart)).not.toEqual(art.tile("twemoji", heart));
  const batch = art.gather([heart, heart + 3 * 1594]);
  expect(batch.shape).toEqual([2, 32, 32, 3]);
  expect(batch.styles).toEqual(["fluent-flat", "twemoji"]);
  expect(batch.images[0]).toBe(1); // The corner is background, white.
  expect(art.on([0, 0, 0]).gather([heart]).images[0]).toBe(0);
  expect(() => art.tile("noto", 1594)).toThrow("object must be an integer from 0 to 1593, got 1594");
});

test("the photographs have the shapes scikit-image documents", async () => {
  const shapes = await Promise.all(data.photographNames.map(async name => [name, (await data.photograph(name)).shape]));
  expect(Object.fromEntries(shapes)).toEqual({
    astronaut: [512, 512, 3],
    brick: [512, 512, 1],
    camera: [512, 512, 1],
    cat: [300, 451, 3],
    coffee: [400, 600, 3],
    grass: [512, 512, 1],
    gravel: [512, 512, 1],
    rocket: [427, 640, 3],
  });
  const camera = momentsOf((await data.photograph("camera")).values);
  expect(camera.mean).toBeCloseTo(129.06, 1); // skimage.data.camera().mean()
});
