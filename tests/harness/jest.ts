// Notebooks as jest tests, one a code cell, so that an editor shows which cell fails. The notebook runs once, before its tests; `ftt test`
// does the same without jest.
import { defaultRules, readRules } from "./compare/rules";
import { cellName, readNotebook } from "./notebook";
import { displayPath } from "./project";
import type { NotebookResult } from "./results";
import { reasonToSkip } from "./skip";
import { type TestOptions, testNotebooks } from "./test-notebooks";

// The longest that the harness lets a notebook run, and a minute for its start and end.
const WHOLE_MS = 1_860_000;

/** Declares a `describe` block with a test for each code cell of a notebook, and one for the notebook as a whole. */
export function describeNotebook(path: string, options: TestOptions = {}): void {
  const notebook = readNotebook(path);
  describe(displayPath(path), () => {
    let result: NotebookResult;
    beforeAll(async () => {
      const summary = await testNotebooks([path], { jobs: 1, ...options });
      result = summary.notebooks[0]!;
    }, WHOLE_MS);

    for (const [index, cell] of notebook.cells.entries()) {
      if (cell.cell_type !== "code") continue;
      const name = cellName(cell, index);
      const base = readRules(notebook.metadata, defaultRules, "notebook");
      const skip = reasonToSkip(cell, readRules(cell.metadata, base, name), options);
      if (skip?.status === "skipped") test.skip(`${name} (${skip.reason})`, () => {});
      else {
        test(name, () => {
          const { status, reason, problems } = result.cells.find(entry => entry.index === index)!;
          expect({ status, reason, problems: problems.map(({ kind, message }) => `${kind}: ${message}`) }).toEqual({
            status: "passed",
            reason: undefined,
            problems: [],
          });
        });
      }
    }

    test("as a whole starts, ends and leaves nothing behind", () => {
      expect(result.problems).toEqual([]);
    });
  });
}
