/** Arithmetic on shapes. A shape is a list of sizes, outermost first, as in tfjs; `[]` is a scalar. */
import { TensorError } from "./errors";

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const d of shape) size *= d;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The shape that both broadcast to, aligned at the right as in NumPy: `[3,1] x [4] -> [3,4]`. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const out: number[] = new Array(rank);
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new TensorError(
        "FTT_SHAPE",
        `broadcast: sizes must be equal or 1 from the right, got [${a}] and [${b}]; reshape one of them?`,
      );
    }
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** Axes counted from 0: `-1` is the last; no axes given means all of them. */
export function normalizeAxes(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = typeof axis === "number" ? [axis] : [...axis];
  return axes.map(a => {
    const positive = a < 0 ? a + rank : a;
    if (!Number.isInteger(positive) || positive < 0 || positive >= Math.max(rank, 1)) {
      throw new TensorError("FTT_SHAPE", `axis must lie in [-${rank}, ${rank}), got ${a}`);
    }
    return positive;
  });
}

export function showShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}
