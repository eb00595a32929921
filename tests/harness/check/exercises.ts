// Exercises and their solutions: every exercise of a chapter calls a checker and has a solution in `notebooks/solutions/`; the student's
// notebook holds none of it. The two files are written by hand, so the second is proved here rather than generated.
import { existsSync } from "node:fs";
import type { CallExpression } from "@babel/types";
import { chapterName, solutionPath } from "../chapter-name";
import { verdictFaults } from "../exercise-verdicts";
import { type Cell, cellName, type Notebook, readNotebook, tags, text } from "../notebook";
import { parseCell, walk } from "../source/parse-cell";
import type { Finding } from "./finding";

const FEWEST = 6;

export interface CheckCall {
  exercise: string;
  index: number;
  cell: string;
  line: number;
}

/** All `check("name", ...)` of a notebook. */
export function checkCalls(notebook: Notebook): CheckCall[] {
  return notebook.cells.flatMap((cell, index): CheckCall[] => {
    if (cell.cell_type !== "code" || !text(cell.source).includes("check(")) return [];
    let statements: ReturnType<typeof parseCell>["statements"];
    try {
      ({ statements } = parseCell(text(cell.source), "cell"));
    } catch {
      // Broken code is reported by the type check.
      return [];
    }
    return statements.flatMap(statement =>
      [...walk(statement)].flatMap(({ node }) => {
        const name = node.type === "CallExpression" ? exerciseOf(node) : undefined;
        return name === undefined
          ? []
          : [{ exercise: name, index, cell: cellName(cell, index), line: node.loc!.start.line }];
      }),
    );
  });
}

function exerciseOf({ callee, arguments: given }: CallExpression): string | undefined {
  if (callee.type !== "Identifier" || callee.name !== "check") return undefined;
  return given[0]?.type === "StringLiteral" ? given[0].value : undefined;
}

/** Checks a chapter against its solutions, and of both what their checkers said. */
export function checkExercises(notebook: Notebook, name: string, path: string): Finding[] {
  const chapter = chapterName(path);
  const found: Finding[] = [];
  const add = (message: string, place: Partial<Finding> = {}) =>
    found.push({ notebook: name, ...place, rule: "exercises", message, severity: "error" });
  savedVerdicts(path, notebook, add);
  if (!chapter || chapter.isSolution) return found;
  const calls = checkCalls(notebook);
  headingsWithoutChecker(notebook, calls, add);
  const names = new Set(calls.map(({ exercise }) => exercise));
  if (names.size < FEWEST) {
    found.push({
      notebook: name,
      rule: "exercises",
      message: `expected at least ${FEWEST} exercises with checkers, got ${names.size}`,
      severity: "advice",
    });
  }
  const file = solutionPath(path);
  if (!existsSync(file)) {
    if (names.size > 0)
      add(`expected the solutions of its ${names.size} exercises in solutions/, found no such notebook`);
    return found;
  }
  const solutions = readNotebook(file);
  const solved = new Set(checkCalls(solutions).map(({ exercise }) => exercise));
  for (const { exercise, cell, line } of calls) {
    if (!solved.has(exercise)) add(`exercise "${exercise}" has no solution in solutions/`, { cell, line });
  }
  for (const exercise of solved)
    if (!names.has(exercise)) add(`solutions/ solves "${exercise}", which the chapter does not ask`);
  leaks(notebook, solutions, calls, add);
  return found;
}

type Add = (message: string, place?: Partial<Finding>) => void;

// From a heading that says "Exercise" to the next heading of its level there must be a checker.
function headingsWithoutChecker({ cells }: Notebook, calls: CheckCall[], add: Add): void {
  let open: { cell: Cell; index: number; title: string } | undefined;
  const close = (end: number) => {
    if (open && !calls.some(({ index }) => index > open!.index && index < end)) {
      add(`${open.title} has no checker; end it with a cell that calls check("name", answer)`, {
        cell: cellName(open.cell, open.index),
      });
    }
    open = undefined;
  };
  for (const [index, cell] of cells.entries()) {
    if (cell.cell_type !== "markdown") continue;
    const heading = text(cell.source).match(/^#{1,6} .*$/m)?.[0];
    if (!heading) continue;
    close(index);
    // "Exercises" is the part; "Exercise 3: ..." is one of them.
    if (/^#{2,6} .*\bExercise\b(?!s)/i.test(heading)) open = { cell, index, title: heading.replace(/^#+ /, "") };
  }
  close(cells.length);
}

/**
 * Lines of a solution that the student's notebook holds too. The cells of the exercise itself are left to its checker, which must not pass
 * there: they hold the signature and the comments with which the solution begins.
 */
function leaks(student: Notebook, solutions: Notebook, calls: CheckCall[], add: Add): void {
  const marked = solutions.cells.filter(cell => tags(cell).includes("solution"));
  if (marked.length === 0) {
    add("expected the cells of solutions/ that solve an exercise to be tagged `solution`, found none");
    return;
  }
  const own = new Set([
    ...calls.map(({ index }) => index),
    ...student.cells.flatMap((cell, i) => (tags(cell).includes("exercise") ? [i] : [])),
  ]);
  // What the solutions' notebook needs around the solutions (imports, set-up) is the chapter's own.
  const around = solutions.cells.filter(cell => !tags(cell).includes("solution"));
  const given = new Set([...around, ...[...own].map(index => student.cells[index]!)].flatMap(significantLines));
  const secret = new Set(marked.flatMap(significantLines).filter(line => !given.has(line)));
  for (const [index, cell] of student.cells.entries()) {
    if (own.has(index) || tags(cell).includes("given")) continue;
    const lines = text(cell.source).split("\n").map(squeeze);
    const leaked = lines.findIndex(line => secret.has(line));
    if (leaked < 0) continue;
    add(
      `holds a line of a solution: ${JSON.stringify(lines[leaked]!.slice(0, 60))}; remove it, or tag this cell \`given\` if it is meant`,
      {
        cell: cellName(cell, index),
        line: leaked + 1,
      },
    );
  }
}

/** Saved verdicts: solved in the solutions, open in the chapter. */
function savedVerdicts(path: string, notebook: Notebook, add: Add): void {
  for (const [index, cell] of notebook.cells.entries()) {
    for (const fault of verdictFaults(path, cell, cell.outputs ?? [])) add(fault, { cell: cellName(cell, index) });
  }
}

// Lines that say something: not a bracket, a comment, an import, the check itself, or a signature that the exercise gives.
function significantLines(cell: Cell): string[] {
  if (cell.cell_type !== "code") return [];
  return text(cell.source)
    .split("\n")
    .map(squeeze)
    .filter(
      line =>
        line.length >= 12 &&
        !/^(\/\/|\*|\/\*|import |export |check\(|function |const \w+ = \(?[\w:, [\]]*\)?.*=> ?\{$|return;$)/.test(line),
    );
}

function squeeze(line: string): string {
  return line
    .replace(/\/\/.*$/, "")
    .replace(/\s+/g, " ")
    .trim();
}
