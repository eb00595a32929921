// `-u`: the fresh outputs of the cells that differ go into the notebook's file, and nothing else changes: not a byte of any other cell, no
// id, no metadata. The file is replaced as a whole or not at all, and only while it still is what was run.
import { readFileSync } from "node:fs";
import { HarnessError } from "./errors";
import { members, type Range, replaceRanges } from "./json-ranges";
import { lines, type Output, text, writeAtomically } from "./notebook";
import type { CellResult } from "./results";

/** Problems that new outputs cure. Everything else is a fault of the notebook, which no update may hide. */
const curable = new Set(["difference", "missing output"]);

export function refuseInCi(): void {
  const ci = process.env.CI;
  if (ci === undefined || ci === "" || ci === "0" || ci === "false") return;
  throw new HarnessError(
    "UPDATE_IN_CI",
    "ftt test -u: expected a person to accept new outputs, got CI=" +
      ci +
      "; run it on your machine and commit the result",
  );
}

export function canUpdate(cell: CellResult): boolean {
  return cell.status === "failed" && cell.problems.every(({ kind }) => curable.has(kind));
}

/**
 * Rewrites the outputs of `stale` in the file, which must still hold `raw`. The counts of the other cells follow, as after "restart and run
 * all". Returns the new content.
 */
export function updateNotebook(path: string, raw: string, cells: CellResult[], stale: CellResult[]): string {
  refuseInCi();
  const root = members(raw, raw.indexOf("{"));
  const ranges = members(raw, root.get("cells")!.start);
  const replacements: [Range, string][] = [];
  for (const cell of cells) {
    const parts = members(raw, ranges.get(cell.index)!.start);
    const outputs = parts.get("outputs");
    const count = parts.get("execution_count");
    if (!outputs || !count) {
      throw new HarnessError(
        "BAD_NOTEBOOK",
        `${path}: ${cell.name}: expected a code cell with outputs and execution_count; save it in JupyterLab`,
      );
    }
    if (cell.executionCount === null && !stale.includes(cell)) continue;
    const number = String(cell.executionCount);
    replacements.push([count, number]);
    // Cells are at depth 2 and their members at depth 3, one space each.
    if (stale.includes(cell))
      replacements.push([outputs, JSON.stringify(cell.fresh.map(storable), null, 1).replaceAll("\n", "\n   ")]);
    else for (const output of members(raw, outputs.start).values()) replacements.push(...countOf(raw, output, number));
  }
  const updated = replaceRanges(raw, replacements);
  JSON.parse(updated);
  if (readFileSync(path, "utf8") !== raw) {
    throw new HarnessError(
      "BAD_NOTEBOOK",
      `${path}: it changed while it ran; nothing was written, run the update again`,
    );
  }
  if (updated !== raw) writeAtomically(path, updated);
  return updated;
}

function countOf(raw: string, output: Range, number: string): [Range, string][] {
  const count = members(raw, output.start).get("execution_count");
  return count ? [[count, number]] : [];
}

/** An output as Jupyter writes it: keys in order, text as a list of lines. */
export function storable(output: Output): Record<string, unknown> {
  switch (output.output_type) {
    case "stream":
      return { name: output.name, output_type: "stream", text: lines(text(output.text)) };
    case "error":
      return { ename: output.ename, evalue: output.evalue, output_type: "error", traceback: output.traceback };
    default: {
      const data = Object.fromEntries(
        Object.keys(output.data)
          .sort()
          .map(type => [type, storableData(type, output.data[type])]),
      );
      const { metadata } = output;
      if (output.output_type === "display_data") return { data, metadata, output_type: "display_data" };
      return { data, execution_count: output.execution_count, metadata, output_type: "execute_result" };
    }
  }
}

function storableData(type: string, value: unknown): unknown {
  if (typeof value !== "string" || type === "application/json" || type.endsWith("+json")) return value;
  // Jupyter splits what is text; images stay one string.
  return type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript"
    ? lines(value)
    : value;
}
