/**
 * Gradients that tfjs gets wrong, each found by `tests/lib/tensor/gradients.test.ts`, registered anew:
 *
 * - MirrorPad leaves out what the mirrored border owes to the pixels it was copied from.
 * - SquaredDifference, Maximum and Minimum do not sum over the axes that one operand was broadcast along, and throw.
 * - SplitV into a single part throws, as its one gradient is no list.
 * - logSigmoid's uses its input without having saved it, and throws when it is derived twice; softplus has what it needs.
 */
import type { GradConfig, MirrorPadAttrs, SplitVAttrs, Tensor } from "@tensorflow/tfjs-core";
import { core, overrideOp } from "../tfjs";

/** Sums `dy` down to the shape that was broadcast to dy's. */
function reduceTo(dy: Tensor, shape: number[]): Tensor {
  const axes = core.broadcast_util.getReductionAxes(shape, dy.shape);
  return core.reshape(axes.length ? core.sum(dy, axes) : dy, shape);
}

type Sides = (dy: Tensor, a: Tensor, b: Tensor) => readonly [() => Tensor, () => Tensor];

function broadcastGradient(kernelName: string, sides: Sides): GradConfig {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => {
      const [da, db] = sides(dy as Tensor, a!, b!);
      return { a: () => reduceTo(da(), a!.shape), b: () => reduceTo(db(), b!.shape) };
    },
  };
}

const chosen = (dy: Tensor, condition: Tensor): Tensor => core.mul(dy, core.cast(condition, "float32"));

const squaredDifference = broadcastGradient("SquaredDifference", (dy, a, b) => [
  () => core.mul(dy, core.mul(core.sub(a, b), 2)),
  () => core.mul(dy, core.mul(core.sub(b, a), 2)),
]);
// On a tie tfjs gives the gradient to `a`.
const maximum = broadcastGradient("Maximum", (dy, a, b) => [
  () => chosen(dy, core.greaterEqual(a, b)),
  () => chosen(dy, core.less(a, b)),
]);
const minimum = broadcastGradient("Minimum", (dy, a, b) => [
  () => chosen(dy, core.lessEqual(a, b)),
  () => chosen(dy, core.greater(a, b)),
]);

const splitV: GradConfig = {
  kernelName: "SplitV",
  gradFunc: (dy, _, attributes) => ({
    x: () => core.concat(Array.isArray(dy) ? dy : [dy], (attributes as unknown as SplitVAttrs).axis),
  }),
};

const mirrorPad: GradConfig = {
  kernelName: "MirrorPad",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attributes) => {
    const { paddings, mode } = attributes as unknown as MirrorPadAttrs;
    return {
      x: () => paddings.reduce((d, _, axis) => unmirror(d, axis, x!.shape[axis]!, paddings[axis]!, mode), dy as Tensor),
    };
  },
};

/** Folds the borders of one axis back onto the pixels they mirror. */
function unmirror(
  dy: Tensor,
  axis: number,
  length: number,
  [before, after]: readonly [number, number],
  mode: "reflect" | "symmetric",
): Tensor {
  const part = (start: number, count: number): Tensor => {
    const begin = dy.shape.map((_, i) => (i === axis ? start : 0));
    const size = dy.shape.map((d, i) => (i === axis ? count : d));
    return core.slice(dy, begin, size);
  };
  const placed = (value: Tensor, start: number): Tensor => {
    const end = length - start - value.shape[axis]!;
    return core.pad(
      core.reverse(value, axis),
      dy.shape.map((_, i) => (i === axis ? [start, end] : [0, 0]) as [number, number]),
    );
  };
  const skip = mode === "reflect" ? 1 : 0;
  let sum = part(before, length);
  if (before) sum = core.add(sum, placed(part(0, before), skip));
  if (after) sum = core.add(sum, placed(part(before + length, after), length - skip - after));
  return sum;
}

export function correctGradients(): void {
  for (const config of [squaredDifference, maximum, minimum, splitV, mirrorPad]) core.registerGradient(config);
  overrideOp<"logSigmoid">("logSigmoid", () => x => core.neg(core.softplus(core.neg(x))));
}
