// The rules of good chapters that a program can judge: sizes of cells, prose between code, titles of figures, the parts every chapter has.
// What breaks reading is an error; totals and medians, which a growing chapter reaches late, are advice.
import { chapterName } from "../chapter-name";
import { type Cell, cellName, type Notebook, tags, text } from "../notebook";
import type { Finding } from "./finding";

const LONGEST_CELL = 40;
const LONGEST_SETUP = 5;
const CODE_IN_A_ROW = 2;
// Ranges as measured on the best courses: [least, most].
const WORDS = [2500, 3500] as const;
const CODE_LINES = [350, 500] as const;
const MEDIAN_CELL = [4, 8] as const;
const NINTH_DECILE = 22;
const PROSE_CELL = 65;
const FIGURES = [8, 12] as const;

/** Parts of the skeleton, by what a heading of theirs says. */
const parts: [string, RegExp][] = [
  ["what you will build", /build|what (you|we) will/i],
  ["prerequisites", /prerequisite|what you need|before you start|you need/i],
  ["break it", /break/i],
  ["what you learned", /learned|learnt|summary|take.?aways?/i],
  ["exercises", /exercise/i],
  ["references", /references|further reading/i],
];

export function checkCraft(notebook: Notebook, name: string, path: string): Finding[] {
  const chapter = chapterName(path);
  const rules = [setupCell, longCells, proseBetween, figures];
  if (chapter && !chapter.isSolution) rules.push(firstCell, skeleton, totals);
  return rules.flatMap(rule => rule(notebook).map(found => ({ notebook: name, ...found })));
}

type Found = Omit<Finding, "notebook">;

function at(cell: Cell, index: number): { cell: string } {
  return { cell: cellName(cell, index) };
}

function codeLines(cell: Cell): string[] {
  return text(cell.source)
    .split("\n")
    .filter(line => line.trim() !== "");
}

function isCode(cell: Cell): boolean {
  return cell.cell_type === "code" && codeLines(cell).length > 0;
}

function setupCell({ cells }: Notebook): Found[] {
  const index = cells.findIndex(isCode);
  const length = index < 0 ? 0 : codeLines(cells[index]!).length;
  if (length <= LONGEST_SETUP) return [];
  const message = `expected the setup cell to have at most ${LONGEST_SETUP} lines, got ${length}; move what it defines to where it is explained`;
  return [
    { ...at(cells[index]!, index), line: LONGEST_SETUP + 1, rule: "craft/setup-cell", message, severity: "error" },
  ];
}

function longCells({ cells }: Notebook): Found[] {
  return cells.flatMap((cell, index): Found[] => {
    const length = isCode(cell) ? codeLines(cell).length : 0;
    if (length <= LONGEST_CELL) return [];
    const message = `expected at most ${LONGEST_CELL} lines of code, got ${length}; cut it where its idea changes`;
    return [{ ...at(cell, index), line: LONGEST_CELL + 1, rule: "craft/long-cell", message, severity: "error" }];
  });
}

function proseBetween({ cells }: Notebook): Found[] {
  const found: Found[] = [];
  let row = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell.cell_type === "markdown") row = 0;
    // A cell whose code is hidden from the reader does not interrupt the reading.
    else if (isCode(cell) && !tags(cell).includes("remove-input") && !tags(cell).includes("remove-cell")) row++;
    if (row !== CODE_IN_A_ROW + 1) continue;
    const message = `expected prose after at most ${CODE_IN_A_ROW} code cells, got a third in a row; say why before it`;
    found.push({ ...at(cell, index), rule: "craft/prose-between", message, severity: "error" });
  }
  return found;
}

interface Figure {
  data?: { type?: string }[];
  layout?: Record<string, unknown>;
}

// Traces without axes of numbers: pictures, pies, tables.
const withoutAxes = new Set([
  "image",
  "pie",
  "table",
  "sankey",
  "sunburst",
  "treemap",
  "indicator",
  "heatmap",
  "scatter3d",
  "surface",
  "mesh3d",
]);

function figures({ cells }: Notebook): Found[] {
  return cells.flatMap((cell, index): Found[] =>
    (cell.outputs ?? []).flatMap((output): Found[] => {
      const figure =
        "data" in output ? (output.data["application/vnd.plotly.v1+json"] as Figure | undefined) : undefined;
      if (!figure) return [];
      const found: Found[] = [];
      const add = (message: string) =>
        found.push({ ...at(cell, index), rule: "craft/figure-title", message, severity: "error" });
      const { layout = {}, data = [] } = figure;
      if (!titleOf(layout)) add("expected its figure to have a title, got none");
      if (data.length > 0 && data.every(({ type }) => withoutAxes.has(type ?? "scatter"))) return found;
      for (const side of ["xaxis", "yaxis"]) {
        // Of small multiples the outer ones carry the label.
        const axes = Object.keys(layout).filter(key => key.startsWith(side));
        const shown = axes.filter(key => (layout[key] as { visible?: boolean }).visible !== false);
        if (axes.length > 0 && shown.length === 0) continue;
        if (!shown.some(key => titleOf(layout[key] as Record<string, unknown>)))
          add(`expected its figure to label its ${side[0]} axis, got no label`);
      }
      return found;
    }),
  );
}

function titleOf(part: Record<string, unknown>): string | undefined {
  const { title } = part as { title?: string | { text?: string } };
  return (typeof title === "string" ? title : title?.text)?.trim() || undefined;
}

function firstCell({ cells }: Notebook): Found[] {
  const first = cells[0];
  const source = first?.cell_type === "markdown" ? text(first.source).trim() : "";
  const [heading = "", ...rest] = source.split("\n");
  const add = (message: string): Found[] => [
    { ...(first ? at(first, 0) : {}), line: 1, rule: "craft/first-cell", message, severity: "error" },
  ];
  if (!/^# \S/.test(heading)) return add("expected the first cell to begin with the chapter's title (`# ...`)");
  if (rest.join(" ").trim() === "") return add("expected a one-sentence promise under the title, got nothing");
  return [];
}

function skeleton({ cells }: Notebook): Found[] {
  const headings = cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .flatMap(cell => text(cell.source).match(/^#{1,4} .*$/gm) ?? []);
  // The bold opening of a paragraph serves as a heading for short parts.
  const bold = cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .flatMap(cell => text(cell.source).match(/^\*\*[^*]+\*\*/gm) ?? []);
  const missing = parts
    .filter(([, pattern]) => ![...headings, ...bold].some(heading => pattern.test(heading)))
    .map(([part]) => part);
  if (missing.length === 0) return [];
  return [
    {
      rule: "craft/skeleton",
      message: `expected headings for all parts of a chapter, found none for: ${missing.join(", ")}`,
      severity: "error",
    },
  ];
}

function totals({ cells }: Notebook): Found[] {
  const found: Found[] = [];
  const add = (rule: string, message: string, place: Partial<Found> = {}) =>
    found.push({ ...place, rule: `craft/${rule}`, message, severity: "advice" });
  const within = (rule: string, what: string, value: number, [least, most]: readonly [number, number]) => {
    if (value < least || value > most) add(rule, `expected ${least} to ${most} ${what}, got ${value}`);
  };
  const prose = cells.filter(({ cell_type }) => cell_type === "markdown");
  within(
    "words",
    "words of prose",
    prose.reduce((sum, cell) => sum + words(cell), 0),
    WORDS,
  );
  const lengths = cells
    .filter(isCode)
    .map(cell => codeLines(cell).length)
    .sort((a, b) => a - b);
  within(
    "code-lines",
    "lines of code",
    lengths.reduce((sum, length) => sum + length, 0),
    CODE_LINES,
  );
  if (lengths.length > 0) {
    within("median-cell", "lines in the median code cell", lengths[Math.floor(lengths.length / 2)]!, MEDIAN_CELL);
    const decile = lengths[Math.floor(lengths.length * 0.9)]!;
    if (decile > NINTH_DECILE)
      add("ninth-decile", `expected nine of ten code cells to have at most ${NINTH_DECILE} lines, got ${decile}`);
  }
  const drawn = cells.flatMap(cell =>
    (cell.outputs ?? []).filter(output => "data" in output && "image/png" in output.data),
  ).length;
  within("figures", "figures", drawn, FIGURES);
  for (const [index, cell] of cells.entries()) {
    // Lists, tables and derivations have cells of their own and their own length.
    if (cell.cell_type !== "markdown" || /\$\$|^\s*([-*|]|\d+\.)\s/m.test(text(cell.source))) continue;
    const count = words(cell);
    if (count > 2 * PROSE_CELL)
      add("prose-cell", `expected a prose cell of at most ${PROSE_CELL} words, got ${count}`, at(cell, index));
  }
  return found;
}

function words(cell: Cell): number {
  return text(cell.source).match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu)?.length ?? 0;
}
