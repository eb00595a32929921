// Numbers inside text: a line is cut into words and numbers, so that `accuracy 0.9783` and `accuracy 0.97830001` are one line with one
// number that is nearly the same, while `layer1` and `1.2.3` stay words.
import type { Rules } from "./rules";

export interface NumberToken {
  value: number;
  written: string;
  /** What precedes it in its line. */
  before: string;
  /** Where in `before` the number before this one ends. */
  since: number;
  integer: boolean;
}

export interface LineTokens {
  /** The words between the numbers; one more than numbers. Runs of blanks count as one: columns move when a number gets wider. */
  words: string[];
  numbers: NumberToken[];
}

// A sign belongs to a number unless it joins it to what comes before (`3-4`, `x-1`). Digits right after a letter, an underscore or a dot
// are part of a name; three parts joined by dots are a version; 0x… is an address.
const token =
  /(?<![\w.])(?:(?<![\w)\]])[-+−])?(?!0x)(?:\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![.]\d)/gu;

export function tokenise(line: string): LineTokens {
  const words: string[] = [];
  const numbers: NumberToken[] = [];
  let from = 0;
  const add = (written: string, at: number) => {
    words.push(line.slice(from, at).replace(/\s+/g, " "));
    const since = from;
    from = at + written.length;
    const plain = written.replaceAll(",", "").replace("−", "-");
    const integer = /^[-+]?\d+$/.test(plain);
    numbers.push({ value: Number(plain), written, before: line.slice(0, at), since, integer });
  };
  for (const { 0: written, index } of line.matchAll(token)) {
    // In a list, `[1,234]` is two numbers: the comma groups thousands only outside of brackets.
    if (!written.includes(",") || !insideList(line.slice(0, index))) add(written, index);
    else for (const part of written.matchAll(/[^,]+/g)) add(part[0], index + part.index);
  }
  words.push(line.slice(from).replace(/\s+/g, " "));
  return { words, numbers };
}

function insideList(before: string): boolean {
  return before.lastIndexOf("[") > before.lastIndexOf("]") || before.lastIndexOf("{") > before.lastIndexOf("}");
}

export interface Verdict {
  same: boolean;
  distance: number;
  allowed: number;
}

/** How far two numbers are apart and how far they may be. NaN equals NaN, an infinity equals itself. */
export function compareNumbers(
  saved: number,
  fresh: number,
  rules: Pick<Rules, "rel" | "abs" | "integers" | "numbers">,
  place: { before?: string; since?: number; path?: string; exact?: boolean },
): Verdict {
  if (Object.is(saved, fresh) || saved === fresh) return { same: true, distance: 0, allowed: 0 };
  const { before, since, path } = place;
  const rule = rules.numbers.find(
    ({ after, path: at }) =>
      (after !== undefined && before !== undefined && comesAfter(after, before, since ?? 0)) ||
      (at !== undefined && path !== undefined && at.test(path)),
  );
  const exact = rule === undefined && place.exact === true && !rules.integers;
  const { rel, abs } = rule ?? rules;
  const allowed = exact ? 0 : abs + rel * Math.abs(saved);
  const distance = Math.abs(saved - fresh);
  // Written so that a NaN on one side, whose distance is NaN, is a difference.
  return { same: distance <= allowed && Number.isFinite(allowed), distance, allowed };
}

/** Whether the words right before a number fit: "accuracy" in a line means the number that follows it, and not all those after that. */
function comesAfter(pattern: RegExp, before: string, since: number): boolean {
  for (const { 0: found, index } of before.matchAll(new RegExp(pattern, "g"))) {
    if (index + found.length > since || since === 0) return true;
  }
  return false;
}
