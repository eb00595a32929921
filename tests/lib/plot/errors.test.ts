// Bad input gets a clear error or a visible mark, as the case deserves.
import * as plot from "../../../lib/plot";
import { tensorOf } from "./gallery";

function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(plot.PlotError);
    return { code: (error as plot.PlotError).code, message: (error as Error).message };
  }
  throw new Error("expected an error, got none");
}

describe("an error names the verb, what was expected and what came", () => {
  const cases: [string, () => unknown, string, RegExp][] = [
    [
      "unequal lengths",
      () => plot.line({ x: [1, 2], y: [1, 2, 3] }),
      "PLOT_LENGTH",
      /plot\.line: x of y and y must be equally long, got 2 and 3/,
    ],
    ["nothing to draw", () => plot.line([]), "PLOT_EMPTY", /plot\.line: y: expected at least one value, got none/],
    [
      "only NaN",
      () => plot.line([Number.NaN]),
      "PLOT_VALUE",
      /expected at least one finite value, got none among 1 points/,
    ],
    [
      "nothing positive on a log axis",
      () => plot.line([-1, 0], { yScale: "log" }),
      "PLOT_VALUE",
      /above zero for a log axis/,
    ],
    [
      "an unknown option",
      () => plot.line([1], { titel: "x" } as never),
      "PLOT_OPTION",
      /unknown option "titel"; did you mean "title"\?/,
    ],
    [
      "an impossible choice",
      () => plot.line([1], { yScale: "lgo" as never }),
      "PLOT_OPTION",
      /yScale must be one of "linear", "log", got "lgo"; did you mean "log"\?/,
    ],
    [
      "a string among numbers",
      () => plot.line([1, "2" as never]),
      "PLOT_VALUE",
      /expected numbers, got "2" at index 1/,
    ],
    [
      "a tensor of the wrong rank",
      () => plot.line(tensorOf([2, 3], i => i)),
      "PLOT_SHAPE",
      /got a tensor of shape \[2,3\]; pick a row/,
    ],
    ["ragged rows", () => plot.heatmap([[1, 2], [3]]), "PLOT_LENGTH", /row 0 has 2 values and row 1 has 1/],
    [
      "five channels",
      () => plot.images(tensorOf([2, 8, 8, 5], i => i)),
      "PLOT_SHAPE",
      /1, 3 or 4 channels.*got 5.*plot\.filters/,
    ],
    [
      "pixels that fill no picture",
      () => plot.images([1, 2, 3], { shape: [2, 2] }),
      "PLOT_SHAPE",
      /3 values are no whole number of 2x2x1 pictures/,
    ],
    [
      "captions that do not match",
      () =>
        plot.images(
          tensorOf([2, 8, 8, 1], () => 0),
          { captions: ["a"] },
        ),
      "PLOT_LENGTH",
      /captions and pictures must be equally long, got 1 and 2/,
    ],
    [
      "captions that do not match the kernels shown",
      () =>
        plot.filters(
          tensorOf([3, 3, 1, 8], () => 0),
          { limit: 4, captions: ["a"] },
        ),
      "PLOT_LENGTH",
      /captions and kernels must be equally long, got 1 and 4/,
    ],
    [
      "probabilities for classes",
      () => plot.confusion({ truth: [0, 1], predicted: [0.2, 0.9] }),
      "PLOT_VALUE",
      /classes must be whole numbers from 0, got 0\.2.*argMax/,
    ],
    [
      "logits for confidences",
      () => plot.calibration({ confidence: [3], correct: [true] }),
      "PLOT_VALUE",
      /confidence must lie in 0\.\.1, got 3; apply softmax first/,
    ],
    ["scores before the softmax", () => plot.attention([[2, -1]]), "PLOT_VALUE", /after the softmax/],
    [
      "an edge to nowhere",
      () => plot.graph({ nodes: [{ id: "a" }], edges: [["a", "b"]] }),
      "PLOT_VALUE",
      /an edge names node "b", which does not exist/,
    ],
    [
      "a column that is not there",
      () => plot.table([{ a: 1 }], { bars: ["b"] }),
      "PLOT_OPTION",
      /there is no column "b"; columns: a/,
    ],
    ["three coordinates", () => plot.embedding([[1, 2, 3]]), "PLOT_SHAPE", /two columns, got 3; project them first/],
    [
      "a log range below zero",
      () => plot.line([1], { yScale: "log", yRange: [0, 1] }),
      "PLOT_OPTION",
      /two different positive numbers, got \[0, 1\]/,
    ],
    [
      "a string that is no date among dates",
      () => plot.line([1, 2], { x: ["2024-01-01", "2024-02-30"] }),
      "PLOT_VALUE",
      /plot\.line: x of y: expected a date \(.*\), got "2024-02-30" at index 1/,
    ],
    [
      "dates and numbers in one chart",
      () => plot.scatter({ a: { x: [1, 2], y: [1, 2] }, b: { x: [new Date(0), new Date(1)], y: [1, 2] } }),
      "PLOT_VALUE",
      /all have dates or all have numbers for x, "b" differs from "a"/,
    ],
    [
      "the logarithm of dates",
      () => plot.line([1], { x: [new Date(0)], xScale: "log" }),
      "PLOT_OPTION",
      /dates have no logarithm/,
    ],
    [
      "a range that holds no time",
      () => plot.line([1, 2], { x: ["2024", "2025"], xRange: ["2024", new Date(Number.NaN)] }),
      "PLOT_OPTION",
      /xRange must be two different dates, got \["2024", an invalid Date\]/,
    ],
    [
      "a Date among numbers",
      () => plot.line([1, new Date(0) as never]),
      "PLOT_VALUE",
      /expected numbers, got the Date 1970-01-01T00:00:00\.000Z at index 1/,
    ],
    [
      "nothing at all",
      () => plot.scatter(undefined as never),
      "PLOT_VALUE",
      /plot\.scatter: expected points.*got undefined/,
    ],
    [
      "a number for samples",
      () => plot.box(5 as never),
      "PLOT_VALUE",
      /plot\.box: expected values, or lists.*got number 5/,
    ],
    [
      "a number for values",
      () => plot.histogram(null as never),
      "PLOT_VALUE",
      /plot\.histogram: expected values.*got null/,
    ],
    ["no classes", () => plot.confusion(null as never), "PLOT_SHAPE", /plot\.confusion: counts: expected rows/],
    ["no confidences", () => plot.calibration(undefined as never), "PLOT_VALUE", /expected \{ confidence, correct \}/],
    [
      "a correctness that is neither",
      () => plot.calibration({ confidence: [0.5], correct: [0.7] }),
      "PLOT_VALUE",
      /correct must hold true and false, or 1 and 0, got 0\.7/,
    ],
    [
      "rows that are no records",
      () => plot.table([1] as never),
      "PLOT_VALUE",
      /record 0 must be an object.*got number 1/,
    ],
    ["a raw figure of nothing", () => plot.figure([]), "PLOT_EMPTY", /expected at least one trace, got none/],
    [
      "options that are none",
      () => plot.line([1], null as never),
      "PLOT_OPTION",
      /plot\.line: options must be an object, got null/,
    ],
    [
      "a title that is no text",
      () => plot.line([1], { title: 5 as never }),
      "PLOT_OPTION",
      /title must be a text, got 5/,
    ],
    [
      "a text for a list",
      () => plot.bar({ a: 1 }, { highlight: "a" as never }),
      "PLOT_OPTION",
      /highlight must be a list/,
    ],
    [
      "an opacity above one",
      () => plot.scatter([1], { opacity: 5 }),
      "PLOT_OPTION",
      /opacity must be a number from 0 to 1, got 5/,
    ],
    [
      "points of negative size",
      () => plot.scatter([1], { size: -4 }),
      "PLOT_OPTION",
      /size must be zero or more pixels, got -4/,
    ],
    [
      "errors below zero",
      () => plot.bar({ a: 1 }, { errors: [-1] }),
      "PLOT_VALUE",
      /errors must be zero or more, got -1/,
    ],
    [
      "a curvy line",
      () => plot.line([1], { shape: "curvy" as never }),
      "PLOT_OPTION",
      /shape must be one of "linear", "step"/,
    ],
    [
      "a resolution of what was measured",
      () =>
        plot.contour(
          [
            [1, 2],
            [3, 4],
          ],
          { resolution: 9 },
        ),
      "PLOT_OPTION",
      /resolution belongs to a function/,
    ],
    [
      "a range to sample of what was measured",
      () =>
        plot.surface(
          [
            [1, 2],
            [3, 4],
          ],
          { xRange: [0, 1] },
        ),
      "PLOT_OPTION",
      /a matrix takes x and y, its coordinates/,
    ],
    [
      "labels without a name",
      () =>
        plot.embedding(
          [
            [1, 2],
            [3, 4],
          ],
          { labels: [0, 1], classes: ["a"] },
        ),
      "PLOT_LENGTH",
      /classes must name every label, got 1 names and label 1/,
    ],
    [
      "a format that nobody knows",
      () => plot.table([{ a: 1 }], { format: { a: "zzz" } }),
      "PLOT_OPTION",
      /format of "a" must be one of d3's.*got "zzz"/,
    ],
    [
      "columns that are no list",
      () => plot.table([{ a: 1 }], { columns: 1 as never }),
      "PLOT_OPTION",
      /columns must be a list, got number 1/,
    ],
    [
      "rows without height",
      () => plot.subplots([plot.line([1])], { rowHeight: 3 }),
      "PLOT_OPTION",
      /rowHeight must be 60/,
    ],
    ["something that cannot be counted", () => plot.progress(-1), "PLOT_VALUE", /whole number of steps, got -1/],
  ];
  it.each(cases)("for %s", (_name, run, code, message) => {
    const { code: got, message: text } = failure(run);
    expect(got).toBe(code);
    expect(text).toMatch(message);
  });
});

describe("what is too much for its place", () => {
  it("a title is broken into lines between its words", () => {
    const figure = plot.line([1, 2], { width: 300, title: "A title of nine words that needs two lines" });
    expect(figure.layout.title).toMatchObject({ text: "A title of nine words that needs<br>two lines" });
    expect(figure.text()).toContain("A title of nine words that needs two lines");
  });
  it("a name in a crowd is left to the hover, and counted", () => {
    const figure = plot.embedding([[0, 0], [1, 1], ...Array.from({ length: 8 }, () => [0.5, 0.5])], {
      names: Array.from({ length: 10 }, (_, i) => `name ${i}`),
    });
    const [trace] = figure.data as { text: string[]; hovertext: string[] }[];
    expect(trace!.text.filter(Boolean)).toEqual(["name 0", "name 1", "name 2", "name 3"]);
    expect(trace!.hovertext).toHaveLength(10);
    expect(figure.text()).toContain("6 names have no room");
  });
});

it("a box tells its quartiles, a table its dates", () => {
  expect(plot.box({ layer: [1, 2, 3, 4, 5] }).text()).toContain(
    "layer: median 3, half in 1.75 to 4.25, fences 1 and 5",
  );
  expect(plot.table([{ when: new Date(Date.UTC(2024, 1, 29, 12)) }]).text()).toContain("2024-02-29 12:00");
});

describe("what can be drawn around is marked on the figure", () => {
  const marks = (figure: plot.Figure) =>
    (figure.layout.annotations ?? []).map(annotation => annotation.text).join("\n");
  it("a NaN in a curve becomes a gap", () => {
    const figure = plot.line([1, Number.NaN, 3]);
    expect(figure.data[0]!.y).toEqual([1, null, 3]);
    expect(marks(figure)).toContain("1 value is not finite and not shown");
    expect(figure.text()).toContain("1 value is not finite");
  });
  it("a zero on a log axis", () =>
    expect(marks(plot.line([1, 0, 3], { yScale: "log" }))).toContain("zero or less, not shown on a log axis"));
  it("an empty cell", () =>
    expect(marks(plot.heatmap([[1, Number.NaN]]))).toContain("1 cell is not finite and left empty"));
  it("pixels outside a stated range", () =>
    expect(
      marks(
        plot.images(
          tensorOf([1, 8, 8, 1], i => i / 10),
          { range: [0, 1] },
        ),
      ),
    ).toContain("clipped"));
});
