// Normalisers: what may differ between two true runs is replaced by a name, on both sides, before anything is compared. `path` and
// `address` are always on; `time` and `version` only where a cell asks for them, because a duration or a version may be the point.

export const normaliserNames = ["path", "address", "time", "version"] as const;
export type NormaliserName = (typeof normaliserNames)[number];

type Replacement = [pattern: RegExp, by: string];

const unit = "(?:ns|µs|μs|us|ms|s|secs?|seconds?|min|mins|minutes?|h|hours?)";
const number = "\\d[\\d,]*(?:\\.\\d+)?(?:e[-+]?\\d+)?";

const replacements: Record<NormaliserName, Replacement[]> = {
  path: [
    [/\bfile:\/\/\/[^\s"'<>)\]]+/g, "<path>"],
    // Absolute paths of the places where checkouts, homes and temporary files lie; not every word with a slash in it.
    [
      /(?<![\w.~/])\/(?:home|root|tmp|var|usr|opt|work|workspace|workspaces|mnt|media|srv|private|Users|Volumes|builds|github)\/[^\s"'<>)\]:,;]+/g,
      "<path>",
    ],
    [/\b[A-Z]:\\[^\s"'<>)\]]+/g, "<path>"],
  ],
  address: [
    [/\b0x[0-9a-fA-F]{6,}\b/g, "<address>"],
    [/\b(?:localhost|\d{1,3}(?:\.\d{1,3}){3}):\d{2,5}\b/g, "<host>"],
    [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<uuid>"],
  ],
  time: [
    [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:?\d\d)?)?\b/g, "<date>"],
    [/\b\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]M)?\b/g, "<clock>"],
    [new RegExp(`${number} ?${unit}\\b(?:\\s+${number} ?${unit}\\b)*`, "g"), "<time>"],
    [new RegExp(`${number} ?(?:[\\w-]+/s|it/s|per second)(?!\\w)`, "g"), "<rate>"],
  ],
  version: [[/\bv?\d+\.\d+\.\d+(?:-[\w.]+)?(?:\+[\w.]+)?\b|\bv\d+(?:\.\d+)*\b/g, "<version>"]],
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what begins a terminal's colour code.
const colour = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** Text without terminal colours, Windows line ends and trailing blanks, and with the named things replaced. */
export function normalise(text: string, names: ReadonlySet<NormaliserName>): string {
  let result = text
    .replace(colour, "")
    .replace(/\r\n/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n+$/, "");
  for (const name of normaliserNames) {
    if (names.has(name)) for (const [pattern, by] of replacements[name]) result = result.replace(pattern, by);
  }
  return result;
}
