// Faults that can be seen without running: in the source of a chapter, its module, its solutions, its saved state.
import { append, cell, editSaved, editSource, type Mutation, type Subject } from "../mutation";

function checked(name: string, message: RegExp, apply: (subject: Subject) => void): Mutation {
  return { name, by: "check", message, apply };
}

export const sourceMutations: Mutation[] = [
  checked("stale export", /90-fixture\.ts is stale/, ({ chapter }) => editSource(chapter, "export", "x * x", "x ** 2")),
  checked("woven module missing", /90-fixture\.ts is missing/, subject => {
    subject.woven = undefined;
  }),
  checked("woven module edited by hand", /90-fixture\.ts is stale/, subject => {
    subject.woven += "\nexport const extra = 1;\n";
  }),
  checked(
    "export that needs a cell which is none",
    /uses "correct" of cell \d+ \[numbers\], which is not/,
    ({ chapter }) => editSource(chapter, "export", "x * x", "x * x + correct * 0"),
  ),
  checked("export with a side effect", /expected only declarations in a cell tagged export/, ({ chapter }) =>
    append(chapter, "export", "square(3);"),
  ),
  checked("solution leaked into another cell", /holds a line of a solution/, ({ chapter }) =>
    append(chapter, "exercises", "const keep = value > 0 ? 1 : 0;"),
  ),
  checked("exercise without a solution", /"90-softmax" has no solution/, ({ chapter }) =>
    append(chapter, "exercise", 'check("90-softmax", undefined);'),
  ),
  checked("solution of no exercise", /solves "90-softmax", which the chapter does not ask/, ({ solutions }) =>
    append(solutions, "solution", 'check("90-softmax", undefined);'),
  ),
  checked("solutions missing", /found no such notebook/, subject => {
    subject.solutions.cells = [];
  }),
  checked("exercise without a checker", /Exercise 2: nothing has no checker/, ({ chapter }) => {
    cell(chapter, "learned").source = "### Exercise 2: nothing\n\nDo it.\n\n## What you learned\n\n## References";
  }),
  checked("cell of 41 lines", /at most 40 lines of code, got 4\d/, ({ chapter }) =>
    append(chapter, "waiting", Array.from({ length: 39 }, (_, i) => `console.log(${i});`).join("\n")),
  ),
  checked("third code cell without prose between", /got a third in a row/, ({ chapter }) => {
    chapter.cells = chapter.cells.filter(({ id }) => id !== "progress-why" && id !== "updates-why");
  }),
  checked("setup cell of six lines", /setup cell to have at most 5 lines, got 6/, ({ chapter }) =>
    append(chapter, "setup", "void 1;\nvoid 2;\nvoid 3;\nvoid 4;"),
  ),
  checked("figure without a title", /expected its figure to have a title/, ({ chapter }) =>
    editSaved(chapter, "picture", "A parabola", " "),
  ),
  checked("figure without a label", /expected its figure to label its x axis/, ({ chapter }) => {
    editSaved(chapter, "picture", '"title":{"text":"x"}', '"title":{"text":""}');
  }),
  checked("chapter without a title", /expected the first cell to begin with the chapter's title/, ({ chapter }) => {
    cell(chapter, "title").source = "A fixture";
  }),
  checked("part of the skeleton missing", /found none for: break it/, ({ chapter }) =>
    editSource(chapter, "break", "## Break it", "## More"),
  ),
  checked("type error", /TS2322.*\(types\)/, ({ chapter }) =>
    append(chapter, "waiting", "const count: number = title;\nconsole.log(count);"),
  ),
  checked("type error across cells", /TS2345.*\(types\)/, ({ chapter }) =>
    append(chapter, "waiting", 'console.log(square("three"));'),
  ),
  checked("any in a signature", /lint\/suspicious\/noExplicitAny/, ({ chapter }) =>
    editSource(chapter, "export", "x: number", "x: any"),
  ),
  checked("import that nobody uses", /lint\/correctness\/noUnusedImports/, ({ chapter }) =>
    append(chapter, "setup", 'import { join } from "node:path";'),
  ),
  checked("two cells with one id", /ids to be unique/, ({ chapter }) => {
    cell(chapter, "break").id = "learned";
  }),
  checked("key that nbformat does not know", /must NOT have additional properties \("colour"\)/, ({ chapter }) => {
    (cell(chapter, "break") as unknown as Record<string, unknown>).colour = "red";
  }),
  checked("notebook of an older format", /expected nbformat 4\.5/, ({ chapter }) => {
    chapter.nbformat_minor = 4;
  }),
  checked("cell that was never run", /it has not been run/, ({ chapter }) => {
    cell(chapter, "waiting").execution_count = null;
  }),
  checked("cells run out of order", /its execution count is 99, expected/, ({ chapter }) => {
    cell(chapter, "waiting").execution_count = 99;
  }),
  checked("saved error", /its saved output is an error/, ({ chapter }) => {
    cell(chapter, "waiting").outputs = [{ output_type: "error", ename: "Error", evalue: "oops", traceback: [] }];
  }),
  checked("path of this machine in an output", /names a place of this machine/, ({ chapter }) =>
    editSaved(chapter, "waiting", "after a wait", "read /home/ada/mnist.bin"),
  ),
  checked("time in an output", /its output holds a time/, ({ chapter }) =>
    editSaved(chapter, "waiting", "after a wait", "trained in 12.5 s"),
  ),
  checked("misspelt metadata", /expected it to have only the keys/, ({ chapter }) => {
    cell(chapter, "loose").metadata.ftt = { tolerence: { abs: 1 } };
  }),
];
