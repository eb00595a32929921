// Where values stand in the text of a JSON file. With it one value can be replaced while every other byte of the file stays as it was:
// parsing and writing again would turn 1.0 into 1 and reorder nothing but change much.

export interface Range {
  start: number;
  end: number;
}

/** The ranges of the members of the object or array that starts at `start`, by key or index. `source` must be valid JSON. */
export function members(source: string, start: number): Map<string | number, Range> {
  const found = new Map<string | number, Range>();
  const array = source[start] === "[";
  let at = skipSpace(source, start + 1);
  for (let index = 0; source[at] !== "]" && source[at] !== "}"; index++) {
    let key: string | number = index;
    if (!array) {
      const end = skipString(source, at);
      key = JSON.parse(source.slice(at, end)) as string;
      at = skipSpace(source, skipSpace(source, end) + 1);
    }
    const end = skipValue(source, at);
    found.set(key, { start: at, end });
    at = skipSpace(source, end);
    if (source[at] === ",") at = skipSpace(source, at + 1);
  }
  return found;
}

function skipSpace(source: string, at: number): number {
  let next = at;
  while (/\s/.test(source[next] ?? "x")) next++;
  return next;
}

function skipString(source: string, at: number): number {
  let next = at + 1;
  while (source[next] !== '"') next += source[next] === "\\" ? 2 : 1;
  return next + 1;
}

function skipValue(source: string, at: number): number {
  if (source[at] === '"') return skipString(source, at);
  if (source[at] !== "{" && source[at] !== "[") {
    let next = at;
    while (next < source.length && !/[\s,\]}]/.test(source[next]!)) next++;
    return next;
  }
  let depth = 0;
  let next = at;
  do {
    const character = source[next]!;
    if (character === '"') {
      next = skipString(source, next);
      continue;
    }
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    next++;
  } while (depth > 0);
  return next;
}

/** Replaces ranges by texts; they must not overlap. */
export function replaceRanges(source: string, replacements: [Range, string][]): string {
  let result = source;
  for (const [{ start, end }, by] of [...replacements].sort(([a], [b]) => b.start - a.start)) {
    result = result.slice(0, start) + by + result.slice(end);
  }
  return result;
}
