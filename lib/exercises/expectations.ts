// What an exercise may expect of an answer. Each expectation returns complaints: sentences that say what is wrong and where, and never what
// would be right. The order is that of a debugging session: is it there, is it of the right kind, its shape, its type, its values.
import type { Figure } from "../plot";
import { describeKind, indexOf, isTensor, readNumbers } from "./answer";

/** Complaints with a picture of what went wrong; it is drawn when there is a notebook to show it. */
export interface Judgement {
  complaints: string[];
  picture: () => Figure;
}

/** Complaints about an answer; an empty list means that it is right. */
export type Expectation = (answer: unknown) => string[] | Judgement | Promise<string[]>;

export interface NumericExpectation {
  /** The reference: numbers, nested arrays, a typed array or a tensor, or a function that computes it when it is needed. */
  value: unknown;
  /** Such as "float32"; not asked when not given. Only tensors and typed arrays have one. */
  dtype?: string;
  /** Values may be off by `abs + rel * |reference|`. */
  rel?: number;
  abs?: number;
}

// float32 arithmetic in another order differs by a few units in the seventh digit.
const REL = 1e-5;
const ABS = 1e-6;

/**
 * Expects a tensor, array or number with the shape and values of the reference.
 *
 *     numbers({ value: () => tf.outerProduct(a, b), dtype: "float32" })
 */
export function numbers({ value, dtype, rel = REL, abs = ABS }: NumericExpectation): Expectation {
  return answer => {
    const missing = notGiven(answer);
    if (missing) return [missing];
    const given = readNumbers(answer);
    if (typeof given === "string") return [given];
    const reference = readNumbers(typeof value === "function" ? (value as () => unknown)() : value);
    if (typeof reference === "string")
      throw new Error(`internal: the reference of an exercise is no numbers: ${reference}`);
    if (given.shape.join() !== reference.shape.join()) {
      return [`shape: expected [${reference.shape}], got [${given.shape}]${shapeHint(given.shape, reference.shape)}`];
    }
    if (dtype !== undefined && given.dtype !== undefined && given.dtype !== dtype) {
      return [`dtype: expected ${dtype}, got ${given.dtype}`];
    }
    return valueComplaints(given.values, reference.values, given.shape, rel, abs);
  };
}

function shapeHint(given: number[], wanted: number[]): string {
  if (given.length === 2 && wanted.length === 2 && given[0] === wanted[1] && given[1] === wanted[0])
    return "; transposed?";
  const size = (shape: number[]) => shape.reduce((product, length) => product * length, 1);
  if (size(given) === size(wanted)) return "; as many values, arranged in another way";
  return given.length === wanted.length
    ? ""
    : `; ${given.length} ${given.length === 1 ? "axis" : "axes"} where there should be ${wanted.length}`;
}

function valueComplaints(
  given: ArrayLike<number>,
  reference: ArrayLike<number>,
  shape: number[],
  rel: number,
  abs: number,
): string[] {
  let wrong = 0;
  let first: string | undefined;
  for (let i = 0; i < reference.length; i++) {
    const [is, should] = [given[i]!, reference[i]!];
    if (Object.is(is, should) || Math.abs(is - should) <= abs + rel * Math.abs(should)) continue;
    wrong++;
    first ??= `value${shape.length > 0 ? ` at ${indexOf(i, shape)}` : ""}: yours is ${round(is)}${direction(is, should)}`;
  }
  if (wrong === 0) return [];
  return [wrong === 1 ? first! : `${first!} (${wrong} of ${reference.length} values are wrong)`];
}

function direction(is: number, should: number): string {
  // "NaN" says it.
  if (Number.isNaN(is)) return "";
  if (Number.isNaN(should)) return ", where no number is defined";
  if (is === -should) return ", which has the wrong sign";
  return is < should ? ", which is too small" : ", which is too large";
}

function round(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Expects one text, letter by letter; blanks at the ends do not matter. */
export function words(reference: string): Expectation {
  return answer => {
    const missing = notGiven(answer);
    if (missing) return [missing];
    if (typeof answer !== "string") return [`expected a text, got ${describeKind(answer)}`];
    const [is, should] = [answer.trim(), reference.trim()];
    if (is === should) return [];
    let same = 0;
    while (same < is.length && is[same] === should[same]) same++;
    const length = is.length === should.length ? "" : `, and it is too ${is.length < should.length ? "short" : "long"}`;
    return [`text: yours goes wrong after ${same} characters${length}`];
  };
}

export interface FunctionExpectation {
  /** Arguments to call it with; fresh ones each time if a function makes them. */
  cases: unknown[][] | (() => unknown[][]);
  /** The reference: called with the same arguments. */
  reference?: (...given: never[]) => unknown;
  /** Laws that the function must obey whatever its values. */
  properties?: Property[];
  dtype?: string;
  rel?: number;
  abs?: number;
}

export interface Property {
  /** Said when it is broken, after the call: "is never negative". */
  says: string;
  /** Receives the result of one call and its arguments. */
  holds: (result: never, ...given: never[]) => boolean;
}

/**
 * Expects a function that agrees with the reference on all cases and keeps all properties.
 *
 *     callable({ cases: [[-2], [0], [3]], reference: (x: number) => Math.max(0, x), properties: [{ says: "is never negative", holds: y => y >= 0 }] })
 */
export function callable({ cases, reference, properties = [], ...tolerance }: FunctionExpectation): Expectation {
  return answer => {
    const missing = notGiven(answer);
    if (missing) return [missing];
    if (typeof answer !== "function") return [`expected a function, got ${describeKind(answer)}`];
    const judgeCase = (given: unknown[]): string[] | Promise<string[]> => {
      const call = `with ${given.map(showArgument).join(", ")}`;
      const judgeResult = (result: unknown): string[] => {
        const complaints = reference
          ? agree(result, (reference as (...all: unknown[]) => unknown)(...given), tolerance)
          : [];
        const broken = properties.filter(({ holds }) => !(holds as (...all: unknown[]) => boolean)(result, ...given));
        return [...complaints, ...broken.map(({ says }) => `its result ${says}, but yours is not so`)].map(
          words => `${call}: ${words}`,
        );
      };
      try {
        const result = (answer as (...all: unknown[]) => unknown)(...given);
        return result instanceof Promise ? result.then(judgeResult, thrown(call)) : judgeResult(result);
      } catch (error) {
        return thrown(call)(error);
      }
    };
    // One wrong case is enough to work on.
    const next = (rest: unknown[][]): string[] | Promise<string[]> => {
      const [head, ...tail] = rest;
      if (!head) return [];
      const complaints = judgeCase(head);
      const follow = (found: string[]) => (found.length > 0 ? found : next(tail));
      return complaints instanceof Promise ? complaints.then(follow) : follow(complaints);
    };
    return next(typeof cases === "function" ? cases() : cases);
  };
}

function thrown(call: string): (error: unknown) => string[] {
  return error => [`${call}: it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
}

function agree(result: unknown, reference: unknown, tolerance: Omit<NumericExpectation, "value">): string[] {
  if (typeof reference === "string") return words(reference)(result) as string[];
  if (typeof reference === "function") throw new Error("internal: the reference of an exercise returned a function");
  return numbers({ value: reference, ...tolerance })(result) as string[];
}

function showArgument(value: unknown): string {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return JSON.stringify(value);
  if (Array.isArray(value) && JSON.stringify(value).length <= 40) return JSON.stringify(value);
  return isTensor(value) ? `a tensor of shape [${value.shape}]` : describeKind(value);
}

/** Expects an answer for which all of these hold; for answers that can be right in many ways. */
export function satisfies(laws: { says: string; holds: (answer: never) => boolean | Promise<boolean> }[]): Expectation {
  return answer => {
    const missing = notGiven(answer);
    if (missing) return [missing];
    const results = laws.map(({ holds }) => (holds as (given: unknown) => boolean | Promise<boolean>)(answer));
    const complain = (kept: boolean[]) =>
      laws.filter((_, i) => !kept[i]).map(({ says }) => `expected that it ${says}; yours does not`);
    return results.some(result => result instanceof Promise)
      ? Promise.all(results).then(complain)
      : complain(results as boolean[]);
  };
}

export function notGiven(answer: unknown): string | undefined {
  return answer === undefined || answer === null ? "not answered yet" : undefined;
}
