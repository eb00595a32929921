// `--twice`: what two runs in two fresh kernels show must be the same to the last digit; a tolerance is for other machines, not for chance.
import { describe } from "./compare/difference";
import { compareOutputs } from "./compare/outputs";
import { defaultRules, type Rules, readRules } from "./compare/rules";
import { type Notebook, tags } from "./notebook";
import type { CellResult } from "./results";

/** Adds a problem to each cell of `first` that the second run shows otherwise. */
export function compareTwice(notebook: Notebook, first: CellResult[], second: CellResult[]): void {
  for (const [i, cell] of first.entries()) {
    const again = second[i]!;
    const own = notebook.cells[cell.index]!;
    if (tags(own).includes("volatile") || cell.status === "skipped" || cell.status === "not run") continue;
    const base = readRules(notebook.metadata, defaultRules, "notebook");
    const rules: Rules = {
      ...readRules(own.metadata, base, cell.name),
      rel: 0,
      abs: 0,
      integers: false,
      numbers: [],
      image: { pixels: 0, threshold: 0 },
    };
    const [difference] = compareOutputs(cell.fresh, again.fresh, rules);
    if (!difference && again.status === cell.status) continue;
    const what = difference
      ? describe(difference).replace("saved", "first run").replace(", run ", ", second run ")
      : `second run: ${again.problems[0]?.message ?? again.status}`;
    cell.problems.push({ kind: "not deterministic", message: what, ...(difference ? { difference } : {}) });
    cell.status = "failed";
  }
}
