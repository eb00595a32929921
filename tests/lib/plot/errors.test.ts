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
    ["something that cannot be counted", () => plot.progress(-1), "PLOT_VALUE", /whole number of steps, got -1/],
  ];
  it.each(cases)("for %s", (_name, run, code, message) => {
    const { code: got, message: text } = failure(run);
    expect(got).toBe(code);
    expect(text).toMatch(message);
  });
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
