// Changes that are no faults: the harness must let each of them pass.
import { PNG } from "pngjs";
import type { Output } from "../../harness/notebook";
import { cell, editSaved, editSource, type Mutation, type Subject, shown } from "../mutation";
import { repaint } from "./outputs";

function passes(name: string, apply: (subject: Subject) => void, by: Mutation["by"] = "test"): Mutation {
  return { name, by, harmless: true, apply };
}

export const harmlessMutations: Mutation[] = [
  passes("nothing changed", () => {}),
  passes("number within tolerance", ({ chapter }) => editSaved(chapter, "numbers", "0.978312", "0.978314")),
  passes("number within the cell's own tolerance", ({ chapter }) => editSaved(chapter, "loose", "0.4321", "0.4399")),
  passes("number written in another way", ({ chapter }) => editSaved(chapter, "loose", "0.4321", "4.321e-1")),
  passes("stream cut into pieces", ({ chapter }) => {
    cell(chapter, "numbers").outputs = ["accuracy 0.97", "8312\ndigits 9783", " of 10000\n"].map(
      (text): Output => ({ output_type: "stream", name: "stdout", text }),
    );
  }),
  passes("streams in the other order", ({ chapter }) => {
    cell(chapter, "streams").outputs.reverse();
  }),
  passes("blanks at the end of a line", ({ chapter }) =>
    editSaved(chapter, "streams", "to standard output", "to standard output   "),
  ),
  passes("colours of a terminal", ({ chapter }) =>
    editSaved(chapter, "streams", "to standard error", "\u001b[31mto standard error\u001b[39m"),
  ),
  passes("page with attributes in another order", ({ chapter }) =>
    editSaved(chapter, "page", '<table class="wide scores" id="scores">', '<TABLE id=scores\n class="scores wide">'),
  ),
  passes("data with keys in another order", ({ chapter }) => {
    const data = shown(chapter, "page", 1);
    data["application/json"] = Object.fromEntries(Object.entries(data["application/json"] as object).reverse());
  }),
  passes("figure with typed arrays and ids", ({ chapter }) => {
    const figure = shown(chapter, "picture")["application/vnd.plotly.v1+json"] as {
      data: { y: unknown; uid?: string }[];
    };
    const y = Float64Array.from(figure.data[0]!.y as number[]);
    figure.data[0] = {
      ...figure.data[0]!,
      uid: "f00d",
      y: { dtype: "f8", bdata: Buffer.from(y.buffer).toString("base64") },
    };
  }),
  passes("image compressed in another way", subject =>
    repaint(subject, png => Object.assign(new PNG({ width: 160, height: 120, deflateLevel: 1 }), { data: png.data })),
  ),
  passes("image with softer edges", subject =>
    repaint(subject, png => {
      // Half a step to the right of each dark pixel: what another anti-aliasing does.
      const before = Buffer.from(png.data);
      for (let i = 4; i < before.length; i += 4)
        if (before[i - 4] === 0 && before[i] === 255 && i % 640 !== 0) png.data.fill(200, i, i + 3);
      return png;
    }),
  ),
  passes("other traceback of an expected error", ({ chapter }) => {
    (cell(chapter, "raises").outputs[0] as Extract<Output, { traceback: string[] }>).traceback = ["somewhere else"];
  }),
  passes("other path and address", ({ chapter }) => {
    cell(chapter, "place").metadata.tags = ["nbval-ignore-output"];
    editSaved(chapter, "place", "/tmp/mnist/train.bin", "/home/ada/data/train.bin");
    editSaved(chapter, "place", "localhost:8888", "127.0.0.1:40123");
  }),
  passes("other value in a volatile cell", ({ chapter }) => editSaved(chapter, "volatile", "now ", "then ")),
  passes("progress as it was sent", ({ chapter }) =>
    editSaved(chapter, "progress", "step 3 of 3", "\rstep 1 of 3\rstep 2 of 3\rstep 3 of 3"),
  ),
  passes("counts of another session", ({ chapter }) => {
    for (const target of chapter.cells) if (target.execution_count) target.execution_count += 40;
  }),
  passes("comment in the code", ({ chapter }) => editSource(chapter, "waiting", "await", "// a comment\nawait")),
  passes("metadata of other programs", ({ chapter }) => {
    Object.assign(cell(chapter, "waiting").metadata, { collapsed: false, jupyter: { outputs_hidden: false } });
    chapter.metadata.widgets = {};
  }),
  passes("skipped with a reason", ({ chapter }) => {
    Object.assign(cell(chapter, "waiting").metadata, { tags: ["skip"], ftt: { skip: "nothing to see" } });
  }),
  passes(
    "figure with an axis of dates",
    ({ chapter }) => {
      const data = shown(chapter, "picture");
      const figure = data["application/vnd.plotly.v1+json"] as { layout: Record<string, unknown> };
      figure.layout.xaxis = { title: { text: "day" }, type: "date", range: ["2024-01-01", "2024-03-01"] };
      data["text/plain"] = "Figure \u201cLoss\u201d (line)\n  x: day, 2024-01-01 to 2024-03-01";
    },
    "check",
  ),
  passes(
    "name declared again, as cells may",
    ({ chapter }) => editSource(chapter, "loose", "console", 'const title = "validation";\nvoid title;\nconsole'),
    "check",
  ),
  passes(
    "type error that is shown on purpose",
    ({ chapter }) => {
      const raises = cell(chapter, "raises");
      raises.source = "const width: string = 5;\nvoid width;";
      raises.outputs = [{ output_type: "error", ename: "TypeScriptError", evalue: "TS2322: ...", traceback: [] }];
    },
    "check",
  ),
  passes(
    "import that an earlier cell has, too",
    ({ chapter }) => editSource(chapter, "loose", "console", 'import { PNG } from "pngjs";\nvoid PNG;\nconsole'),
    "check",
  ),
  passes("exercise that is given", ({ chapter }) => {
    editSource(
      chapter,
      "exercise",
      "(_: number): number => Number.NaN",
      "(value: number): number => Math.max(0, value)",
    );
    Object.assign(cell(chapter, "exercise").metadata, { tags: ["exercise", "given"] });
    const output = cell(chapter, "exercise").outputs[0] as Extract<Output, { data: object }>;
    output.data = {
      "application/vnd.fromthetensor.check+json": { exercise: "90-relu", passed: true, complaints: [] },
      "text/plain": "✓ 90-relu: right.",
    };
  }),
];
