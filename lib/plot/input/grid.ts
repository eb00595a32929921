// A function of two variables, sampled; or a matrix of samples with its coordinates.

import { PlotError } from "../errors";
import { forJson, type Matrix, type Numbers, sameLength, toMatrix, toNumbers } from "./numbers";

/** z at (x, y), or rows of z (one row per y). */
export type GridInput = Matrix | ((x: number, y: number) => number);

export interface GridOptions {
  /** Coordinates of the columns and rows of a matrix. */
  x?: Numbers;
  y?: Numbers;
  /** Where a function is sampled. */
  xRange?: readonly [number, number];
  yRange?: readonly [number, number];
  /** Samples along each side of a function: 60. */
  resolution?: number;
  /** Points to draw on top, such as the steps of gradient descent. */
  path?: Matrix;
}

export const GRID_OPTIONS = ["x", "y", "xRange", "yRange", "resolution", "path"] as const;

export interface Grid {
  x: number[];
  y: number[];
  z: number[][];
  path: { x: number[]; y: number[]; z: number[] } | undefined;
  notes: string[];
}

export function readGrid(verb: string, input: GridInput, options: GridOptions): Grid {
  const sampled = typeof input === "function" ? sample(verb, input, options) : measured(verb, input, options);
  const missing = sampled.z.flat().filter(value => !Number.isFinite(value)).length;
  const total = sampled.z.length * sampled.z[0]!.length;
  if (missing === total)
    throw new PlotError("PLOT_VALUE", `${verb}: expected at least one finite value, got none among ${total}`);
  const notes = missing > 0 ? [`${missing} of ${total} values are not finite and left out`] : [];
  return { ...sampled, path: readPath(verb, input, sampled, options.path), notes };
}

function sample(verb: string, f: (x: number, y: number) => number, options: GridOptions) {
  const count = options.resolution ?? 60;
  if (!Number.isInteger(count) || count < 2 || count > 400) {
    throw new PlotError("PLOT_OPTION", `${verb}: resolution must be a whole number from 2 to 400, got ${count}`);
  }
  const spread = (name: "xRange" | "yRange") => {
    const [low, high] = options[name] ?? [-1, 1];
    if (!(low < high))
      throw new PlotError(
        "PLOT_OPTION",
        `${verb}: ${name} must be [low, high] with low below high, got [${low}, ${high}]`,
      );
    return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  };
  const [x, y] = [spread("xRange"), spread("yRange")];
  return { x, y, z: y.map(b => x.map(a => f(a, b))) };
}

function measured(verb: string, input: Matrix, options: GridOptions) {
  const z = toMatrix(input, `${verb}: values`);
  if (options.resolution !== undefined)
    throw new PlotError(
      "PLOT_OPTION",
      `${verb}: resolution belongs to a function, which is sampled; a matrix has its own`,
    );
  if (z.length < 2 || z[0]!.length < 2) {
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: expected at least 2 rows and 2 columns, got ${z.length}x${z[0]!.length}`,
    );
  }
  const x = options.x === undefined ? z[0]!.map((_, i) => i) : toNumbers(options.x, `${verb}: x`);
  const y = options.y === undefined ? z.map((_, i) => i) : toNumbers(options.y, `${verb}: y`);
  sameLength(verb, "x", x.length, "the columns", z[0]!.length);
  sameLength(verb, "y", y.length, "the rows", z.length);
  return { x, y, z };
}

function readPath(
  verb: string,
  input: GridInput,
  grid: { x: number[]; y: number[]; z: number[][] },
  path: Matrix | undefined,
) {
  if (path === undefined) return undefined;
  const rows = toMatrix(path, `${verb}: path`);
  if (rows[0]!.length < 2 || rows[0]!.length > 3)
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: path must have rows [x, y] or [x, y, z], got ${rows[0]!.length} columns`,
    );
  const height = ([x, y, z]: number[]) =>
    z ?? (typeof input === "function" ? input(x!, y!) : interpolate(grid, x!, y!));
  return { x: rows.map(row => row[0]!), y: rows.map(row => row[1]!), z: rows.map(height) };
}

/** Bilinear, clamped to the grid's edges. */
function interpolate({ x, y, z }: { x: number[]; y: number[]; z: number[][] }, px: number, py: number): number {
  const cell = (axis: number[], value: number) => {
    let i = 0;
    while (i < axis.length - 2 && axis[i + 1]! < value) i++;
    return [i, Math.min(Math.max((value - axis[i]!) / (axis[i + 1]! - axis[i]!), 0), 1)] as const;
  };
  const [c, u] = cell(x, px);
  const [r, v] = cell(y, py);
  return (z[r]![c]! * (1 - u) + z[r]![c + 1]! * u) * (1 - v) + (z[r + 1]![c]! * (1 - u) + z[r + 1]![c + 1]! * u) * v;
}

export function jsonGrid(z: number[][]): (number | null)[][] {
  return z.map(row => row.map(forJson));
}
