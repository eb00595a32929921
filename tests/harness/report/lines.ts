// The report in the terminal: one line for each thing that fails, nothing for what is well, and the counts at the end.
import type { NotebookResult, Summary } from "../results";

/** The lines of one notebook: one a cell that fails, with the first of its problems or, on demand, one a problem. */
export function failureLines(notebook: NotebookResult, every = false): string[] {
  return [
    ...notebook.problems.map(({ kind, message }) => `${notebook.name}: ${kind}: ${oneLine(message)}`),
    ...notebook.cells.flatMap(cell => {
      const told = cell.problems.map(({ kind, message }) => (kind === "difference" ? message : `${kind}: ${message}`));
      const [first, ...rest] = told;
      const shown = every || rest.length === 0 ? told : [`${first} (and ${rest.length} more)`];
      return shown.map(words => `${notebook.name}: ${cell.name}: ${oneLine(words)}`);
    }),
    ...notRun(notebook),
  ];
}

/** A message as one line that a terminal shows as it is: breaks are marked, what would ring or move the cursor is left out. */
function oneLine(words: string): string {
  return words
    .trim()
    .replace(/\s*\n\s*/g, " ⏎ ")
    .replace(/\p{Cc}/gu, "");
}

// Cells that did not run because of another are one fact, not thirty.
function notRun(notebook: NotebookResult): string[] {
  const cells = notebook.cells.filter(({ status }) => status === "not run");
  if (cells.length === 0) return [];
  const which = cells.length === 1 ? cells[0]!.name : `${cells.length} cells from ${cells[0]!.name}`;
  return [`${notebook.name}: ${which} did not run: ${cells[0]!.reason}`];
}

export function skipLines(notebook: NotebookResult): string[] {
  return notebook.cells
    .filter(({ status }) => status === "skipped")
    .map(cell => `${notebook.name}: ${cell.name} skipped: ${cell.reason}`);
}

export function countLine({ passed, failed, skipped, updated, ms }: Summary): string {
  const extra = [skipped > 0 ? `${skipped} skipped` : "", updated > 0 ? `${updated} updated` : ""]
    .filter(Boolean)
    .join(", ");
  return `${passed} passed, ${failed} failed${extra ? ` (${extra})` : ""} in ${seconds(ms)}`;
}

export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
