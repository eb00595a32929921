// The judgement on a run: each cell's fresh outputs against its saved ones, by the rules in its metadata and its tags.
import { describe } from "./compare/difference";
import { compareOutputs } from "./compare/outputs";
import { defaultRules, readRules } from "./compare/rules";
import { verdictFaults } from "./exercise-verdicts";
import { type Notebook, type Output, tags } from "./notebook";
import type { CellResult } from "./results";

/** Adds the differences to the cells of a run. A cell that already failed for a graver reason is not compared. */
export function compareRun(path: string, notebook: Notebook, cells: CellResult[]): void {
  for (const entry of cells) {
    if (entry.status !== "passed") continue;
    const cell = notebook.cells[entry.index]!;
    const base = readRules(notebook.metadata, defaultRules, "notebook");
    const rules = readRules(cell.metadata, base, entry.name);
    if (tags(cell).includes("volatile")) {
      const missing = missingKinds(entry.saved, entry.fresh);
      if (missing) entry.problems.push({ kind: "missing output", message: missing });
    } else {
      for (const difference of compareOutputs(entry.saved, entry.fresh, rules)) {
        entry.problems.push({ kind: "difference", message: describe(difference), difference });
      }
    }
    for (const message of verdictFaults(path, cell, entry.fresh)) entry.problems.push({ kind: "exercise", message });
    if (entry.problems.length > 0) entry.status = "failed";
  }
}

// A volatile cell's values are free; that it shows the same kinds of thing is not.
function missingKinds(saved: Output[], fresh: Output[]): string | undefined {
  const [before, now] = [kinds(saved), kinds(fresh)];
  const lost = [...before].filter(kind => !now.has(kind));
  const added = [...now].filter(kind => !before.has(kind));
  if (lost.length === 0 && added.length === 0) return undefined;
  return `volatile output: saved ${[...before].join(", ") || "nothing"}, run ${[...now].join(", ") || "nothing"}`;
}

function kinds(outputs: Output[]): Set<string> {
  return new Set(
    outputs.flatMap(output =>
      "data" in output ? Object.keys(output.data) : "name" in output ? [output.name] : ["error"],
    ),
  );
}
