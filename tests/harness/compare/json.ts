// JSON against JSON: the same structure, the same words, numbers within tolerance. Every difference names its path.
import { type Difference, within } from "./difference";
import { compareNumbers } from "./numbers";
import { comparePng } from "./png";
import type { Rules } from "./rules";
import { compareText } from "./text";

const PNG_URL = "data:image/png;base64,";

export interface JsonOptions {
  /** Whole numbers are exact in text, where one sees how they are written; in JSON `1` may be the float 1.0. */
  exactIntegers: boolean;
}

/** Differences between two JSON values; those inside one array are summed up in its worst. */
export function compareJson(
  saved: unknown,
  fresh: unknown,
  rules: Rules,
  options: JsonOptions,
  path = "",
): Difference[] {
  const differ = (what: string, a: unknown, b: unknown): Difference[] => [
    { where: at(path), what, saved: show(a), fresh: show(b) },
  ];
  if (typeof saved === "number" && typeof fresh === "number") {
    const exact = options.exactIntegers && Number.isInteger(saved) && Number.isInteger(fresh);
    const { same, distance, allowed } = compareNumbers(saved, fresh, rules, { path, exact });
    return same
      ? []
      : [{ where: at(path), what: "number", saved: String(saved), fresh: String(fresh), distance, allowed }];
  }
  if (typeof saved === "string" && typeof fresh === "string") {
    // A picture inside a figure is compared as a picture.
    if (saved.startsWith(PNG_URL) && fresh.startsWith(PNG_URL)) {
      return within(at(path), comparePng(saved.slice(PNG_URL.length), fresh.slice(PNG_URL.length), rules));
    }
    return compareText(saved, fresh, rules).map(found => ({ ...found, where: `${at(path)}${found.where}` }));
  }
  if (Array.isArray(saved) && Array.isArray(fresh)) {
    if (saved.length !== fresh.length) return differ("length", lengthOf(saved), lengthOf(fresh));
    return worstOf(saved.map((item, i) => compareJson(item, fresh[i], rules, options, `${path}[${i}]`)));
  }
  if (isObject(saved) && isObject(fresh)) {
    const keys = [...new Set([...Object.keys(saved), ...Object.keys(fresh)])].sort();
    return keys.flatMap(key => {
      const inner = path === "" ? key : `${path}.${key}`;
      if (!(key in saved)) return [{ where: at(inner), what: "key", saved: "absent", fresh: show(fresh[key]) }];
      if (!(key in fresh)) return [{ where: at(inner), what: "key", saved: show(saved[key]), fresh: "absent" }];
      return compareJson(saved[key], fresh[key], rules, options, inner);
    });
  }
  return Object.is(saved, fresh) ? [] : differ("value", saved, fresh);
}

// Ten thousand points that drifted are one fact: the furthest of them, and how many.
function worstOf(items: Difference[][]): Difference[] {
  const all = items.flat();
  const numbers = all.filter(({ distance }) => distance !== undefined);
  if (numbers.length < 2) return all;
  const worst = numbers.reduce((a, b) => (excess(b) > excess(a) ? b : a));
  const total = numbers.length;
  return [{ ...worst, what: `number (worst of ${total})` }, ...all.filter(({ distance }) => distance === undefined)];
}

function excess({ distance, allowed }: Difference): number {
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance! - (allowed ?? 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function at(path: string): string {
  return path === "" ? "" : ` at ${path}`;
}

function lengthOf(array: unknown[]): string {
  return `${array.length} items`;
}

function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
