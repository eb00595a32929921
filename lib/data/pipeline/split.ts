/**
 * Dividing rows among training, validation and test, at random by a seed. With labels the split is stratified: each part has each
 * class in the same proportion, as nearly as whole rows allow.
 */
import { DataError } from "../errors";
import { Random } from "./random";

export interface SplitOptions {
  seed: number;
  /** The class of each row; stratifies. */
  labels?: ArrayLike<number>;
}

/**
 * Row indices for each part, in random order.
 *
 * @example
 * const { train, validation } = splitRows(60_000, { train: 0.9, validation: 0.1 }, { seed: 1, labels: mnist.train.labels });
 * const source = select(mnist.train, train); // nothing is copied
 * @param fractions what share each part gets; they add up to 1 or less
 */
export function splitRows<Part extends string>(
  count: number,
  fractions: Readonly<Record<Part, number>>,
  { seed, labels }: SplitOptions,
): Record<Part, Uint32Array> {
  const parts = Object.entries(fractions) as [Part, number][];
  const total = parts.reduce((sum, [, fraction]) => sum + fraction, 0);
  if (parts.length === 0 || parts.some(([, fraction]) => !(fraction >= 0)) || total > 1 + 1e-9) {
    throw new DataError(
      "DATA_ARGUMENT",
      `splitRows: fractions must be 0 or more and add up to 1 at most, got ${JSON.stringify(fractions)}`,
    );
  }
  if (labels && labels.length !== count) {
    throw new DataError("DATA_ARGUMENT", `splitRows: expected ${count} labels, one for each row, got ${labels.length}`);
  }
  const order = new Random(seed).permutation(count);
  const strata = new Map<number, number[]>();
  for (const row of order) {
    const stratum = labels ? labels[row]! : 0;
    const rows = strata.get(stratum);
    if (rows) rows.push(row);
    else strata.set(stratum, [row]);
  }
  const chosen = parts.map(() => [] as number[]);
  // What rounding owes each part carries over from class to class: no part loses a row in each of a thousand small classes.
  const owed = parts.map(() => 0);
  for (const [, rows] of [...strata].sort(([a], [b]) => a - b)) {
    let start = 0;
    for (const [part, [, fraction]] of parts.entries()) {
      const exact = rows.length * fraction + owed[part]!;
      const taken = Math.min(Math.max(Math.round(exact), 0), rows.length - start);
      owed[part] = exact - taken;
      chosen[part]!.push(...rows.slice(start, start + taken));
      start += taken;
    }
  }
  // Strata one after another would be sorted by class: mix once more.
  const mixed = chosen.map((rows, part) => {
    const permutation = new Random(seed, part + 1).permutation(rows.length);
    return permutation.map(index => rows[index]!);
  });
  return Object.fromEntries(parts.map(([name], part) => [name, mixed[part]!])) as Record<Part, Uint32Array>;
}
