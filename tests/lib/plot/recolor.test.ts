// A saved figure in the other theme is what the verb would have drawn in that theme.
import { plot } from "fromthetensor";
import { inTheme } from "../../../lib/plot/theme/recolor";

// The exchange writes every colour as rgba(); the comparison must not see the spelling.
function spelled(value: unknown): unknown {
  if (typeof value === "string") {
    const hex = value.match(/^#([0-9a-f]{6})$/i)?.[1];
    return hex ? `rgba(${hex.match(/../g)!.map(pair => Number.parseInt(pair, 16))},1)` : value.replace(/,\s+/g, ",");
  }
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spelled(item)]));
}

const figures = {
  line: (theme: "light" | "dark") => plot.line({ train: [3, 2, 1], test: [3, 2.5, 2] }, { title: "Loss", theme }),
  bar: (theme: "light" | "dark") => plot.bar({ a: 1, b: 2 }, { title: "Bars", theme }),
  graph: (theme: "light" | "dark") =>
    plot.graph(
      {
        nodes: [
          { id: 0, label: "x", kind: "input" },
          { id: 1, label: "y", kind: "op" },
        ],
        edges: [[0, 1]],
      },
      { title: "Two", theme },
    ),
  "decision region": (theme: "light" | "dark") =>
    plot.decisionRegion(
      points => points.map(([x, y]) => Number(x! > y!)),
      [
        [0, 1],
        [1, 0],
      ],
      [0, 1],
      { title: "Region", theme },
    ),
  heatmap: (theme: "light" | "dark") =>
    plot.heatmap(
      [
        [1, 2],
        [3, 4],
      ],
      { title: "Heat", theme },
    ),
};

test.each(Object.entries(figures))("%s", (_, draw) => {
  const exchanged = inTheme(draw("light").toJSON(), "dark");
  const drawn = draw("dark").toJSON();
  expect(spelled(JSON.parse(JSON.stringify(exchanged)))).toEqual(spelled(JSON.parse(JSON.stringify(drawn))));
});

test("a figure that is in the theme already is returned as it is", () => {
  const figure = figures.line("dark").toJSON();
  expect(inTheme(figure, "dark")).toBe(figure);
});

test("colour scales carry values and stay", () => {
  const heat = figures.heatmap("light").toJSON();
  expect(inTheme(heat, "dark").data[0]!.colorscale).toEqual(heat.data[0]!.colorscale);
});
