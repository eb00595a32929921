// `ftt clear`: takes outputs and counts out of notebooks and leaves every other byte.
import { readFileSync } from "node:fs";
import { members, type Range, replaceRanges } from "./json-ranges";
import { parseNotebook, writeAtomically } from "./notebook";
import { displayPath, findNotebooks } from "./project";

/** Clears notebooks; returns the files that had anything to clear. */
export function clearNotebooks(paths: string[]): string[] {
  return findNotebooks(paths).filter(path => {
    const raw = readFileSync(path, "utf8");
    const cleared = clearOutputs(raw, displayPath(path));
    if (cleared !== raw) writeAtomically(path, cleared);
    return cleared !== raw;
  });
}

/** The text of a notebook without outputs and counts. */
export function clearOutputs(raw: string, name: string): string {
  const { cells } = parseNotebook(raw, name);
  const ranges = members(raw, members(raw, raw.indexOf("{")).get("cells")!.start);
  const replacements = cells.flatMap((cell, index): [Range, string][] => {
    if (cell.cell_type !== "code") return [];
    const parts = members(raw, ranges.get(index)!.start);
    const [outputs, count] = [parts.get("outputs"), parts.get("execution_count")];
    return [
      ...(outputs ? [[outputs, "[]"] as [Range, string]] : []),
      ...(count ? [[count, "null"] as [Range, string]] : []),
    ];
  });
  return replaceRanges(raw, replacements);
}
