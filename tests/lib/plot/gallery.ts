// One figure of every verb, from data that is the same on every machine: what the golden files hold, what is compared with plotly.js, and
// what the benchmark draws.

import type { Figure } from "../../../lib/plot";
import * as plot from "../../../lib/plot";

/** Park and Miller's generator: small, exact in doubles, the same everywhere. */
export function generator(seed: number): { uniform(): number; normal(): number } {
  let state = seed;
  const uniform = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A tensor as far as plots look at one. */
export function tensorOf(shape: number[], value: (i: number) => number, dtype = "float32") {
  const size = shape.reduce((product, n) => product * n, 1);
  const values =
    dtype === "int32" ? Int32Array.from(range(size).map(value)) : Float32Array.from(range(size).map(value));
  return { shape, dtype, size, dataSync: () => values };
}

/** Rings of growing radius, 28 by 28. */
export function rings(count: number): Float32Array {
  const out = new Float32Array(count * 784);
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++)
        out[n * 784 + y * 28 + x] = Math.max(0, 1 - Math.abs(Math.hypot(x - 14, y - 14) - 3 - n / 3) / 3);
    }
  }
  return out;
}

function attentionWeights(size: number, normal: () => number): number[][] {
  return range(size).map(i => {
    const raw = range(size).map(j => (j > i ? 0 : Math.exp(2 * normal())));
    const sum = raw.reduce((total, value) => total + value, 0);
    return raw.map(value => value / sum);
  });
}

export const GALLERY: Record<string, () => Figure> = {
  line() {
    const x = range(60).map(i => i / 6);
    return plot.line(
      { sine: x.map(Math.sin), cosine: x.map(Math.cos), damped: x.map(v => Math.exp(-v / 3) * Math.sin(3 * v)) },
      { x, title: "Three waves", subtitle: "each a function of the angle", xLabel: "angle (rad)", yLabel: "value" },
    );
  },
  lineWithGap: () => plot.line([1, 2, Number.NaN, 4, 3], { title: "A gap", xLabel: "step", yLabel: "loss" }),
  longTitle: () =>
    plot.line([1, 3, 2], {
      width: 420,
      height: 300,
      title: "A title that says more than the figure is wide, of <b>two</b> models",
      subtitle: "and a subtitle that does not stop there, but goes on to tell what was measured, how, and on which day",
      xLabel: "step",
    }),
  lineDark() {
    const { normal } = generator(3);
    return plot.line(
      { a: range(30).map(normal), b: range(30).map(normal) },
      { theme: "dark", title: "At night", xLabel: "step" },
    );
  },
  lineDates() {
    const { normal } = generator(4);
    let level = 40;
    const visits = range(90).map(() => (level += 2 * normal()));
    return plot.line(
      { visits, target: range(90).map(i => 40 + i / 9) },
      {
        x: range(90).map(i => new Date(Date.UTC(2023, 10, 20 + i))),
        title: "Readers of the course",
        xLabel: "day",
        yLabel: "readers",
      },
    );
  },
  curvesDates() {
    const hours = range(40).map(i =>
      `2024-02-28T${String(i % 24).padStart(2, "0")}:30:00Z`.replace("28", i < 24 ? "28" : "29"),
    );
    return plot.curves(
      { train: { x: hours, y: range(40).map(i => 2 * Math.exp(-i / 12) + 0.1) } },
      { title: "A long run", yLabel: "loss (nats)", yScale: "log" },
    );
  },
  scatterDates() {
    const { uniform, normal } = generator(5);
    const x = range(60).map(() => `${Math.floor(1990 + 33 * uniform())}-0${Math.floor(1 + 9 * uniform())}`);
    return plot.scatter(
      { x, y: x.map(date => 2 ** ((Number(date.slice(0, 4)) - 1990) / 4) * (1 + 0.2 * normal())) },
      { title: "Size of models", yScale: "log", yLabel: "parameters (M)", xRange: ["1988", "2025"] },
    );
  },
  areaDates: () =>
    plot.area(
      { used: range(50).map(i => 3 + Math.sin(i / 5)), cached: range(50).map(i => 1 + i / 50) },
      {
        x: range(50).map(i => new Date(Date.UTC(2024, 0, 1, 23, 50, 15 * i))),
        stacked: true,
        title: "Memory",
        yLabel: "GB",
      },
    ),
  barDates: () =>
    plot.bar([3, 5, 2, 8, 6, 4, 7], {
      labels: range(7).map(i => new Date(Date.UTC(2024, 1, 26 + i))),
      title: "Commits a day",
      yLabel: "commits",
    }),
  histogramDates() {
    const { normal } = generator(6);
    return plot.histogram(
      range(400).map(() => new Date(Date.UTC(2024, 5, 1) + Math.round(normal() * 4e9))),
      { title: "When issues were opened" },
    );
  },
  heatmapDates: () =>
    plot.heatmap(
      range(6).map(i => range(24).map(j => Math.sin(i + j / 4))),
      {
        x: range(24).map(j => new Date(Date.UTC(2024, 4, 1, j))),
        y: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        values: false,
        title: "Load by hour",
        colorLabel: "load",
      },
    ),
  rawDates: () =>
    plot.figure(
      [
        {
          type: "scatter",
          mode: "markers",
          x: [4, 1, 3],
          y: ["2023-12-30", "2024-01-02 12:00", "2024-01-06"],
          xaxis: "x",
          yaxis: "y",
        },
        { type: "scatter", x0: "2001-01-31", dx: 30 * 864e5, y: [1, 2, 4, 3, 5, 2], xaxis: "x2", yaxis: "y2" },
        {
          type: "histogram",
          x: range(40).map(i => `2024-01-${String(1 + ((i * i) % 28)).padStart(2, "0")}`),
          xaxis: "x3",
          yaxis: "y3",
        },
      ],
      {
        width: 1000,
        xaxis: { domain: [0, 0.26] },
        xaxis2: { domain: [0.36, 0.64], anchor: "y2", side: "top", tickformat: "%b %-d\n%Y" },
        yaxis2: { anchor: "x2" },
        xaxis3: {
          domain: [0.72, 1],
          anchor: "y3",
          tickvals: ["2024-01-01", "2024-01-15", "2024-01-28"],
          tickformat: "%a %d %b",
        },
        yaxis3: { anchor: "x3" },
        shapes: [
          {
            type: "line",
            x0: "2001-03-01",
            x1: "2001-05-01",
            y0: 1,
            y1: 4,
            xref: "x2",
            yref: "y2",
            line: { dash: "dot" },
          },
        ],
        annotations: [{ x: "2001-06-30", y: 2, xref: "x2", yref: "y2", text: "here" }],
      },
    ),
  curves() {
    const { uniform } = generator(1);
    const train = range(120).map(i => 2.3 * Math.exp(-i / 24) + 0.08 + 0.15 * uniform());
    const x = range(13).map(i => i * 10);
    const y = x.map(i => 2.3 * Math.exp(-i / 22) + 0.2 + 0.002 * i + 0.03 * uniform());
    return plot.curves(
      { train, validation: { x, y } },
      { title: "Loss while training", yLabel: "loss (nats)", yScale: "log" },
    );
  },
  scatter() {
    const { normal } = generator(7);
    const cloud = (count: number, x: number, y: number) => ({
      x: range(count).map(() => x + normal()),
      y: range(count).map(() => y + normal()),
    });
    return plot.scatter(
      { a: cloud(30, 0, 0), b: cloud(30, 2, 1), c: cloud(30, -2, 2) },
      { title: "Three clouds", xLabel: "x", yLabel: "y" },
    );
  },
  scatterColored() {
    const { normal } = generator(8);
    const x = range(80).map(normal);
    const y = range(80).map(normal);
    return plot.scatter(
      { x, y },
      { color: x.map((v, i) => v * v + y[i]! ** 2), colorLabel: "loss", title: "Coloured by loss", xLabel: "weight 1" },
    );
  },
  bar: () =>
    plot.bar(
      { MLP: 97.91, CNN: 99.23, "CNN + augmentation": 99.41, ViT: 98.7 },
      { yLabel: "test accuracy (%)", yRange: [95, 100], title: "The ladder", highlight: ["CNN + augmentation"] },
    ),
  barGrouped: () =>
    plot.bar(
      { ours: { small: 1.2, medium: 4.1, large: 9.1 }, peer: { small: 1.3, medium: 4.6, large: 9.4 } },
      { yLabel: "time (ms)", title: "Step time" },
    ),
  barLying: () =>
    plot.bar(
      { "a long label for a thing": 3, another: -5, "third one": 12.5 },
      { horizontal: true, title: "Lying bars", xLabel: "change (%)" },
    ),
  barStacked: () =>
    plot.bar(
      { forward: { a: 1, b: 2 }, backward: { a: 2, b: 3.5 }, update: { a: 0.5, b: 0.4 } },
      { mode: "stack", title: "Stacked", yLabel: "ms" },
    ),
  histogram() {
    const { normal } = generator(9);
    return plot.histogram(
      { before: range(500).map(normal), after: range(900).map(() => 1 + 0.6 * normal()) },
      { density: true, title: "Weights", xLabel: "weight" },
    );
  },
  heatmap() {
    const names = ["sepal", "petal", "width", "height", "mass"];
    const values = names.map((_, i) => names.map((_, j) => (i === j ? 1 : Math.sin(i * j + 1))));
    return plot.heatmap(values, {
      title: "Correlation",
      center: 0,
      range: [-1, 1],
      x: names,
      y: names,
      colorLabel: "r",
    });
  },
  heatmapText() {
    const text = [..."the whale, the sea"]; // letters that repeat
    return plot.heatmap([text.map((_, i) => Math.sin(i)), text.map((_, i) => Math.cos(i / 2))], {
      title: "Two units while reading",
      x: text,
      y: ["unit 3", "unit 7"],
      xLabel: "text",
      center: 0,
      values: false,
    });
  },
  heatmapLarge: () =>
    plot.heatmap(
      range(40).map(i => range(50).map(j => Math.sin(i / 6) * Math.cos(j / 5))),
      { title: "A field", xLabel: "column", yLabel: "row" },
    ),
  contour: () =>
    plot.contour((x, y) => (1 - x) ** 2 + 10 * (y - x * x) ** 2, {
      xRange: [-2, 2],
      yRange: [-1, 3],
      resolution: 30,
      path: range(20).map(i => [-1.5 + (2.5 * i) / 19, (-1.5 + (2.5 * i) / 19) ** 2 + 0.3 * Math.exp(-i / 5)]),
      title: "Rosenbrock's valley",
      colorLabel: "loss",
    }),
  surface: () =>
    plot.surface((x, y) => Math.sin(2 * x) * Math.cos(2 * y) * Math.exp(-(x * x + y * y) / 4), {
      xRange: [-3, 3],
      yRange: [-3, 3],
      resolution: 40,
      path: range(12).map(i => [2.6 - i * 0.15, -2 + i * 0.08]),
      title: "A landscape",
      zLabel: "loss",
    }),
  box() {
    const { normal } = generator(10);
    const sample = (mean: number, deviation: number) => range(300).map(() => mean + deviation * normal());
    return plot.box(
      { "layer 1": sample(0, 1), "layer 2": sample(0, 2), "layer 3": sample(1, 0.5) },
      { title: "Activations", yLabel: "activation" },
    );
  },
  violin() {
    const { normal } = generator(11);
    const sample = (count: number, mean: number, deviation: number) =>
      range(count).map(() => mean + deviation * normal());
    return plot.violin(
      { He: sample(120, 0, 1), Xavier: sample(120, 0, 0.6), tiny: sample(80, 0.5, 0.2) },
      { title: "By initialisation", yLabel: "activation" },
    );
  },
  area() {
    const { normal } = generator(12);
    const time = (mean: number, deviation: number) => range(30).map(() => mean + deviation * normal());
    return plot.area(
      { forward: time(5, 0.4), backward: time(9, 0.8), update: time(2, 0.2) },
      { stacked: true, title: "Where a step goes", xLabel: "step", yLabel: "time (ms)" },
    );
  },
  confusion() {
    const { uniform } = generator(13);
    const truth = range(1000).map(() => Math.floor(uniform() * 6));
    return plot.confusion(
      { truth, predicted: truth.map(t => (uniform() < 0.9 ? t : Math.floor(uniform() * 6))) },
      { classes: ["cat", "dog", "deer", "frog", "ship", "truck"] },
    );
  },
  calibration() {
    const { uniform } = generator(14);
    const confidence = range(2000).map(() => 0.3 + 0.7 * Math.sqrt(uniform()));
    return plot.calibration({ confidence, correct: confidence.map(c => uniform() < c ** 1.4) });
  },
  decisionRegion() {
    const { uniform, normal } = generator(15);
    const moons = range(100).map(i => {
      const t = Math.PI * uniform();
      return i % 2
        ? [Math.cos(t) + 0.1 * normal(), Math.sin(t) + 0.1 * normal()]
        : [1 - Math.cos(t) + 0.1 * normal(), 0.5 - Math.sin(t) + 0.1 * normal()];
    });
    const predict = (points: number[][]) =>
      points.map(([x, y]) => 1 / (1 + Math.exp(-8 * (y! - 0.25 + 0.4 * Math.sin(3 * x! - 0.5)))));
    return plot.decisionRegion(
      predict,
      moons,
      range(100).map(i => i % 2),
      { resolution: 40, title: "Two moons", xLabel: "x", yLabel: "y" },
    );
  },
  images: () =>
    plot.images(rings(12), {
      shape: [28, 28],
      captions: range(12).map(i => `${i} is ${i % 10}`),
      highlight: range(12).map(i => i === 10),
      title: "Rings",
    }),
  imagesColored: () =>
    plot.images(
      tensorOf([3, 16, 16, 3], i => ((i * 37) % 256) / 255),
      { title: "In colour", captions: ["one", "two", "<three>"] },
    ),
  filters() {
    const { normal } = generator(16);
    return plot.filters(tensorOf([5, 5, 1, 12], normal), { title: "First layer" });
  },
  featureMaps: () =>
    plot.filters(
      tensorOf([1, 14, 14, 12], i => Math.max(0, Math.sin(i / 168) + Math.cos((i % 12) / 3))),
      { title: "Feature maps" },
    ),
  attention() {
    const tokens = ["<bos>", "Call", "me", "Ishmael", ".", "Some", "years", "ago"];
    return plot.attention(attentionWeights(8, generator(17).normal), { tokens, title: "One head" });
  },
  attentionHeads() {
    const { normal } = generator(18);
    return plot.attention(
      range(4).map(() => attentionWeights(6, normal)),
      { tokens: ["the", "whale", "is", "white", ".", "<eos>"] },
    );
  },
  embedding() {
    const { normal } = generator(19);
    const points = range(120).map(i => [normal() + 3 * Math.cos(i % 6), normal() + 3 * Math.sin(i % 6)]);
    return plot.embedding(points, { labels: range(120).map(i => i % 6), title: "Classes, projected" });
  },
  embeddingNamed() {
    const { normal } = generator(20);
    const names = ["king", "queen", "man", "woman", "Paris", "France", "Rome", "Italy"];
    return plot.embedding(
      names.map(() => [normal(), normal()]),
      { names, title: "Words" },
    );
  },
  embeddingCrowded: () =>
    plot.embedding(
      range(50).map(i => [Math.cos(i), Math.sin(2 * i)]),
      { names: range(50).map(i => `word ${i}`), title: "Many names" },
    ),
  embeddingThumbnails() {
    const { normal } = generator(21);
    return plot.embedding(
      range(12).map(() => [normal(), normal()]),
      { thumbnails: rings(12), shape: [28, 28], labels: range(12).map(i => i % 3), title: "Rings, placed" },
    );
  },
  graph: () =>
    plot.graph(
      {
        nodes: [
          { id: "x", shape: [32, 784] },
          { id: "w1", kind: "weight", shape: [784, 128] },
          { id: "matmul", op: "MatMul", shape: [32, 128] },
          { id: "relu", op: "Relu", shape: [32, 128] },
          { id: "w2", kind: "weight", shape: [128, 10] },
          { id: "matmul2", op: "MatMul", shape: [32, 10] },
          { id: "labels", shape: [32], dtype: "int32" },
          { id: "loss", op: "CrossEntropy", shape: [] },
        ],
        edges: [
          ["x", "matmul"],
          ["w1", "matmul"],
          ["matmul", "relu"],
          ["relu", "matmul2"],
          ["w2", "matmul2"],
          ["matmul2", "loss"],
          ["labels", "loss"],
        ],
      },
      { title: "The forward pass", subtitle: "as it was traced" },
    ),
  layers: () =>
    plot.graph(
      {
        nodes: ["image", "conv 3×3, 32", "max pool", "conv 3×3, 64", "add", "dense 10"].map((label, id) => ({
          id,
          label,
        })),
        edges: [
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 4],
          [2, 4],
          [4, 5],
        ],
      },
      { direction: "right", title: "Layers" },
    ),
  table: () =>
    plot.table(
      [
        { model: "Logistic regression", parameters: 7850, accuracy: 0.9183, "time (s)": 2.1, trained: true },
        { model: "MLP", parameters: 101770, accuracy: 0.9794, "time (s)": 8.42, trained: true },
        { model: "CNN", parameters: 421642, accuracy: 0.9921, "time (s)": 41.7, trained: true },
        { model: "CNN <no pool>", parameters: 1201642, accuracy: null, "time (s)": Number.NaN, trained: false },
      ],
      {
        title: "The ladder of models",
        format: { accuracy: ".2%" },
        bars: ["accuracy", "parameters"],
        best: { accuracy: "max", "time (s)": "min" },
      },
    ),
  subplots() {
    const { normal, uniform } = generator(22);
    return plot.subplots(
      [
        plot.curves(
          {
            train: range(100).map(i => Math.exp(-i / 25) + 0.05 * uniform()),
            validation: { x: [0, 25, 50, 75], y: [1, 0.45, 0.3, 0.32] },
          },
          { title: "Loss", subtitle: "nats", yScale: "log", yLabel: "loss" },
        ),
        plot.bar({ a: 3, b: 5 }, { title: "Scores" }),
        plot.heatmap(
          [
            [1, 2],
            [3, 4],
          ],
          { title: "A matrix", colorLabel: "value" },
        ),
        plot.scatter({ x: range(40).map(normal), y: range(40).map(normal) }, { title: "Points", xLabel: "x" }),
      ],
      { title: "One run", subtitle: "four views" },
    );
  },
  raw: () =>
    plot.figure(
      [
        { type: "scatter", x: [1, 2, 3, 4], y: [10, 20, 15, 13] },
        { type: "bar", x: [1, 2, 3, 4], y: [8, 5, 11, 9], name: "bars" },
      ],
      { title: { text: "Raw Plotly" }, xaxis: { title: { text: "x" } } },
    ),
  rawHistogram() {
    const { normal } = generator(23);
    return plot.figure([{ type: "histogram", x: range(200).map(() => Number(normal().toFixed(4))) }]);
  },
};
