// What is told of a run: lines, JUnit XML, the HTML page.
import { parseDocument } from "htmlparser2";
import { htmlReport } from "./report/html";
import { junitXml } from "./report/junit";
import { countLine, failureLines, skipLines } from "./report/lines";
import { progressDisplay } from "./report/progress";
import { type CellResult, type NotebookResult, summarise } from "./results";

function cell(index: number, fields: Partial<CellResult>): CellResult {
  return {
    index,
    name: `cell ${index + 1} [c${index}]`,
    source: "a < b && c",
    status: "passed",
    problems: [],
    ms: 10,
    saved: [],
    fresh: [],
    executionCount: 1,
    ...fields,
  };
}

const failing: NotebookResult = {
  path: "/n/a.ipynb",
  name: "n/a.ipynb",
  cells: [
    cell(0, {}),
    cell(1, {
      status: "failed",
      problems: [
        { kind: "difference", message: 'saved "<b>", run "&"' },
        { kind: "late output", message: "x\u0001y" },
      ],
      saved: [{ output_type: "stream", name: "stdout", text: "<script>alert(1)</script>" }],
      fresh: [
        {
          output_type: "display_data",
          data: { "image/png": 'AAAA" onerror="x', "text/html": "<img src=x onerror=alert(1)>" },
          metadata: {},
        },
      ],
    }),
    cell(2, { status: "not run", reason: "cell 2 [c1] failed" }),
    cell(3, { status: "not run", reason: "cell 2 [c1] failed" }),
    cell(4, { status: "skipped", reason: "needs a GPU" }),
  ],
  problems: [{ kind: "leftover work", message: "1 × timer" }],
  ms: 1234,
  startMs: 500,
  updated: 0,
  cached: false,
};
const summary = summarise([failing], 61_000);

test("counts are of cells, and a problem of the whole notebook is a failure too", () => {
  expect(summary).toMatchObject({ passed: 1, failed: 4, skipped: 1 });
  expect(countLine(summary)).toBe("1 passed, 4 failed (1 skipped) in 1 min 1 s");
});

test("a cell that fails is one line, cells that did not run are one together", () => {
  expect(failureLines(failing)).toEqual([
    "n/a.ipynb: leftover work: 1 × timer",
    'n/a.ipynb: cell 2 [c1]: saved "<b>", run "&" (and 1 more)',
    "n/a.ipynb: 2 cells from cell 3 [c2] did not run: cell 2 [c1] failed",
  ]);
  expect(failureLines(failing, true)).toHaveLength(4);
  const loud = cell(1, {
    status: "failed",
    problems: [{ kind: "error", message: "raised Error: one\n two \u0007three" }],
  });
  expect(failureLines({ ...failing, cells: [loud], problems: [] })).toEqual([
    "n/a.ipynb: cell 2 [c1]: error: raised Error: one ⏎ two three",
  ]);
  expect(skipLines(failing)).toEqual(["n/a.ipynb: cell 5 [c4] skipped: needs a GPU"]);
});

test("nothing is told of a notebook in which all is well", () => {
  expect(failureLines({ ...failing, cells: [cell(0, {})], problems: [] })).toEqual([]);
});

test("JUnit XML is well formed, and its counts are those of its cases", () => {
  const xml = junitXml(summary);
  expect([...xml].filter(character => character < " " && character !== "\n")).toEqual([]);
  interface Node {
    name?: string;
    attribs?: Record<string, string>;
    children?: Node[];
  }
  const all = (node: Node, name: string): Node[] => [
    ...(node.name === name ? [node] : []),
    ...(node.children ?? []).flatMap(child => all(child, name)),
  ];
  const document = parseDocument(xml, { xmlMode: true }) as unknown as Node;
  const [suite] = all(document, "testsuite");
  const cases = all(document, "testcase");
  expect(cases).toHaveLength(6);
  expect(suite!.attribs).toMatchObject({ tests: "6", failures: "4", skipped: "1" });
  expect(cases.filter(node => all(node, "failure").length > 0)).toHaveLength(4);
  expect(all(document, "failure")[0]!.attribs!.message).toBe('saved "<b>", run "&" (and 1 more)');
  expect(all(document, "failure")).toHaveLength(4);
});

test("the HTML page needs nothing else, and runs nothing of what it shows", () => {
  const page = htmlReport(summary);
  expect(page).toContain("a &#60; b &#38;&#38; c");
  expect(page).not.toMatch(/<script|<img src=x|onerror="|https?:\/\//);
  // What was left out is not folded away.
  expect(page.replace(/<details>.*?<\/details>/gs, "")).toContain("skipped: needs a GPU");
});

test("a terminal shows how many notebooks are done, which run, at which cell, in one line of its width", () => {
  const written: string[] = [];
  const terminal = (columns: number) =>
    ({ isTTY: true, columns, write: (words: string) => written.push(words) }) as unknown as NodeJS.WriteStream;
  jest.useFakeTimers();
  try {
    for (const columns of [30, 0]) {
      const display = progressDisplay(terminal(columns));
      display.total(2);
      display.start("notebooks/01-tensors.ipynb", 12);
      display.cell("notebooks/01-tensors.ipynb", 2, 12);
      jest.advanceTimersByTime(250);
      display.stop();
    }
  } finally {
    jest.useRealTimers();
  }
  expect(written).toEqual([
    expect.stringMatching(/^\r.{3}0 of 2 done, running: 01-tens$/),
    "\r\u001b[K",
    // A width of 0 is that of a terminal that does not know it.
    expect.stringMatching(/^\r.{3}0 of 2 done, running: 01-tensors\.ipynb 3\/12 \d+\.\d s$/),
    "\r\u001b[K",
  ]);
});
