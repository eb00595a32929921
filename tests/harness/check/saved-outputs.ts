// What can be seen of saved outputs without running anything: that they are there, that they come from one run from top to bottom, and that
// they hold nothing that another machine or another day would change.
import { normalise } from "../compare/normalise";
import { type Cell, cellName, type Notebook, type Output, tags, text } from "../notebook";
import type { Finding } from "./finding";

export function checkSavedOutputs(notebook: Notebook, name: string): Finding[] {
  const found: Finding[] = [];
  let expected = 1;
  let told = false;
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code" || text(cell.source).trim() === "" || isLeftOut(cell)) continue;
    const add = (message: string) =>
      found.push({ notebook: name, cell: cellName(cell, index), rule: "outputs", message, severity: "error" });
    const count = cell.execution_count ?? null;
    if (count === null) add("it has not been run; run the notebook with `ftt test -u`");
    else if (count !== expected && !told) {
      // One cell out of order moves all that follow.
      told = true;
      add(
        `its execution count is ${count}, expected ${expected}: outputs are stale; restart and run all, or \`ftt test -u\``,
      );
    }
    expected = (count ?? expected) + 1;
    for (const output of cell.outputs ?? []) {
      const message = faultOf(output, cell);
      if (message) add(message);
    }
    if (tags(cell).includes("raises-exception") && count !== null && !(cell.outputs ?? []).some(isError)) {
      add("tagged raises-exception, but its saved outputs hold no error");
    }
  }
  return found;
}

function isError(output: Output): boolean {
  return output.output_type === "error";
}

// Cells that some machines leave out cannot be counted.
function isLeftOut(cell: Cell): boolean {
  return tags(cell).some(tag => tag === "skip" || tag === "gpu");
}

const PLOTLY = "application/vnd.plotly.v1+json";

const machine = new Set(["path", "address"] as const);
const clock = new Set(["time"] as const);

function faultOf(output: Output, cell: Cell): string | undefined {
  const marks = tags(cell);
  if (output.output_type === "error") {
    return marks.includes("raises-exception")
      ? undefined
      : `its saved output is an error (${output.ename}: ${output.evalue})`;
  }
  if (marks.includes("volatile")) return undefined;
  const words = output.output_type === "stream" ? text(output.text) : plain(output.data["text/plain"]);
  const plainWords = normalise(words, new Set());
  const path = firstChange(plainWords, normalise(words, machine));
  if (path) return `its output names a place of this machine: ${path}; tag the cell volatile or do not print it`;
  const { normalise: named } = (cell.metadata.ftt ?? {}) as { normalise?: string[] };
  if (named?.includes("time") || isDatedFigure(output)) return undefined;
  const time = firstChange(plainWords, normalise(words, clock));
  return (
    time && `its output holds a time: ${time}; tag the cell volatile, or name the normaliser "time" in its metadata`
  );
}

/** A figure whose axis is one of dates tells them in words, too. Its data hold them, and are compared at every run. */
function isDatedFigure(output: Output): boolean {
  if (output.output_type === "stream" || output.output_type === "error") return false;
  const { layout } = (output.data[PLOTLY] ?? {}) as { layout?: Record<string, { range?: unknown[] }> };
  return Object.entries(layout ?? {}).some(
    ([name, axis]) => /^[xy]axis\d*$/.test(name) && typeof axis?.range?.[0] === "string",
  );
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : Array.isArray(value) ? value.join("") : "";
}

/** The first line that a normaliser changes. */
function firstChange(before: string, after: string): string | undefined {
  const changed = after.split("\n");
  const line = before.split("\n").find((words, i) => words !== changed[i]);
  return line === undefined ? undefined : JSON.stringify(line.trim().slice(0, 80));
}
