/**
 * Every gradient that tfjs registers, traced and run on ONNX Runtime, against central differences of the same op.
 *
 * In float32 a difference quotient with step h has an error of about 1e-6/h from rounding and h² from curvature: with
 * h = 1/64 both lie near 1e-4, and the bound below leaves room for steep functions.
 */
import fc from "fast-check";
import { jit, tf } from "../../../lib/tensor";
import { core } from "../../../lib/tensor/tfjs";

const H = 1 / 64;
const TOLERANCE = 1e-2;

type Range = readonly [number, number];
interface Differentiable {
  readonly fn: (...x: tf.Tensor[]) => tf.Tensor;
  readonly shapes: readonly number[][];
  /** Where inputs are drawn from, away from kinks and poles. */
  readonly range?: Range;
  /** All inputs at least this far apart from each other and from whole multiples of `apart`: for maxima, sorts and steps. */
  readonly apart?: number;
}

const t4 = (t: tf.Tensor | undefined) => t as tf.Tensor4D;
const unary = (fn: (x: tf.Tensor) => tf.Tensor, range: Range = [-2, 2], apart?: number): Differentiable => ({
  fn: fn as Differentiable["fn"],
  shapes: [[2, 3]],
  range,
  ...(apart ? { apart } : {}),
});
const binary = (
  fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  range: Range = [-2, 2],
  apart?: number,
): Differentiable => ({
  fn: fn as Differentiable["fn"],
  shapes: [
    [2, 3],
    [2, 1],
  ],
  range,
  ...(apart ? { apart } : {}),
});

const table: Record<string, Differentiable> = {
  Abs: unary(tf.abs, [0.2, 2]),
  Acos: unary(tf.acos, [-0.7, 0.7]),
  Acosh: unary(tf.acosh, [1.5, 3]),
  Add: binary(tf.add),
  AddN: {
    fn: (a, b) => tf.addN([a!, b!, a!]),
    shapes: [
      [2, 3],
      [2, 3],
    ],
  },
  Asin: unary(tf.asin, [-0.7, 0.7]),
  Asinh: unary(tf.asinh),
  Atan: unary(tf.atan),
  Atan2: binary(tf.atan2, [0.5, 2]),
  Atanh: unary(tf.atanh, [-0.7, 0.7]),
  AvgPool: { fn: x => tf.avgPool(t4(x), 3, 2, "same"), shapes: [[1, 5, 4, 2]] },
  AvgPool3D: { fn: x => tf.avgPool3d(x as tf.Tensor5D, 2, 1, "same"), shapes: [[1, 3, 3, 2, 1]] },
  BatchMatMul: {
    fn: (a, b) => tf.matMul(a!, b!, true, true),
    shapes: [
      [2, 3, 2],
      [2, 4, 3],
    ],
  },
  BatchToSpaceND: {
    fn: x =>
      tf.batchToSpaceND(
        x!,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    shapes: [[4, 2, 2, 1]],
  },
  BroadcastTo: { fn: x => tf.broadcastTo(x!, [2, 3, 2]), shapes: [[3, 1]] },
  Cast: unary(x => tf.cast(x, "float32")),
  ClipByValue: unary(x => tf.clipByValue(x, -5, 5)),
  Concat: {
    fn: (a, b) => tf.concat([a!, b!], 1),
    shapes: [
      [2, 2],
      [2, 3],
    ],
  },
  Conv2D: {
    fn: (x, f) => tf.conv2d(t4(x), t4(f), [1, 2], "same"),
    shapes: [
      [1, 4, 5, 2],
      [3, 3, 2, 2],
    ],
    range: [-1, 1],
  },
  Conv2DBackpropInput: {
    fn: (d, f) => tf.conv2dTranspose(t4(d), t4(f), [1, 6, 6, 2], 2, "same"),
    shapes: [
      [1, 3, 3, 2],
      [3, 3, 2, 2],
    ],
    range: [-1, 1],
  },
  Conv3D: {
    fn: (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, 1, "same"),
    shapes: [
      [1, 2, 3, 3, 1],
      [2, 2, 2, 1, 2],
    ],
    range: [-1, 1],
  },
  Cos: unary(tf.cos),
  Cosh: unary(tf.cosh),
  Cumsum: unary(x => tf.cumsum(x, 1, true, true)),
  DepthwiseConv2dNative: {
    fn: (x, f) => tf.depthwiseConv2d(t4(x), t4(f), 2, "same"),
    shapes: [
      [1, 4, 5, 2],
      [3, 3, 2, 2],
    ],
    range: [-1, 1],
  },
  DepthToSpace: { fn: x => tf.depthToSpace(t4(x), 2, "NHWC"), shapes: [[1, 2, 3, 8]] },
  Dilation2D: {
    // Image and filter in different steps, so that no two sums tie.
    fn: (x, f) => tf.dilation2d(t4(x), tf.mul(f!, 0.37) as tf.Tensor3D, 1, "same"),
    shapes: [
      [1, 3, 3, 1],
      [2, 2, 1],
    ],
    apart: 1,
  },
  Elu: unary(tf.elu, [-2, -0.2]),
  Erf: unary(tf.erf),
  Exp: unary(tf.exp),
  ExpandDims: unary(x => tf.expandDims(x, -1)),
  Expm1: unary(tf.expm1),
  FusedBatchNorm: {
    fn: (x, m, v, o, s) => tf.batchNorm(x!, m as tf.Tensor1D, v as tf.Tensor1D, o as tf.Tensor1D, s as tf.Tensor1D),
    shapes: [[2, 3], [3], [3], [3], [3]],
    range: [0.5, 2],
  },
  GatherV2: { fn: x => tf.gather(x!, tf.tensor1d([2, 0, 2], "int32"), 1), shapes: [[2, 3]] },
  Identity: unary(tf.clone),
  LRN: { fn: x => tf.localResponseNormalization(t4(x), 1, 1, 0.5, 0.75), shapes: [[1, 1, 2, 4]] },
  LeakyRelu: unary(x => tf.leakyRelu(x, 0.2), [-2, -0.2]),
  Log: unary(tf.log, [0.5, 2]),
  Log1p: unary(tf.log1p, [-0.5, 2]),
  LogSoftmax: unary(x => tf.logSoftmax(x)),
  Max: unary(x => tf.max(x, 1), [-2, 2], 0.1),
  MaxPool: { fn: x => tf.maxPool(t4(x), 3, 2, "same"), shapes: [[1, 5, 4, 2]], apart: 0.05 },
  MaxPool3D: { fn: x => tf.maxPool3d(x as tf.Tensor5D, 2, 1, "same"), shapes: [[1, 3, 2, 2, 1]], apart: 0.05 },
  Maximum: binary(tf.maximum, [-2, 2], 0.1),
  Mean: unary(x => tf.mean(x, 0)),
  Min: unary(x => tf.min(x, 1), [-2, 2], 0.1),
  Minimum: binary(tf.minimum, [-2, 2], 0.1),
  MirrorPad: {
    fn: x =>
      tf.mirrorPad(
        x!,
        [
          [1, 1],
          [0, 2],
        ],
        "reflect",
      ),
    shapes: [[3, 4]],
  },
  Mod: { fn: a => tf.mod(a!, 1.5), shapes: [[2, 3]], range: [0.1, 1.4] },
  Multiply: binary(tf.mul),
  Neg: unary(tf.neg),
  OnesLike: unary(x => tf.mul(tf.onesLike(x), x)),
  Pack: {
    fn: (a, b) => tf.stack([a!, b!], 1),
    shapes: [
      [2, 3],
      [2, 3],
    ],
  },
  PadV2: unary(x =>
    tf.pad(x, [
      [1, 0],
      [2, 1],
    ]),
  ),
  Pow: binary(tf.pow, [0.5, 2]),
  Prelu: { fn: (x, a) => tf.prelu(x!, a!), shapes: [[2, 3], [3]], range: [-2, -0.2] },
  Prod: unary(x => tf.prod(x, 1)),
  RealDiv: binary(tf.div, [0.5, 2]),
  Reciprocal: unary(tf.reciprocal, [0.5, 2]),
  Relu: unary(tf.relu, [0.2, 2]),
  Relu6: unary(tf.relu6, [0.2, 5]),
  Reshape: unary(x => tf.reshape(x, [3, 2])),
  ResizeBilinear: { fn: x => tf.image.resizeBilinear(t4(x), [5, 3], false, true), shapes: [[1, 3, 4, 1]] },
  ResizeNearestNeighbor: { fn: x => tf.image.resizeNearestNeighbor(t4(x), [5, 7]), shapes: [[1, 3, 4, 1]] },
  Reverse: unary(x => tf.reverse(x, 1)),
  Rsqrt: unary(tf.rsqrt, [0.5, 2]),
  Select: {
    fn: (a, b) =>
      tf.where(
        tf.tensor2d(
          [
            [1, 0, 1],
            [0, 0, 1],
          ],
          [2, 3],
          "bool",
        ),
        a!,
        b!,
      ),
    shapes: [
      [2, 3],
      [2, 3],
    ],
  },
  Selu: unary(tf.selu, [-2, -0.2]),
  Sigmoid: unary(tf.sigmoid),
  Sin: unary(tf.sin),
  Sinh: unary(tf.sinh),
  Slice: unary(x => tf.slice(x, [0, 1], [2, 2])),
  Softmax: unary(x => tf.softmax(x)),
  Softplus: unary(tf.softplus),
  SpaceToBatchND: {
    fn: x =>
      tf.spaceToBatchND(
        x!,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    shapes: [[1, 3, 3, 1]],
  },
  SplitV: { fn: x => tf.mul(tf.split(x!, [1, 2], 1)[1]!, tf.split(x!, [1, 2], 1)[0]!), shapes: [[2, 3]] },
  Sqrt: unary(tf.sqrt, [0.5, 2]),
  Square: unary(tf.square),
  SquaredDifference: binary(tf.squaredDifference),
  Sub: binary(tf.sub),
  Sum: unary(x => tf.sum(x, 0)),
  Tan: unary(tf.tan, [-1, 1]),
  Tanh: unary(tf.tanh),
  Tile: unary(x => tf.tile(x, [2, 3])),
  Transpose: unary(x => tf.transpose(x)),
  Unpack: { fn: x => tf.mul(tf.unstack(x!, 1)[0]!, tf.unstack(x!, 1)[2]!), shapes: [[2, 3]] },
  UnsortedSegmentSum: { fn: x => tf.unsortedSegmentSum(x!, tf.tensor1d([1, 0, 1], "int32"), 2), shapes: [[3, 2]] },
  ZerosLike: unary(x => tf.add(tf.zerosLike(x), x)),
};

/** Gradients with nothing to differentiate: piecewise constant functions, whose gradient is zero. */
const flat = [
  "ArgMax",
  "ArgMin",
  "Ceil",
  "Equal",
  "Floor",
  "FloorDiv",
  "Greater",
  "GreaterEqual",
  "IsFinite",
  "IsInf",
  "IsNan",
  "Less",
  "LessEqual",
  "LogicalAnd",
  "LogicalNot",
  "LogicalOr",
  "NotEqual",
  "OneHot",
  "Round",
  "Sign",
  "Step",
];
/** Gradients of kernels on complex numbers, which no graph holds. */
const complex = ["ComplexAbs"];
/** Kernels that compute gradients; theirs are checked where the ops they belong to are derived twice. */
const backward = [
  "AvgPoolGrad",
  "Conv2DBackpropFilter",
  "DepthwiseConv2dNativeBackpropFilter",
  "DepthwiseConv2dNativeBackpropInput",
  "EluGrad",
  "MaxPoolGrad",
  "ResizeBilinearGrad",
  "ResizeNearestNeighborGrad",
];
/** Ops that have no second derivative: asking for one is an error that names the kernel. */
const onlyOnce = ["AvgPool3D", "Conv3D", "Dilation2D", "LRN", "MaxPool3D", "Prod"];
/** Not kernels of their own, but with gradients of their own, or known to have failed. */
const composed: Record<string, Differentiable> = {
  logSigmoid: unary(tf.logSigmoid),
  logSumExp: unary(x => tf.logSumExp(x, 1)),
  softmaxCrossEntropy: binary((a, b) => tf.losses.softmaxCrossEntropy(tf.softmax(tf.add(b, a)), a)),
  sigmoidCrossEntropy: unary(x => tf.losses.sigmoidCrossEntropy(tf.onesLike(x), x)),
  "where of a comparison": unary(x => tf.where(tf.greater(x, 0), tf.square(x), tf.exp(x)), [0.1, 2]),
  "customGrad that saves something in between": unary(
    tf.customGrad((x, save) => {
      const square = tf.square(x as tf.Tensor);
      (save as tf.GradSaveFunc)([square, x as tf.Tensor]);
      return {
        value: tf.mul(square, x as tf.Tensor),
        gradFunc: (dy: tf.Tensor, [kept]: tf.Tensor[]) => tf.mul(dy, tf.mul(kept!, 3)),
      };
    }) as (x: tf.Tensor) => tf.Tensor,
  ),
};

/** Distinct multiples of `apart`, shuffled: nothing ties, and no step of H changes an order. */
function spread(size: number, apart: number): fc.Arbitrary<number[]> {
  return fc
    .shuffledSubarray([...Array(size).keys()], { minLength: size })
    .map(order => order.map(n => (n - size / 2) * apart));
}

function inputsOf({ shapes, range = [-2, 2], apart }: Differentiable): fc.Arbitrary<number[]> {
  const total = shapes.reduce((sum, s) => sum + s.reduce((a, b) => a * b, 1), 0);
  if (apart) return spread(total, apart);
  return fc.array(fc.double({ min: range[0], max: range[1], noNaN: true }), { minLength: total, maxLength: total });
}

describe("gradients against central differences", () => {
  test("the table below covers every gradient that tfjs registers", () => {
    const registered = (Object.values(core) as unknown[])
      .filter((v): v is string => typeof v === "string" && /^_?[A-Z]/.test(v))
      .filter(name => core.getGradient(name) !== undefined);
    expect([...Object.keys(table), ...flat, ...complex, ...backward].sort()).toEqual([...new Set(registered)].sort());
  });

  for (const [name, op] of Object.entries(table)) {
    test(`${name}`, () => {
      const sizes = op.shapes.map(s => s.reduce((a, b) => a * b, 1));
      const parts = (x: tf.Tensor) => tf.split(x as tf.Tensor1D, sizes).map((t, i) => tf.reshape(t, op.shapes[i]!));
      // A weighted sum, so that every output counts and none cancels.
      const loss = (x: tf.Tensor) => {
        const y = op.fn(...parts(x));
        const weights = Float32Array.from({ length: y.size }, (_, i) => Math.cos(i + 1));
        return tf.sum(tf.mul(y, tf.tensor(weights, y.shape))) as tf.Scalar;
      };
      const value = jit((x: tf.Tensor) => loss(x));
      const gradient = jit((x: tf.Tensor) => tf.grad(loss)(x));
      try {
        fc.assert(
          fc.property(inputsOf(op), numbers => {
            tf.tidy(() => {
              const at = (list: readonly number[]) => value(tf.tensor1d([...list])).dataSync()[0]!;
              const actual = Array.from(gradient(tf.tensor1d(numbers)).dataSync());
              const expected = numbers.map((n, i) => {
                const up = numbers.with(i, n + H);
                const down = numbers.with(i, n - H);
                return (at(up) - at(down)) / (2 * H);
              });
              const scale = Math.max(1, ...expected.map(Math.abs));
              actual.forEach((g, i) => {
                if (!(Math.abs(g - expected[i]!) <= TOLERANCE * scale)) {
                  throw new Error(`${name}: d/dx[${i}] is ${g}, the difference quotient ${expected[i]}`);
                }
              });
            });
          }),
          { numRuns: 4, seed: 7 },
        );
      } finally {
        value.dispose();
        gradient.dispose();
      }
    });
  }

  for (const [name, op] of Object.entries({ ...table, ...composed })) {
    test(`${name}, twice`, () => {
      const sizes = op.shapes.map(s => s.reduce((a, b) => a * b, 1));
      const wave = (t: tf.Tensor, shift: number) => {
        const weights = Float32Array.from({ length: t.size }, (_, i) => Math.cos(i + shift));
        return tf.mul(t, tf.tensor(weights, t.shape));
      };
      // The square makes what flows back depend on the inputs, or the gradients of linear ops would be constant.
      const loss = (...inputs: tf.Tensor[]) => tf.sum(wave(tf.square(op.fn(...inputs)), 1));
      const slope = (x: tf.Tensor) => {
        const parts = tf.split(x as tf.Tensor1D, sizes).map((t, i) => tf.reshape(t, op.shapes[i]!));
        return tf.addN(
          tf
            .grads(loss)(parts)
            .map(g => tf.sum(wave(g, 2))),
        ) as tf.Scalar;
      };
      const first = jit((x: tf.Tensor) => slope(x));
      const second = jit((x: tf.Tensor) => tf.grad(slope)(x));
      const numbers = fc.sample(inputsOf(op), { numRuns: 1, seed: 7 })[0]!;
      try {
        tf.tidy(() => {
          const at = (list: readonly number[]) => first(tf.tensor1d([...list])).dataSync()[0]!;
          if (onlyOnce.includes(name)) {
            expect(() => second(tf.tensor1d(numbers))).toThrow(/gradient function not found for \w+/);
            return;
          }
          const actual = Array.from(second(tf.tensor1d(numbers)).dataSync());
          const expected = numbers.map((n, i) => (at(numbers.with(i, n + H)) - at(numbers.with(i, n - H))) / (2 * H));
          const scale = Math.max(1, ...expected.map(Math.abs));
          actual.forEach((g, i) => {
            if (!(Math.abs(g - expected[i]!) <= 2 * TOLERANCE * scale))
              throw new Error(`${name}: the second derivative along x[${i}] is ${g}, the quotient ${expected[i]}`);
          });
          const eager = Array.from(tf.grad(slope)(tf.tensor1d(numbers)).dataSync());
          for (const [i, g] of actual.entries()) expect(Math.abs(g - eager[i]!)).toBeLessThanOrEqual(1e-3 * scale);
        });
      } finally {
        first.dispose();
        second.dispose();
      }
    });
  }

  test("gradients of piecewise constant functions are zero in a trace too", () => {
    const x = tf.tensor1d([0.3, -1.7, 2.5]);
    for (const fn of [tf.ceil, tf.floor, tf.round, tf.sign, tf.step] as ((t: tf.Tensor) => tf.Tensor)[]) {
      const g = jit((t: tf.Tensor) => tf.grad((u: tf.Tensor) => tf.sum(fn(u)))(t));
      expect(Array.from(g(x).dataSync())).toEqual([0, 0, 0]);
      g.dispose();
    }
  });
});
