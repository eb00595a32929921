import type { Axis } from "../../../lib/plot/axes/axis";
import { axisTicks, d3Format } from "../../../lib/plot/axes/ticks";

function axis(
  type: Axis["type"],
  range: [number, number],
  length: number,
  attributes = {},
  letter: "x" | "y" = "x",
): Axis {
  return {
    id: letter,
    letter,
    type,
    range,
    categories: ["a", "b", "c"],
    attributes,
    offset: 0,
    length,
    toLinear: Number,
    toPixel: v => v,
  };
}
const texts = (one: Axis) => axisTicks(one).map(tick => tick.text);

// Expected labels were read off plotly.js 4.1 for axes of these lengths and ranges.
describe("ticks fall where plotly.js puts them", () => {
  it("on linear axes", () => {
    expect(texts(axis("linear", [0, 10], 600))).toEqual(["0", "2", "4", "6", "8", "10"]);
    expect(texts(axis("linear", [-0.11, 1.11], 300, {}, "y"))).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  });
  it("with one exponent for a whole axis of large numbers", () => {
    expect(texts(axis("linear", [0, 50000], 600, { exponentformat: "power" }))).toEqual([
      "0",
      "1×10<sup>4</sup>",
      "2×10<sup>4</sup>",
      "3×10<sup>4</sup>",
      "4×10<sup>4</sup>",
      "5×10<sup>4</sup>",
    ]);
    expect(texts(axis("linear", [0, 50000], 600))).toEqual(["0", "10k", "20k", "30k", "40k", "50k"]);
  });
  it("on log axes", () => {
    expect(texts(axis("log", [-3, 1], 300, { exponentformat: "power", dtick: 1 }, "y"))).toEqual([
      "10<sup>−3</sup>",
      "10<sup>−2</sup>",
      "10<sup>−1</sup>",
      "1",
      "10",
    ]);
    expect(texts(axis("log", [0, 1], 300, { exponentformat: "power", dtick: "D2" }, "y"))).toEqual([
      "1",
      "2",
      "5",
      "10",
    ]);
  });
  it("on category axes", () => expect(texts(axis("category", [-0.5, 2.5], 600))).toEqual(["a", "b", "c"]));
  it("where the layout says, with its words", () => {
    expect(
      texts(axis("linear", [0, 2], 600, { tickvals: [0, 1, 5], ticktext: ["no", "yes", "out of sight"] })),
    ).toEqual(["no", "yes"]);
  });
});

it.each([
  [".2f", 2.6789, "2.68"],
  [",d", 1234567, "1,234,567"],
  [".1%", 0.9183, "91.8%"],
  [".3e", 12345, "1.235e+4"],
  [".2f", -0.001, "0.00"],
  ["+.1f", 2, "+2.0"],
  [".3g", 0.00012345, "0.000123"],
  [".2s", 421642, "420k"],
])("the format %s writes %p as %s", (specifier, value, text) => expect(d3Format(specifier, value)).toBe(text));
