/**
 * Every fused layer equals its textbook form, in value and in gradient, eagerly and compiled, and its gradient equals finite differences.
 * Tolerances: 2e-5 absolute between two float32 computations of numbers of size 1 to 10; 1e-2 relative for differences in float32.
 */
import fc from "fast-check";
import { jit, tf } from "../../../../lib/tensor";
import {
  gelu,
  groupNorm,
  layerNorm,
  scaledDotProductAttention,
  silu,
  softmaxCrossEntropy,
  unfused,
} from "../../../../lib/tensor/nn";
import { difference, gradientError, noise } from "./finite-differences";

type Tensor = tf.Tensor;
type Layer = (inputs: Tensor[]) => Tensor;

interface Case {
  name: string;
  fused: Layer;
  textbook: Layer;
  shapes: number[][];
}

const mask = (queries: number, keys: number) =>
  tf.tensor2d(
    Array.from({ length: queries * keys }, (_, i) => (i % 3 === 0 && i % keys !== 0 ? 0 : 1)),
    [queries, keys],
    "bool",
  );

const cases: Case[] = [
  { name: "gelu", fused: ([x]) => gelu(x!), textbook: ([x]) => unfused.gelu(x!), shapes: [[3, 5]] },
  { name: "silu", fused: ([x]) => silu(x!), textbook: ([x]) => unfused.silu(x!), shapes: [[2, 3, 4]] },
  {
    name: "layerNorm of rows",
    fused: ([x, g, b]) => layerNorm(x!, g!, b!),
    textbook: ([x, g, b]) => unfused.layerNorm(x!, g!, b!),
    shapes: [[6, 16], [16], [16]],
  },
  {
    name: "layerNorm of a batch of sequences",
    fused: ([x, g, b]) => layerNorm(x!, g!, b!, 1e-3),
    textbook: ([x, g, b]) => unfused.layerNorm(x!, g!, b!, 1e-3),
    shapes: [[2, 3, 8], [8], [8]],
  },
  {
    name: "groupNorm of images",
    fused: ([x, g, b]) => groupNorm(x!, 4, g!, b!),
    textbook: ([x, g, b]) => unfused.groupNorm(x!, 4, g!, b!),
    shapes: [[2, 3, 5, 8], [8], [8]],
  },
  {
    name: "groupNorm with one channel a group",
    fused: ([x, g, b]) => groupNorm(x!, 6, g!, b!),
    textbook: ([x, g, b]) => unfused.groupNorm(x!, 6, g!, b!),
    shapes: [[3, 4, 4, 6], [6], [6]],
  },
  {
    name: "softmaxCrossEntropy of classes",
    fused: ([x]) => softmaxCrossEntropy(x!, tf.tensor1d([2, 0, 1, 4], "int32")),
    textbook: ([x]) => unfused.softmaxCrossEntropy(x!, tf.tensor1d([2, 0, 1, 4], "int32")),
    shapes: [[4, 5]],
  },
  {
    name: "softmaxCrossEntropy of weights that do not sum to one",
    fused: ([x]) => softmaxCrossEntropy(x!, noise([3, 4], 5)),
    textbook: ([x]) => unfused.softmaxCrossEntropy(x!, noise([3, 4], 5)),
    shapes: [[3, 4]],
  },
  ...[
    { name: "plain", options: () => ({}) },
    { name: "causal", options: () => ({ causal: true }) },
    { name: "causal, fewer queries than keys", options: () => ({ causal: true }), queries: 3 },
    { name: "masked", options: () => ({ mask: mask(5, 5) }) },
    { name: "masked and causal", options: () => ({ mask: mask(5, 5), causal: true }) },
    { name: "biased and scaled", options: () => ({ mask: noise([2, 1, 5, 5], 3), scale: 0.3 }) },
  ].map(({ name, options, queries = 5 }) => ({
    name: `scaledDotProductAttention, ${name}`,
    fused: ([q, k, v]: Tensor[]) => scaledDotProductAttention(q!, k!, v!, options()),
    textbook: ([q, k, v]: Tensor[]) => unfused.scaledDotProductAttention(q!, k!, v!, options()),
    shapes: [
      [2, 3, queries, 4],
      [2, 3, 5, 4],
      [2, 3, 5, 6],
    ],
  })),
];

/** The value and all gradients of a weighted sum of the layer's output. */
function valueAndGradients(layer: Layer, inputs: Tensor[]): Tensor[] {
  const weights = noise(layer(inputs).shape, 7);
  const gradients = tf.grads((...xs: Tensor[]) => tf.sum(tf.mul(layer(xs), weights)) as tf.Scalar)(inputs);
  return [layer(inputs), ...gradients];
}

describe.each(cases)("$name", ({ fused, textbook, shapes }) => {
  const inputs = () => shapes.map((shape, i) => noise(shape, 11 * (i + 1), 2));

  it("equals its textbook form in value and gradient", () => {
    const [got, expected] = [valueAndGradients(fused, inputs()), valueAndGradients(textbook, inputs())];
    for (const [i, tensor] of got.entries()) expect(difference(tensor, expected[i]!)).toBeLessThan(2e-5);
  });

  it("computes the same when compiled", () => {
    const step = jit((...xs: Tensor[]) => valueAndGradients(fused, xs));
    try {
      const [got, expected] = [step(...inputs()), valueAndGradients(textbook, inputs())];
      for (const [i, tensor] of got.entries()) expect(difference(tensor, expected[i]!)).toBeLessThan(2e-5);
    } finally {
      step.dispose();
    }
  });

  it("has the gradient that finite differences give", () => {
    expect(gradientError(fused, inputs())).toBeLessThan(1e-2);
  });
});

describe("on generated shapes", () => {
  const sizes = fc.integer({ min: 1, max: 7 });

  it("layerNorm equals its textbook form", () => {
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 3 }), fc.integer({ min: 2, max: 40 }), (lead, C) => {
        const xs = [noise([...lead, C], 1, 3), noise([C], 2), noise([C], 3)];
        const [got, expected] = [
          valueAndGradients(([x, g, b]) => layerNorm(x!, g!, b!), xs),
          valueAndGradients(([x, g, b]) => unfused.layerNorm(x!, g!, b!), xs),
        ];
        // Rows of two nearly equal numbers have gradients in the hundreds: hence relative to the largest.
        for (const [i, t] of got.entries()) {
          const size = Math.max(1, tf.max(tf.abs(expected[i]!)).dataSync()[0]!);
          expect(difference(t, expected[i]!) / size).toBeLessThan(1e-4);
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it("attention equals its textbook form, causal or not", () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, sizes, fc.boolean(), (B, T, hs, hv, causal) => {
        const xs = [noise([B, T, hs], 1), noise([B, T, hs], 2), noise([B, T, hv], 3)];
        const [got, expected] = [
          valueAndGradients(([q, k, v]) => scaledDotProductAttention(q!, k!, v!, { causal }), xs),
          valueAndGradients(([q, k, v]) => unfused.scaledDotProductAttention(q!, k!, v!, { causal }), xs),
        ];
        for (const [i, t] of got.entries()) expect(difference(t, expected[i]!)).toBeLessThan(2e-5);
      }),
      { numRuns: 30, seed: 2 },
    );
  });
});

describe("wrong shapes", () => {
  it("are named by layerNorm", () => {
    expect(() => layerNorm(tf.zeros([2, 3]), tf.ones([4]), tf.zeros([4]))).toThrow(
      /layerNorm: expected x \(\.\.\., C\)/,
    );
  });
  it("are named by groupNorm", () => {
    expect(() => groupNorm(tf.zeros([2, 3, 3, 6]), 4, tf.ones([6]), tf.zeros([6]))).toThrow(/multiple of 4 groups/);
  });
  it("are named by softmaxCrossEntropy", () => {
    expect(() => softmaxCrossEntropy(tf.zeros([2, 3]), tf.zeros([3], "int32"))).toThrow(
      /softmaxCrossEntropy: expected/,
    );
  });
  it("are named by scaledDotProductAttention", () => {
    expect(() => scaledDotProductAttention(tf.zeros([2, 3]), tf.zeros([2, 4]), tf.zeros([2, 4]))).toThrow(
      /scaledDotProductAttention: expected/,
    );
  });
});
