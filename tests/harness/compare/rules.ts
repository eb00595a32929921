// The rules by which one cell is compared: defaults, then the notebook's metadata, then the cell's (`metadata.ftt` in both). README.md
// documents the schema. A key that is not known is an error: a misspelt tolerance must not silently be the default.
import { HarnessError } from "../errors";
import { type NormaliserName, normaliserNames } from "./normalise";

export interface NumberRule {
  /** Regular expression on the text before the number in its line; what it finds must reach beyond the number before that. */
  after?: RegExp;
  /** Regular expression on the number's place in JSON or Plotly data, such as `data[0].y`. */
  path?: RegExp;
  rel: number;
  abs: number;
}

export interface ImageRule {
  /** Share of pixels that may differ visibly. */
  pixels: number;
  /** How far a pixel may be off before it differs, 0 to 1 of the distance between black and white. */
  threshold: number;
}

export interface Rules {
  rel: number;
  abs: number;
  /** Whether the tolerance holds for whole numbers too; by default these are exact. */
  integers: boolean;
  numbers: NumberRule[];
  normalise: ReadonlySet<NormaliserName>;
  image: ImageRule;
  timeoutSeconds?: number;
  skipReason?: string;
  exercise?: string;
}

/**
 * The default: numbers with a fraction agree to 5e-6 of their size (a change in any of five printed digits is seen) or to 1e-6 (what is left
 * of float32 rounding beside values of order one); whole numbers agree exactly. Images may differ in one pixel of 50,000 by more than
 * a tenth of the way from black to white: a changed tick label is more than that, anti-aliasing is not counted at all. Paths and addresses are
 * no content, so both are always normalised.
 */
export const defaultRules: Rules = {
  rel: 5e-6,
  abs: 1e-6,
  integers: false,
  numbers: [],
  normalise: new Set<NormaliserName>(["path", "address"]),
  image: { pixels: 2e-5, threshold: 0.1 },
};

/** Reads `metadata.ftt` of a notebook or a cell on top of `base`. */
export function readRules(metadata: Record<string, unknown>, base: Rules, where: string): Rules {
  const given = metadata.ftt;
  if (given === undefined) return base;
  const fail = (what: string, came: unknown): never => {
    throw new HarnessError("BAD_METADATA", `${where}: metadata.ftt: expected ${what}, got ${JSON.stringify(came)}`);
  };
  const object = (value: unknown, name: string, keys: string[]): Record<string, unknown> => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return fail(`${name} to be an object`, value);
    const unknown = Object.keys(value).find(key => !keys.includes(key));
    if (unknown !== undefined) return fail(`${name} to have only the keys ${keys.join(", ")}`, unknown);
    return value as Record<string, unknown>;
  };
  const number = (value: unknown, name: string, fallback: number, most = Number.POSITIVE_INFINITY): number => {
    if (value === undefined) return fallback;
    if (typeof value !== "number" || !(value >= 0 && value <= most))
      return fail(`${name} to be a number of at least 0`, value);
    return value;
  };
  const pattern = (value: unknown, name: string): RegExp | undefined => {
    if (value === undefined) return undefined;
    if (typeof value !== "string") return fail(`${name} to be a regular expression`, value);
    try {
      return new RegExp(value);
    } catch {
      return fail(`${name} to be a regular expression`, value);
    }
  };
  const words = (value: unknown, name: string): string | undefined => {
    if (value === undefined) return undefined;
    return typeof value === "string" && value.trim() ? value : fail(`${name} to be a text`, value);
  };

  const ftt = object(given, "it", ["tolerance", "numbers", "normalise", "image", "timeout", "skip", "exercise"]);
  const tolerance = object(ftt.tolerance ?? {}, "tolerance", ["rel", "abs", "integers"]);
  const image = object(ftt.image ?? {}, "image", ["pixels", "threshold"]);
  if (tolerance.integers !== undefined && typeof tolerance.integers !== "boolean")
    fail("integers to be true or false", tolerance.integers);
  const rel = number(tolerance.rel, "tolerance.rel", base.rel);
  const abs = number(tolerance.abs, "tolerance.abs", base.abs);
  const numbers = ftt.numbers ?? [];
  if (!Array.isArray(numbers)) fail("numbers to be a list", numbers);
  const normalise = ftt.normalise ?? [];
  if (!Array.isArray(normalise)) fail("normalise to be a list", normalise);
  for (const name of normalise as unknown[]) {
    if (!(normaliserNames as readonly unknown[]).includes(name))
      fail(`normalise to name ${normaliserNames.join(", ")}`, name);
  }
  const timeout = ftt.timeout === undefined ? base.timeoutSeconds : number(ftt.timeout, "timeout (seconds)", 0);
  const skipReason = words(ftt.skip, "skip (the reason)");
  const exercise = words(ftt.exercise, "exercise (its name)");
  return {
    rel,
    abs,
    integers: (tolerance.integers as boolean | undefined) ?? base.integers,
    numbers: [
      ...(numbers as unknown[]).map(entry => {
        const rule = object(entry, "each of numbers", ["after", "path", "rel", "abs"]);
        if (rule.after === undefined && rule.path === undefined)
          fail("each of numbers to have `after` or `path`", entry);
        // A rule that names one bound means that bound: the other is 0, not the default.
        return {
          after: pattern(rule.after, "numbers.after"),
          path: pattern(rule.path, "numbers.path"),
          rel: number(rule.rel, "numbers.rel", 0),
          abs: number(rule.abs, "numbers.abs", 0),
        };
      }),
      ...base.numbers,
    ],
    normalise: new Set([...base.normalise, ...(normalise as NormaliserName[])]),
    image: {
      pixels: number(image.pixels, "image.pixels", base.image.pixels, 1),
      threshold: number(image.threshold, "image.threshold", base.image.threshold, 1),
    },
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
    ...(skipReason === undefined ? {} : { skipReason }),
    ...(exercise === undefined ? {} : { exercise }),
  };
}
