// Faults in saved outputs: what the notebook shows is not what it does.
import { PNG } from "pngjs";
import type { Output } from "../../harness/notebook";
import { cell, editSaved, editSource, type Mutation, type Subject, shown } from "../mutation";

interface Figure {
  data: { x: number[]; y: number[] }[];
  layout: { xaxis: { range: number[]; title: { text: string } } };
}

function figure(subject: Subject): Figure {
  return shown(subject.chapter, "picture")["application/vnd.plotly.v1+json"] as Figure;
}

/** Draws into the saved picture. */
export function repaint(subject: Subject, paint: (png: PNG) => PNG): void {
  const bundle = shown(subject.chapter, "picture");
  const png = PNG.sync.read(Buffer.from([bundle["image/png"]].flat().join(""), "base64"));
  bundle["image/png"] = PNG.sync.write(paint(png)).toString("base64");
}

function saved(name: string, id: string, from: string, to: string, message: RegExp): Mutation {
  return { name, by: "test", message, apply: ({ chapter }) => editSaved(chapter, id, from, to) };
}

export const outputMutations: Mutation[] = [
  saved(
    "number outside of tolerance",
    "numbers",
    "0.978312",
    "0.978512",
    /number after "accuracy".*saved 0\.978512, run 0\.978312/,
  ),
  saved("count off by one", "numbers", "digits 9783", "digits 9784", /saved 9784, run 9783, distance 1, allowed 0/),
  saved("wrong number in an array", "array", "0.3333333333333333", "0.3433333333333333", /0\.343/),
  saved("wrong sign", "array", "-2.25", "2.25", /saved 2\.25, run -2\.25/),
  saved("NaN saved for a number", "array", "0.5", "NaN", /NaN/),
  saved("wrong word", "streams", "to standard output", "to standard input", /standard input/),
  saved("number outside of the cell's own tolerance", "loose", "0.4321", "0.4431", /distance 0\.011, allowed 0\.01/),
  {
    name: "number with the tolerance of its neighbour",
    by: "test",
    message: /number after "validation loss 0\.4321 accuracy".*distance 0\.005, allowed/,
    apply: ({ chapter }) => {
      editSource(chapter, "loose", "0.4321", "0.4321 accuracy 0.9130");
      editSaved(chapter, "loose", "0.4321", "0.4321 accuracy 0.9080");
    },
  },
  saved("message of an expected error changed", "raises", "is too large", "is too small", /error message/),
  saved("class of an expected error changed", "raises", "RangeError", "TypeError", /error name|text/),
  saved("number in a page changed", "page", "<td>0.125", "<td>0.135", /text\/html/),
  saved("element missing in a page", "page", "<td>loss</td>", "", /text\/html/),
  saved("key renamed in data", "page", '"loss"', '"lost"', /application\/json at (loss|lost)/),
  saved("update of a display ignored", "updated", "epoch 3", "epoch 1", /epoch|saved 1, run 3/),
  saved("progress line not the last one", "progress", "step 3 of 3", "step 2 of 3", /saved 2, run 3/),
  {
    name: "missing output",
    by: "test",
    message: /kind of output.*saved .*to standard output.*run nothing|saved stdout.*, run nothing/,
    apply: ({ chapter }) =>
      cell(chapter, "export").outputs.push({ output_type: "stream", name: "stdout", text: "to standard output" }),
  },
  {
    name: "extra output",
    by: "test",
    message: /saved nothing, run stdout/,
    apply: ({ chapter }) => {
      cell(chapter, "waiting").outputs = [];
    },
  },
  {
    name: "swapped streams",
    by: "test",
    message: /stdout|stderr/,
    apply: ({ chapter }) => {
      for (const output of cell(chapter, "streams").outputs as Extract<Output, { name: string }>[]) {
        output.name = output.name === "stdout" ? "stderr" : "stdout";
      }
    },
  },
  {
    name: "swapped displays",
    by: "test",
    message: /MIME type/,
    apply: ({ chapter }) => {
      cell(chapter, "page").outputs.reverse();
    },
  },
  {
    name: "cleared output still there",
    by: "test",
    message: /a draft/,
    apply: ({ chapter }) => editSaved(chapter, "updates", "the final text", "a draft\nthe final text"),
  },
  {
    name: "an item missing in data",
    by: "test",
    message: /layers: length/,
    apply: ({ chapter }) => {
      (shown(chapter, "page", 1)["application/json"] as { layers: number[] }).layers.pop();
    },
  },
  {
    name: "blank image",
    by: "test",
    message: /png differs: saved blank/,
    apply: subject =>
      repaint(subject, png => {
        png.data.fill(255);
        return png;
      }),
  },
  {
    name: "image of another size",
    by: "test",
    message: /png size differs: saved 160×121, run 160×120/,
    apply: subject =>
      repaint(subject, png => {
        const taller = new PNG({ width: 160, height: 121 });
        PNG.bitblt(png, taller, 0, 0, 160, 120, 0, 0);
        return taller;
      }),
  },
  {
    name: "image with another curve",
    by: "test",
    message: /pixels look different/,
    apply: subject =>
      repaint(subject, png => {
        for (let x = 20; x < 60; x++) png.data.fill(0, 4 * (40 * 160 + x), 4 * (40 * 160 + x) + 3);
        return png;
      }),
  },
  {
    name: "image in another colour",
    by: "test",
    message: /pixels look different/,
    apply: subject =>
      repaint(subject, png => {
        for (let i = 0; i < png.data.length; i += 4) if (png.data[i] === 0) png.data[i] = 220;
        return png;
      }),
  },
  {
    name: "changed axis",
    by: "test",
    message: /plotly.* at layout\.xaxis\.range/,
    apply: subject => {
      figure(subject).layout.xaxis.range = [0, 2];
    },
  },
  {
    name: "changed label of an axis",
    by: "test",
    message: /layout\.xaxis\.title\.text/,
    apply: subject => {
      figure(subject).layout.xaxis.title.text = "steps";
    },
  },
  {
    name: "changed point of a curve",
    by: "test",
    message: /data\[0\]\.y\[7\]/,
    apply: subject => {
      figure(subject).data[0]!.y[7]! += 0.001;
    },
  },
  {
    name: "missing curve",
    by: "test",
    message: /data: length/,
    apply: subject => {
      figure(subject).data = [];
    },
  },
  {
    name: "static form of a figure missing",
    by: "test",
    message: /image\/png: MIME type differs: saved absent/,
    apply: ({ chapter }) => {
      delete shown(chapter, "picture")["image/png"];
    },
  },
  {
    name: "text form of a figure missing in the run",
    by: "test",
    message: /text\/latex: MIME type differs: saved present, run absent/,
    apply: ({ chapter }) => {
      shown(chapter, "picture")["text/latex"] = "$x^2$";
    },
  },
];
