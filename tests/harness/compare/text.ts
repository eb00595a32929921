// Text against text, line by line: words must be equal, numbers close.
import type { Difference } from "./difference";
import { normalise } from "./normalise";
import { compareNumbers, tokenise } from "./numbers";
import type { Rules } from "./rules";

/** Differences between two texts; at most one a line. */
export function compareText(saved: string, fresh: string, rules: Rules): Difference[] {
  const savedLines = normalise(saved, rules.normalise).split("\n");
  const freshLines = normalise(fresh, rules.normalise).split("\n");
  const differences: Difference[] = [];
  const shared = Math.min(savedLines.length, freshLines.length);
  for (let i = 0; i < shared; i++) {
    const found = compareLine(savedLines[i]!, freshLines[i]!, rules);
    if (found) differences.push({ ...found, where: `, line ${i + 1}` });
  }
  if (savedLines.length !== freshLines.length) {
    differences.push({
      where: `, line ${shared + 1}`,
      what: `number of lines (saved ${savedLines.length}, run ${freshLines.length})`,
      saved: savedLines[shared] === undefined ? "nothing more" : quote(savedLines[shared]),
      fresh: freshLines[shared] === undefined ? "nothing more" : quote(freshLines[shared]),
    });
  }
  return differences;
}

function compareLine(saved: string, fresh: string, rules: Rules): Omit<Difference, "where"> | undefined {
  if (saved === fresh) return undefined;
  const a = tokenise(saved);
  const b = tokenise(fresh);
  if (a.words.length !== b.words.length || a.words.some((word, i) => word.trim() !== b.words[i]!.trim())) {
    return { what: "text", saved: quote(saved), fresh: quote(fresh) };
  }
  let worst: Omit<Difference, "where"> | undefined;
  for (const [i, left] of a.numbers.entries()) {
    const right = b.numbers[i]!;
    const exact = left.integer && right.integer;
    const { same, distance, allowed } = compareNumbers(left.value, right.value, rules, {
      before: left.before,
      since: left.since,
      exact,
    });
    if (same) continue;
    const label = left.before
      .trim()
      .split(/\s{2,}/)
      .at(-1);
    const what = label ? `number after "${label.slice(-40)}"` : "number";
    const found = { what, saved: left.written, fresh: right.written, distance, allowed };
    if (!worst || distance - allowed > worst.distance! - worst.allowed!) worst = found;
  }
  return worst;
}

function quote(line: string): string {
  return JSON.stringify(line);
}
