// What a comparison finds: one fact a difference, with all that a reader needs to judge it on one line.

export interface Difference {
  /** Which output and where in it, such as `output 1 text/plain, line 3`. */
  where: string;
  /** What kind of thing differs, such as `number` or `png size`. */
  what: string;
  saved: string;
  fresh: string;
  /** For numbers and images: how far apart, and how far would be allowed. */
  distance?: number;
  allowed?: number;
}

// Longer values are cut in one-line reports; the HTML report shows them whole.
const SHOWN = 120;

/** One line: both values, and distance and tolerance where they have a meaning. */
export function describe(difference: Difference): string {
  const { where, what, saved, fresh, distance, allowed } = difference;
  const measured = distance === undefined ? "" : `, distance ${short(distance)}, allowed ${short(allowed ?? 0)}`;
  return `${where}: ${what} differs: saved ${shorten(saved)}, run ${shorten(fresh)}${measured}`;
}

export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}

export function shorten(value: string): string {
  const line = value.replace(/\s*\n\s*/g, " ⏎ ");
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN - 1)}…`;
}

export function within(where: string, differences: Difference[]): Difference[] {
  return differences.map(difference => ({ ...difference, where: `${where}${difference.where}` }));
}
