// How outputs are compared: what counts as the same, what as different, and how the difference is told.
import fc from "fast-check";
import { PNG } from "pngjs";
import { type Difference, describe as tell } from "./compare/difference";
import { compareJson } from "./compare/json";
import { compareMarkup } from "./compare/markup";
import { normalise } from "./compare/normalise";
import { compareNumbers, tokenise } from "./compare/numbers";
import { compareOutputs, mergeStreams } from "./compare/outputs";
import { comparePlotly } from "./compare/plotly";
import { comparePng, decodePng, isBlank } from "./compare/png";
import { defaultRules, type Rules, readRules } from "./compare/rules";
import { compareText } from "./compare/text";
import { HarnessError } from "./errors";
import type { Output } from "./notebook";

const rules = defaultRules;
const strict: Rules = { ...rules, rel: 0, abs: 0 };

describe("numbers in text", () => {
  const numbersOf = (line: string) => tokenise(line).numbers.map(({ written }) => written);

  test("are found with signs, exponents and thousands", () => {
    expect(numbersOf("loss -0.5, lr=1e-3, 60,000 images, .5, +2")).toEqual(["-0.5", "1e-3", "60,000", ".5", "+2"]);
    expect(tokenise("60,000").numbers[0]).toMatchObject({ value: 60000, integer: true });
    expect(tokenise("−3").numbers[0]).toMatchObject({ value: -3, integer: true });
  });

  test("are not found in names, versions and addresses", () => {
    expect(numbersOf("conv2d_1 layer3 v1.2.3 0x7f3a")).toEqual([]);
  });

  test("in a list without blanks are single numbers", () => {
    expect(numbersOf("[1,234]")).toEqual(["1", "234"]);
    expect(numbersOf("[784,128,10]")).toEqual(["784", "128", "10"]);
  });

  test("a minus between two is no sign", () => {
    expect(numbersOf("3-4")).toEqual(["3", "4"]);
  });

  test("are the same exactly when their distance is at most abs + rel * |saved|", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
        fc.double({ noNaN: true, min: -2, max: 2 }),
        (saved, share) => {
          const allowed = rules.abs + rules.rel * Math.abs(saved);
          const fresh = saved + share * allowed;
          const verdict = compareNumbers(saved, fresh, rules, {});
          expect(verdict.same).toBe(Math.abs(saved - fresh) <= allowed);
        },
      ),
    );
  });

  test("NaN is the same as NaN and as nothing else; an infinity as itself", () => {
    expect(compareNumbers(Number.NaN, Number.NaN, rules, {}).same).toBe(true);
    expect(compareNumbers(1, Number.NaN, rules, {}).same).toBe(false);
    expect(compareNumbers(Number.NaN, 1, rules, {}).same).toBe(false);
    expect(compareNumbers(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, rules, {}).same).toBe(true);
    expect(compareNumbers(Number.POSITIVE_INFINITY, 1e300, rules, {}).same).toBe(false);
    expect(compareNumbers(1, Number.POSITIVE_INFINITY, rules, {}).same).toBe(false);
  });
});

describe("text", () => {
  const same = (saved: string, fresh: string, by: Rules = rules) => compareText(saved, fresh, by).length === 0;

  test("any changed digit of a number with up to five digits is seen", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 99999 }),
        fc.nat(4),
        fc.integer({ min: 1, max: 9 }),
        (digits, place, by) => {
          const written = `0.${digits}`;
          const at = written.length - 1 - (place % String(digits).length);
          const other = (Number(written[at]) + by) % 10;
          const changed = written.slice(0, at) + other + written.slice(at + 1);
          expect(same(`accuracy ${written}`, `accuracy ${changed}`)).toBe(false);
        },
      ),
    );
  });

  test("whole numbers are exact unless the cell says otherwise", () => {
    expect(same("9783 of 10000", "9784 of 10000")).toBe(false);
    expect(same("9783 of 10000", "9784 of 10000", { ...rules, rel: 0.01, integers: true })).toBe(true);
  });

  test("a rule for one number leaves the others", () => {
    const loose: Rules = { ...rules, numbers: [{ after: /loss/, rel: 0, abs: 0.1 }] };
    expect(same("loss 0.50 accuracy 0.9", "loss 0.55 accuracy 0.9", loose)).toBe(true);
    expect(same("accuracy 0.90 loss 0.5", "accuracy 0.95 loss 0.5", loose)).toBe(false);
    // Also those that come later in its line, unless the pattern reaches over what is between.
    expect(same("loss 0.50 accuracy 0.90", "loss 0.50 accuracy 0.95", loose)).toBe(false);
    const wide: Rules = { ...rules, numbers: [{ after: /loss.*accuracy/, rel: 0, abs: 0.1 }] };
    expect(same("loss 0.50 accuracy 0.90", "loss 0.50 accuracy 0.95", wide)).toBe(true);
    expect(same("loss 0.50 accuracy 0.90", "loss 0.55 accuracy 0.90", wide)).toBe(false);
  });

  test("columns may move when a number gets wider", () => {
    expect(same("a   9.99999  b", "a  10.00001  b", { ...rules, rel: 0.01 })).toBe(true);
  });

  test("words, order, lines and signs matter", () => {
    expect(same("a b", "b a")).toBe(false);
    expect(same("one\ntwo", "one")).toBe(false);
    expect(same("x = 1", "x = -1")).toBe(false);
    expect(same("loss 0.5", "loss NaN")).toBe(false);
  });

  test("a difference names the line, both values, the distance and what is allowed", () => {
    const [difference] = compareText("a\naccuracy 0.9783", "a\naccuracy 0.9712", rules);
    expect(tell({ ...difference!, where: `output 1 stdout${difference!.where}` })).toBe(
      'output 1 stdout, line 2: number after "accuracy" differs: saved 0.9783, run 0.9712, distance 0.0071, allowed 0.00000589',
    );
  });
});

describe("normalisers", () => {
  const all = new Set(["path", "address", "time", "version"] as const);
  test.each([
    ["read /home/ada/mnist.bin", "read /root/x/mnist.bin"],
    ["at 0x7f3a5bc0", "at 0x55d0aa10"],
    ["http://localhost:8888/lab", "http://127.0.0.1:4567/lab"],
    ["took 3.2 s", "took 410 ms"],
    ["2024-05-01 10:20:30", "2025-12-31 23:59:59"],
    ["12,000 images/s", "9,500 images/s"],
    ["tfjs 4.22.0", "tfjs 4.23.1"],
  ])("%s and %s are one", (a, b) => {
    expect(normalise(a, all)).toBe(normalise(b, all));
    expect(normalise(a, new Set())).not.toBe(normalise(b, new Set()));
  });

  test("leave numbers that are no times alone", () => {
    expect(normalise("5 steps of 0.1, 3 sheep", all)).toBe("5 steps of 0.1, 3 sheep");
    expect(normalise("loss 0.5/step", all)).toBe("loss 0.5/step");
  });
});

describe("JSON", () => {
  const compare = (a: unknown, b: unknown) => compareJson(a, b, rules, { exactIntegers: true }).map(tell);

  test("is the same as itself, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(compare(value, JSON.parse(JSON.stringify(value)))).toEqual([]);
      }),
    );
  });

  test("differences name their path", () => {
    expect(compare({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] })).toEqual([
      " at a[1].b: number differs: saved 2, run 3, distance 1, allowed 0",
    ]);
    expect(compare({ a: 1 }, { b: 1 })).toEqual([
      " at a: key differs: saved 1, run absent",
      " at b: key differs: saved absent, run 1",
    ]);
    expect(compare([1], [1, 2])).toEqual([": length differs: saved 1 items, run 2 items"]);
    expect(compare(null, 0)).toEqual([": value differs: saved null, run 0"]);
  });

  test("many numbers of one array that drift are one difference, the worst", () => {
    expect(compare([1.5, 2.5, 3.5], [1.6, 2.9, 3.6])).toEqual([
      " at [1]: number (worst of 3) differs: saved 2.5, run 2.9, distance 0.4, allowed 0.0000135",
    ]);
  });
});

describe("Plotly figures", () => {
  test("typed arrays are read, ids do not matter, data do", () => {
    const x = Float32Array.of(0, 1, 2.5);
    const typed = {
      data: [{ x: { dtype: "f4", bdata: Buffer.from(x.buffer).toString("base64") }, uid: "a" }],
      layout: {},
    };
    expect(comparePlotly({ data: [{ x: [0, 1, 2.5], uid: "b" }], layout: {} }, typed, rules)).toEqual([]);
    expect(comparePlotly({ data: [{ x: [0, 1, 2.6] }], layout: {} }, typed, rules)).toHaveLength(1);
  });

  test("two-dimensional typed arrays have rows", () => {
    const z = { dtype: "i1", bdata: Buffer.from([1, 2, 3, 4, 5, 6]).toString("base64"), shape: "2, 3" };
    expect(
      comparePlotly(
        {
          data: [
            {
              z: [
                [1, 2, 3],
                [4, 5, 6],
              ],
            },
          ],
        },
        { data: [{ z }] },
        rules,
      ),
    ).toEqual([]);
  });
});

describe("PNG", () => {
  const picture = (paint: (x: number, y: number) => number, width = 64, height = 48) => {
    const png = new PNG({ width, height });
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) png.data.set([paint(x, y), paint(x, y), paint(x, y), 255], 4 * (y * width + x));
    }
    return PNG.sync.write(png).toString("base64");
  };
  const line =
    (offset: number, ink = 0) =>
    (_: number, y: number) =>
      Math.abs(y - offset) < 1 ? ink : 255;

  test("a picture is the same as itself, and blank is seen", () => {
    expect(comparePng(picture(line(20)), picture(line(20)), rules)).toEqual([]);
    expect(isBlank(decodePng(picture(() => 200)))).toBe(true);
    expect(isBlank(decodePng(picture((x, y) => (x === 5 && y === 5 ? 190 : 200))))).toBe(false);
  });

  test("an edge that is anti-aliased in another way is the same", () => {
    const edge = (blend: number) => picture((_, y) => (y < 20 ? 255 : y === 20 ? blend : 0));
    expect(comparePng(edge(128), edge(60), rules)).toEqual([]);
  });

  test("a line elsewhere, of other strength, or missing is different", () => {
    const [base] = [picture(line(20))];
    for (const other of [line(24), () => 255, (x: number, y: number) => (x < 50 ? line(20)(x, y) : 255)]) {
      expect(comparePng(base!, picture(other), rules)).toHaveLength(1);
    }
    const thick = (ink: number) => picture((_, y) => (y === 20 || y === 21 ? ink : 255));
    expect(comparePng(thick(0), thick(150), rules)).toHaveLength(1);
  });

  test("what is no PNG is told", () => {
    expect(comparePng("AAAA", picture(line(20)), rules)[0]).toMatchObject({ what: "png", fresh: "an image" });
  });
});

describe("markup", () => {
  const same = (a: string, b: string, xml = false) => compareMarkup(a, b, rules, xml).length === 0;

  test("is compared as a tree", () => {
    expect(same('<p class="a b" id=x>hi</p>', "<P id='x'\n class='b  a' >\n hi </P>")).toBe(true);
    expect(same("<p style='color:red; margin: 0'>", "<p style='margin:0;color: red'>")).toBe(true);
    expect(same("<!-- one --><p>", "<p>")).toBe(true);
    expect(same("<p><b>x</b></p>", "<p>x</p>")).toBe(false);
    expect(same("<td>0.500001</td>", "<td>0.5</td>")).toBe(true);
    expect(same("<td>0.51</td>", "<td>0.5</td>")).toBe(false);
    expect(same("<pre>a\nb</pre>", "<pre>a b</pre>")).toBe(false);
    expect(same("<p>a\nb</p>", "<p>a b</p>")).toBe(true);
  });

  test("in SVG upper and lower case differ", () => {
    expect(same("<svg viewBox='0 0 1 1'/>", "<svg viewbox='0 0 1 1'/>", true)).toBe(false);
  });
});

describe("outputs", () => {
  const stream = (name: "stdout" | "stderr", text: string): Output => ({ output_type: "stream", name, text });
  const display = (text: string): Output => ({
    output_type: "display_data",
    data: { "text/plain": text },
    metadata: {},
  });

  test("streams are merged between displays, whose place matters", () => {
    const pieces = [
      stream("stdout", "a"),
      stream("stderr", "e"),
      stream("stdout", "b\n"),
      display("d"),
      stream("stdout", "c"),
    ];
    expect(mergeStreams(pieces)).toEqual([
      stream("stdout", "ab\n"),
      stream("stderr", "e"),
      display("d"),
      stream("stdout", "c"),
    ]);
    expect(compareOutputs(pieces, [display("d"), stream("stdout", "ab\nc"), stream("stderr", "e")], rules)).not.toEqual(
      [],
    );
  });

  test("how streams are cut into messages never matters", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("stdout" as const, "stderr" as const), fc.string({ maxLength: 5 }))),
        pieces => {
          const outputs = pieces.map(([name, text]) => stream(name, text));
          const letters = pieces.flatMap(([name, text]) => [...text].map(letter => stream(name, letter)));
          expect(compareOutputs(outputs, letters, strict)).toEqual([]);
        },
      ),
    );
  });

  test("kind, number and MIME types of outputs matter", () => {
    const result: Output = {
      output_type: "execute_result",
      data: { "text/plain": "1" },
      metadata: {},
      execution_count: 1,
    };
    expect(compareOutputs([result], [display("1")], rules)).toHaveLength(1);
    expect(compareOutputs([result], [{ ...result, execution_count: 7 }], rules)).toEqual([]);
    expect(compareOutputs([], [display("1")], rules)).toHaveLength(1);
    expect(compareOutputs([display("1")], [], rules)).toHaveLength(1);
  });

  test("pictures of formats that are not decoded must be equal", () => {
    const jpeg = (data: string): Output => ({
      output_type: "display_data",
      data: { "image/jpeg": data },
      metadata: {},
    });
    expect(compareOutputs([jpeg("/9j/4AAQ")], [jpeg("/9j/\n4AAQ")], rules)).toEqual([]);
    expect(compareOutputs([jpeg("/9j/4AAQ")], [jpeg("/9j/4AAR")], rules)).toHaveLength(1);
  });
});

describe("rules in metadata", () => {
  const read = (ftt: unknown) => readRules({ ftt }, defaultRules, "cell 1");

  test("override the defaults", () => {
    const found = read({
      tolerance: { rel: 0.1 },
      normalise: ["time"],
      image: { pixels: 0.5 },
      timeout: 9,
      skip: "why",
      numbers: [{ after: "loss", abs: 1 }],
    });
    expect(found).toMatchObject({
      rel: 0.1,
      abs: defaultRules.abs,
      timeoutSeconds: 9,
      skipReason: "why",
      image: { pixels: 0.5, threshold: 0.1 },
    });
    expect([...found.normalise].sort()).toEqual(["address", "path", "time"]);
    expect(found.numbers).toEqual([{ after: /loss/, path: undefined, rel: 0, abs: 1 }]);
  });

  test.each([
    [{ tolerence: {} }],
    [{ tolerance: { rel: -1 } }],
    [{ tolerance: { rel: "0.1" } }],
    [{ normalise: ["dates"] }],
    [{ numbers: [{ abs: 1 }] }],
    [{ numbers: [{ after: "(" }] }],
    [{ skip: " " }],
    [{ image: { pixels: 2 } }],
    ["loose"],
  ])("%j is refused", ftt => {
    expect(() => read(ftt)).toThrow(HarnessError);
  });
});

test("long values are cut in one-line reports", () => {
  const long: Difference = { where: "output 1", what: "text", saved: "a".repeat(500), fresh: "b\nb" };
  expect(tell(long).length).toBeLessThan(200);
  expect(tell(long)).toContain("b ⏎ b");
});
