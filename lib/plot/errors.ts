// Every error of lib/plot: one class, one list of codes, one grammar (what was expected, what came, what to do).
//
// A figure that cannot be drawn is caught where the bad value enters, so that the message can name the verb the reader wrote and not
// a place deep inside a renderer. Values that can be drawn around (a NaN in a loss curve) are no errors: the figure marks them.

export type PlotErrorCode =
  /** Nothing to draw. */
  | "PLOT_EMPTY"
  /** Two inputs that belong together differ in length. */
  | "PLOT_LENGTH"
  /** A tensor or nested array of the wrong rank or shape. */
  | "PLOT_SHAPE"
  /** A value that is no number, or no number of the kind asked for. */
  | "PLOT_VALUE"
  /** An option that does not exist or has an impossible value. */
  | "PLOT_OPTION"
  /** A still of this trace cannot be made in Node. */
  | "PLOT_STILL";

export class PlotError extends Error {
  override readonly name = "PlotError";
  constructor(
    readonly code: PlotErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Throws when an option is not one of those a verb knows, and names the nearest one that is. */
export function checkOptions(verb: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    throw new PlotError("PLOT_OPTION", `${verb}: options must be an object, got ${String(options)}`);
  for (const [key, value] of Object.entries(options)) {
    if (known.includes(key)) {
      checkKind(verb, key, value);
      continue;
    }
    const near = nearest(key, known);
    const advice = near ? `did you mean "${near}"?` : `known options: ${[...known].sort().join(", ")}`;
    throw new PlotError("PLOT_OPTION", `${verb}: unknown option "${key}"; ${advice}`);
  }
}

/** What options of these names are in every verb; types say so, too, but a cell may silence them. */
const KINDS: [kind: string, names: readonly string[], fits: (value: unknown) => boolean][] = [
  ["a text", ["title", "subtitle", "xLabel", "yLabel", "zLabel", "colorLabel"], value => typeof value === "string"],
  [
    "true or false",
    ["legend", "markers", "density", "stacked", "horizontal", "square", "smooth"],
    value => typeof value === "boolean" || typeof value === "number",
  ],
  [
    "a list",
    ["captions", "highlight", "columns", "bars", "names", "classes", "tokens"],
    value => typeof value !== "string",
  ],
  ["a number from 0 to 1", ["opacity"], value => typeof value === "number" && value >= 0 && value <= 1],
  ["a finite number", ["center"], value => typeof value === "number" && Number.isFinite(value)],
];

function checkKind(verb: string, name: string, value: unknown): void {
  if (value === undefined) return;
  const odd = KINDS.find(([, names, fits]) => names.includes(name) && !fits(value));
  if (odd) throw new PlotError("PLOT_OPTION", `${verb}: ${name} must be ${odd[0]}, got ${JSON.stringify(value)}`);
}

/** Throws when a named choice is not among those allowed. */
export function checkChoice<const T extends string>(
  verb: string,
  name: string,
  value: string,
  choices: readonly T[],
): T {
  if ((choices as readonly string[]).includes(value)) return value as T;
  const near = nearest(value, choices);
  const list = choices.map(choice => `"${choice}"`).join(", ");
  throw new PlotError(
    "PLOT_OPTION",
    `${verb}: ${name} must be one of ${list}, got ${JSON.stringify(value)}${near ? `; did you mean "${near}"?` : ""}`,
  );
}

/** The known name within two edits of a misspelt one. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (typeof word !== "string") return undefined;
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
