// A student's answer as numbers: tensors of TensorFlow.js, typed arrays, nested arrays and plain numbers are read alike, so that an
// exercise does not ask for one of them without need.

export interface NumericAnswer {
  shape: number[];
  /** Of a tensor or a typed array; undefined for plain numbers, which have no type to get wrong. */
  dtype: string | undefined;
  values: ArrayLike<number>;
}

/** What a tensor of TensorFlow.js has, as far as it is read here: the library need not be loaded to check a number. */
interface TensorLike {
  shape: number[];
  dtype: string;
  dataSync(): ArrayLike<number>;
}

export function isTensor(value: unknown): value is TensorLike {
  const { shape, dtype, dataSync } = (value ?? {}) as Partial<TensorLike>;
  return Array.isArray(shape) && typeof dtype === "string" && typeof dataSync === "function";
}

const typedArrays: Record<string, string> = {
  Float32Array: "float32",
  Float64Array: "float64",
  Int32Array: "int32",
  Uint8Array: "uint8",
  Int8Array: "int8",
  Uint16Array: "uint16",
  Int16Array: "int16",
  Uint32Array: "uint32",
};

/** The numbers of an answer, or a sentence that says why there are none. */
export function readNumbers(answer: unknown): NumericAnswer | string {
  if (typeof answer === "number") return { shape: [], dtype: undefined, values: [answer] };
  if (typeof answer === "boolean") return { shape: [], dtype: "bool", values: [Number(answer)] };
  if (isTensor(answer)) return { shape: [...answer.shape], dtype: answer.dtype, values: answer.dataSync() };
  const kind = answer === null || answer === undefined ? undefined : typedArrays[(answer as object).constructor?.name];
  if (kind) return { shape: [(answer as ArrayLike<number>).length], dtype: kind, values: answer as ArrayLike<number> };
  if (Array.isArray(answer)) return readNested(answer);
  return `expected numbers (a tensor, an array or a number), got ${describeKind(answer)}`;
}

function readNested(array: unknown[]): NumericAnswer | string {
  const first = array[0];
  if (array.length === 0) return { shape: [0], dtype: undefined, values: [] };
  if (typeof first === "number" || typeof first === "boolean") {
    const odd = array.findIndex(item => typeof item !== typeof first);
    if (odd >= 0) return `expected a number at [${odd}], got ${describeKind(array[odd])}`;
    return { shape: [array.length], dtype: undefined, values: array.map(Number) };
  }
  const rows = array.map(readNumbers);
  const values: number[] = [];
  let inner: number[] | undefined;
  for (const [i, row] of rows.entries()) {
    if (typeof row === "string") return `in row ${i}: ${row}`;
    inner ??= row.shape;
    if (row.shape.join() !== inner.join()) {
      return `expected rows of equal shape, got [${inner}] in row 0 and [${row.shape}] in row ${i}`;
    }
    values.push(...Array.from(row.values));
  }
  return { shape: [array.length, ...inner!], dtype: undefined, values };
}

export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isTensor(value)) return `a tensor of shape [${value.shape}] and dtype ${value.dtype}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Promise) return "a promise; put `await` before it";
  const kind = typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
  return /^[aeiou]/i.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/** `[2, 1]` for place 7 of shape [4, 3]. */
export function indexOf(place: number, shape: number[]): string {
  const index: number[] = [];
  let rest = place;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return `[${index.join(", ")}]`;
}
