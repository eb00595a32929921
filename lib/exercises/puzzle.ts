// Tensor puzzles, after Sasha Rush's Tensor-Puzzles: one expression, no loops, no function that does it at once. The puzzle's text says what
// is asked as a formula, and so does its specification here, in plain loops. So unlike other checkers this one may show what is asked: a
// wrong answer is explained by a picture of the first case that it gets wrong, and small cases come first.
import type { Tensor } from "@tensorflow/tfjs";
import { tensorflow } from "../data/tensorflow";
import { type Figure, figure, subplots, type Trace } from "../plot";
import { describeKind, isTensor, readNumbers } from "./answer";
import { type Expectation, type Judgement, notGiven, numbers } from "./expectations";

/** A number, a list, or rows of a matrix. Whole numbers that count or index are marked with `ints`. */
export type PuzzleValue = number | readonly number[] | readonly (readonly number[])[];

/** Whole numbers: they become an int32 tensor. */
export interface Indices {
  ints: readonly number[];
}

type Given = PuzzleValue | Indices;

export interface PuzzleExpectation {
  /** Names of the arguments, as the puzzle's text has them. */
  inputs: readonly string[];
  /** Arguments of each case, small ones first: the first that goes wrong is shown. */
  cases: readonly (readonly Given[])[];
  /** What is asked, in plain loops. */
  asked: (...given: never[]) => PuzzleValue;
  /** Functions that would do it at once. */
  without?: readonly string[];
}

// What an answer may not contain whatever the puzzle: a way around tensors.
const LOOPS = [
  "for",
  "while",
  "map",
  "reduce",
  "forEach",
  "from",
  "dataSync",
  "arraySync",
  "tensor",
  "tensor1d",
  "tensor2d",
  "buffer",
];

/**
 * Expects a function of numbers and tensors that gives what is asked, in tensor operations alone.
 *
 *     puzzle({ inputs: ["n"], cases: [[1], [4]], asked: (n: number) => Array(n).fill(1), without: ["ones", "fill"] })
 */
export function puzzle({ inputs, cases, asked, without = [] }: PuzzleExpectation): Expectation {
  return answer => {
    const missing = notGiven(answer);
    if (missing) return [missing];
    if (typeof answer !== "function") return [`expected a function, got ${describeKind(answer)}`];
    const used = [...LOOPS, ...without].filter(name => calls(String(answer), name));
    if (used.length > 0)
      return [`expected one expression of tensor operations without ${used.map(name => `\`${name}\``).join(", ")}`];
    for (const given of cases) {
      const judged = judge(answer as (...all: unknown[]) => unknown, inputs, given, asked as Asked);
      if (judged) return judged;
    }
    return [];
  };
}

type Asked = (...given: PuzzleValue[]) => PuzzleValue;

/** Keywords, and names that are called: as a method, or of `tf`. */
function calls(source: string, name: string): boolean {
  return new RegExp(["for", "while"].includes(name) ? `\\b${name}\\s*\\(` : `\\.${name}\\s*(<|\\()`).test(source);
}

function judge(
  answer: (...all: unknown[]) => unknown,
  names: readonly string[],
  given: readonly Given[],
  asked: Asked,
): string[] | Judgement | undefined {
  const plain = given.map(value => (isIndices(value) ? value.ints : value));
  const call = `with ${names.map((name, i) => `${name} = ${JSON.stringify(plain[i])}`).join(", ")}`;
  const target = asked(...plain);
  const engine = tensorflow().engine();
  engine.startScope();
  try {
    const result = answer(...given.map(toTensor));
    if (!isTensor(result)) return [`${call}: expected a tensor, got ${describeKind(result)}`];
    const complaints = numbers({ value: target })(result) as string[];
    if (complaints.length === 0) return undefined;
    const shape = [...result.shape];
    const yours = rowsOf(shape, Array.from(result.dataSync()));
    const picture = () => draw(names, plain, target, { shape, rows: yours });
    return { complaints: complaints.map(words => `${call}: ${words}`), picture };
  } catch (error) {
    const words = `${call}: it threw ${error instanceof Error ? error.message : String(error)}`;
    return { complaints: [words], picture: () => draw(names, plain, target, undefined) };
  } finally {
    engine.endScope();
  }
}

function isIndices(value: Given): value is Indices {
  return typeof value === "object" && "ints" in value;
}

function toTensor(value: Given): number | Tensor {
  const tf = tensorflow();
  if (isIndices(value)) return tf.tensor1d([...value.ints], "int32");
  if (typeof value === "number") return value;
  return Array.isArray(value[0])
    ? tf.tensor2d(value.map(row => [...(row as number[])]))
    : tf.tensor1d([...(value as number[])]);
}

/** The rows of a matrix; a list is one row. Undefined for what cannot be drawn. */
function rowsOf(shape: readonly number[], values: readonly number[]): number[][] | undefined {
  if (shape.length > 2 || values.length === 0) return undefined;
  const columns = shape.at(-1) ?? 1;
  return Array.from({ length: values.length / columns }, (_, i) => values.slice(i * columns, (i + 1) * columns));
}

/** Pixels for each matrix of a picture. */
const CELL_WIDTH = 200;

/** Arguments, what is asked, and the answer with its wrong cells framed. */
function draw(
  names: readonly string[],
  given: readonly PuzzleValue[],
  target: PuzzleValue,
  yours: { shape: number[]; rows: number[][] | undefined } | undefined,
): Figure {
  const read = (value: PuzzleValue) => {
    const { shape, values } = readNumbers(value) as { shape: number[]; values: ArrayLike<number> };
    return { shape, rows: rowsOf(shape, Array.from(values)) };
  };
  const wanted = read(target);
  const parts = given
    .map((value, i) => ({ name: names[i]!, ...read(value) }))
    .filter(({ shape }) => shape.length > 0)
    .map(({ name, shape, rows }) => cells(`${name} [${shape}]`, rows));
  parts.push(cells(`asked [${wanted.shape}]`, wanted.rows));
  const same = yours?.shape.join() === wanted.shape.join();
  if (yours) parts.push(cells(`yours [${yours.shape}]`, yours.rows, same ? wanted.rows : undefined));
  const sizes = given.flatMap((value, i) => (typeof value === "number" ? [`${names[i]} = ${value}`] : []));
  const fault = !yours ? "yours threw an error" : same ? "wrong cells are framed" : "the shapes differ";
  return subplots(parts, {
    columns: parts.length,
    width: CELL_WIDTH * parts.length,
    height: 240,
    title: "The first case that goes wrong",
    subtitle: [...sizes, fault].join("; "),
  });
}

/** A small matrix with its values written in; cells that differ from `wanted` are framed. */
function cells(title: string, rows: number[][] | undefined, wanted?: number[][]): Figure {
  const shown = rows ?? [];
  const wrong = shown.flatMap((row, y) =>
    row.flatMap((value, x) => (wanted && Math.abs(value - wanted[y]![x]!) > 1e-4 ? [{ x, y }] : [])),
  );
  const grid: Trace = {
    type: "heatmap",
    z: shown,
    text: shown.map(row => row.map(value => String(Number(value.toPrecision(3))).replace("-", "−"))),
    texttemplate: "%{text}",
    textfont: { size: 12 },
    colorscale: [
      [0, "#e8eef7"],
      [1, "#8fb3de"],
    ],
    showscale: false,
    xgap: 2,
    ygap: 2,
    hoverinfo: "skip",
  };
  const side = Math.max(shown.length, shown[0]?.length ?? 1, 3) / 2;
  const frames: Trace = {
    type: "scatter",
    mode: "markers",
    x: wrong.map(({ x }) => x),
    y: wrong.map(({ y }) => y),
    marker: {
      symbol: "square-open",
      size: 0.3 * (CELL_WIDTH / side),
      color: "#b3261e",
      line: { width: 2.5, color: "#b3261e" },
    },
    hoverinfo: "skip",
    showlegend: false,
  };
  const middle = { x: ((shown[0]?.length ?? 1) - 1) / 2, y: (shown.length - 1) / 2 };
  return figure([...(rows ? [grid] : []), ...(wrong.length > 0 ? [frames] : [])], {
    title: { text: title },
    xaxis: { visible: false, range: [middle.x - side, middle.x + side] },
    yaxis: { visible: false, range: [middle.y + side, middle.y - side] },
  });
}
