/**
 * Runs a function of tensors three ways (tfjs's own CPU backend, eagerly on `ort` with every kernel in a session, and under
 * jit) and compares the numbers.
 */
import fc from "fast-check";
import { jit, tf } from "../../../lib/tensor";
import { eagerPolicy } from "../../../lib/tensor/backend/eager";

export interface Input {
  readonly shape: number[];
  readonly dtype: "float32" | "int32" | "bool";
  readonly values: number[];
}

export type Result = { shape: number[]; dtype: string; values: number[] };
type Fn = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function toTensor({ shape, dtype, values }: Input): tf.Tensor {
  return tf.tensor(dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values), shape, dtype);
}

function read(out: tf.Tensor | tf.Tensor[]): Result[] {
  return (Array.isArray(out) ? out : [out]).map(t => ({
    shape: [...t.shape],
    dtype: t.dtype,
    values: Array.from(t.dataSync() as Float32Array),
  }));
}

export async function onCpu(fn: Fn, inputs: readonly Input[]): Promise<Result[]> {
  await tf.setBackend("cpu");
  try {
    return tf.tidy(() => read(fn(...inputs.map(toTensor)))) as unknown as Result[];
  } finally {
    await tf.setBackend("ort");
  }
}

export function eagerly(fn: Fn, inputs: readonly Input[]): Result[] {
  const before = { ...eagerPolicy };
  Object.assign(eagerPolicy, { minElements: 0, minProductWork: 0 });
  try {
    let out: Result[] = [];
    tf.tidy(() => {
      out = read(fn(...inputs.map(toTensor)));
    });
    return out;
  } finally {
    Object.assign(eagerPolicy, before);
  }
}

export function jitted(fn: Fn, inputs: readonly Input[]): Result[] {
  const compiled = jit(fn);
  try {
    let out: Result[] = [];
    tf.tidy(() => {
      out = read(compiled(...inputs.map(toTensor)));
    });
    return out;
  } finally {
    compiled.dispose();
  }
}

/** Relative to the size of the numbers; equal infinities and NaN in the same places count as equal. */
export function expectClose(actual: Result[], expected: Result[], tolerance: number, what: string): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((a, i) => {
    const e = expected[i]!;
    expect({ what, shape: a.shape, dtype: a.dtype }).toEqual({ what, shape: e.shape, dtype: e.dtype });
    const scale = Math.max(1, ...e.values.filter(Number.isFinite).map(Math.abs));
    a.values.forEach((x, k) => {
      const y = e.values[k]!;
      const same = Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * scale;
      if (!same)
        throw new Error(`${what}: output ${i}, element ${k}: got ${x}, tfjs-cpu says ${y} (shape [${a.shape}])`);
    });
  });
}

/** Shapes of rank 0 to 6, now and then with an empty axis, never with more than `limit` elements. */
export function shapes(
  options: { min?: number; max?: number; empty?: boolean; limit?: number } = {},
): fc.Arbitrary<number[]> {
  const { min = 0, max = 6, empty = true, limit = 200 } = options;
  const axis = fc.integer({ min: 0, max: 11 }).map(n => (n === 0 && empty ? 0 : 1 + (n % 5)));
  return fc.array(axis, { minLength: min, maxLength: max }).filter(s => sizeOf(s) <= limit);
}

/** Quarters from -4 to 4: sums and products of these are exact, so that ties are ties in every implementation. */
export const quarters = fc.integer({ min: -16, max: 16 }).map(n => n / 4);
/** The numbers where implementations differ. */
export const special = fc.oneof(
  { weight: 4, arbitrary: quarters },
  {
    weight: 1,
    arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e-6, 1e6, -1e6),
  },
);
export const integers = fc.integer({ min: -20, max: 20 });
export const bits = fc.integer({ min: 0, max: 1 });

export function tensorOf(
  shape: number[],
  dtype: Input["dtype"] = "float32",
  value: fc.Arbitrary<number> = dtype === "float32" ? quarters : dtype === "int32" ? integers : bits,
): fc.Arbitrary<Input> {
  const size = sizeOf(shape);
  return fc.array(value, { minLength: size, maxLength: size }).map(values => ({ shape, dtype, values }));
}

export const tensors = (
  dtype: Input["dtype"] = "float32",
  options: Parameters<typeof shapes>[0] & { value?: fc.Arbitrary<number> } = {},
): fc.Arbitrary<Input> => shapes(options).chain(shape => tensorOf(shape, dtype, options.value));

/** Two or more shapes that broadcast together. */
export const broadcastable = (count: number, max = 5): fc.Arbitrary<number[][]> =>
  shapes({ max, limit: 120 }).chain(full =>
    fc.tuple(
      ...Array.from({ length: count }, () =>
        fc
          .tuple(
            fc.integer({ min: 0, max: full.length }),
            fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }),
          )
          .map(([drop, ones]) => full.map((d, i) => (ones[i] ? 1 : d)).slice(drop)),
      ),
    ),
  );

export interface Case {
  readonly inputs: readonly Input[];
  readonly fn: Fn;
  readonly note?: string;
}

/** Every generated case must give tfjs-cpu's numbers, eagerly and jitted. */
export async function agreesWithCpu(
  name: string,
  cases: fc.Arbitrary<Case>,
  runs = 25,
  tolerance = 2e-6,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(cases, async ({ inputs, fn, note }) => {
      const what = `${name} ${note ?? ""} on ${inputs.map(i => `${i.dtype}[${i.shape}]`).join(", ")}`;
      const expected = await onCpu(fn, inputs);
      expectClose(jitted(fn, inputs), expected, tolerance, `jit ${what}`);
      expectClose(eagerly(fn, inputs), expected, tolerance, `eager ${what}`);
    }),
    { numRuns: runs, seed: 20240601 },
  );
}
