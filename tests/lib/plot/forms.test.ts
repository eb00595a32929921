// The three forms in which a notebook stores a figure.
import { spawnSync } from "node:child_process";
import * as plot from "../../../lib/plot";
import { DISPLAY } from "../../../lib/plot/types";
import { GALLERY, generator, tensorOf } from "./gallery";

it("one bundle carries the interactive form as an object, the still and the words, and no HTML to displace the still", async () => {
  const bundle = await plot.line({ loss: [3, 2, 1] }, { title: "Falling" })[DISPLAY]();
  expect(Object.keys(bundle)).toEqual([plot.PLOTLY_MIME, "image/png", "text/plain"]);
  expect(bundle[plot.PLOTLY_MIME]).toMatchObject({ data: [{ type: "scatter", y: [3, 2, 1] }], layout: { width: 700 } });
  expect(
    Buffer.from(bundle["image/png"] as string, "base64")
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  expect(bundle["text/plain"]).toContain("loss: 3 values, 1 to 3, last 1");
});

it("the still has two pixels for each of the figure's", async () => {
  const png = await plot.bar({ a: 1 }, { width: 300, height: 200 }).png();
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([600, 400]);
});

it("a heat map can do without a colour bar, where its colours are no values", () => {
  expect(plot.heatmap([[0, 1]], { colorBar: false }).data[0]).toMatchObject({ showscale: false });
  expect(plot.heatmap([[0, 1]]).data[0]).toHaveProperty("colorbar");
});

it("columns of one name stay apart on a heat map", () => {
  const { data, layout } = plot.heatmap([[1, 2, 3]], { x: [..."aba"], y: ["row"] });
  expect(data[0]).not.toHaveProperty("x");
  expect(data[0]).toHaveProperty("y", ["row"]);
  expect(layout.xaxis).toMatchObject({ tickvals: [0, 1, 2], ticktext: ["a", "b", "a"], tickangle: 0 });
  expect(layout.xaxis).not.toHaveProperty("type");
  expect(plot.heatmap([[1, 2]], { x: ["a", "b"] }).data[0]).toHaveProperty("x", ["a", "b"]);
});

it("kernels are numbered, and an empty list of captions leaves the numbers out", () => {
  const kernels = tensorOf([3, 3, 1, 4], i => i);
  expect(plot.filters(kernels).layout.annotations).toHaveLength(4);
  expect(plot.filters(kernels, { captions: [] }).layout.annotations).toHaveLength(0);
});

it("the same data give the same bytes", async () => {
  const [a, b] = await Promise.all([GALLERY.scatter!().png(), GALLERY.scatter!().png()]);
  expect(a.equals(b)).toBe(true);
});

it("a still takes less than half a second after the first", async () => {
  await GALLERY.line!().png();
  for (const name of ["line", "scatter", "heatmap", "box", "images", "graph"]) {
    const before = process.cpuUsage();
    await GALLERY[name]!().png();
    const { user, system } = process.cpuUsage(before);
    // Processor time, so that a busy machine does not fail the test.
    expect([name, (user + system) / 1e6 < 0.5]).toEqual([name, true]);
  }
});

it("the library is imported without loading the native renderer", () => {
  // In a process of its own, since this one has drawn already.
  const script =
    "require(process.argv[1]); console.log(Object.keys(require.cache).some(name => name.includes('napi-rs')))";
  const out = spawnSync(process.execPath, ["--import", "tsx", "-e", script, require.resolve("fromthetensor/plot")], {
    encoding: "utf8",
  });
  expect([out.stderr, out.stdout.trim()]).toEqual(["", "false"]);
});

describe("the words of a figure", () => {
  it("of a table are the table", () => {
    const text = plot
      .table(
        [
          { model: "MLP", accuracy: 0.979 },
          { model: "CNN", accuracy: 0.992 },
        ],
        { title: "Models" },
      )
      .text();
    expect(text).toMatch(/model {2}accuracy\n\s+─+ {2}─+\n\s+MLP {6}0\.9790\n\s+CNN {6}0\.9920/);
  });
  it("of learning curves name the best point", () =>
    expect(plot.curves({ validation: [3, 1, 2] }).text()).toContain("best validation: 1 at step 1"));
  it("of a graph say where arrows go", () => expect(GALLERY.graph!().text()).toMatch(/MatMul \[32, 128\] → Relu/));
});

describe("numbers mean the same whatever holds them", () => {
  const values = [1, 2, 3, 4];
  it.each([
    ["an array", values],
    ["a typed array", Float32Array.from(values)],
    ["a tensor", tensorOf([4], i => i + 1)],
    ["a tensor with a dimension of one", tensorOf([4, 1], i => i + 1)],
  ])("%s", (_name, input) => expect(plot.line(input).data[0]!.y).toEqual(values));
});

it("the range of pictures follows their values and is stated", () => {
  const subtitle = (input: Parameters<typeof plot.images>[0]) =>
    plot.images(input).layout.title as { subtitle?: { text: string }; text: string };
  const text = (input: Parameters<typeof plot.images>[0]) => subtitle(input).subtitle?.text ?? subtitle(input).text;
  expect(text(tensorOf([8, 8], i => i / 64))).toContain("black 0, white 1");
  expect(text(tensorOf([8, 8], i => i / 32 - 1))).toContain("black -1, white 1");
  expect(text([new Uint8Array(64).fill(7)])).toContain("black 0, white 255");
  expect(text(tensorOf([8, 8], i => i * 3.5))).toContain("black 0, white 220.5");
});

it("contour levels and histogram bins are stated, so that every renderer agrees", () => {
  expect(GALLERY.contour!().data[0]!.contours).toMatchObject({
    start: expect.any(Number),
    end: expect.any(Number),
    size: expect.any(Number),
  });
  expect(GALLERY.rawHistogram!().data[0]!.xbins).toMatchObject({ size: expect.any(Number) });
});

it("a histogram counts every finite value once", () => {
  const { normal } = generator(4);
  const values = Array.from({ length: 777 }, normal);
  const counts = plot.histogram(values).data[0]!.y as number[];
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(777);
});

it("a contour draws several paths, each with its line, its points and its end, and names them", () => {
  const options = { xRange: [-1, 1], yRange: [-1, 1] } as const;
  const path = [
    [0, 0],
    [0.5, 0.5],
  ];
  const { data, layout } = plot.contour((x, y) => x + y, { ...options, paths: { plain: path, Adam: path } });
  expect(data.filter(({ showlegend, name }) => name && showlegend !== false).map(({ name }) => name)).toEqual([
    "plain",
    "Adam",
  ]);
  expect(data.at(-1)).toMatchObject({ name: "end of Adam", x: [0.5], y: [0.5] });
  expect(layout.showlegend).toBe(true);
});

it("a hidden legend stays hidden among subplots", () => {
  const lines = plot.line({ a: [1, 2], b: [2, 1] }, { legend: false });
  const shown = plot.line({ a: [1, 2], b: [2, 1] });
  const legends = plot.subplots([lines, shown]).data.map(({ showlegend }) => showlegend);
  expect(legends).toEqual([false, false, true, true]);
});
