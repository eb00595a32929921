/** Batch normalization with given statistics, and local response normalization. */
import type { FusedBatchNormAttrs, LRNAttrs } from "@tensorflow/tfjs-core";
import { add, binary, div, fill, mul, sub, unary } from "../graph/arithmetic";
import { materialize } from "../graph/arrange";
import { matmul } from "../graph/contract";
import type { Graph } from "../graph/graph";
import type { Lazy } from "../graph/value";
import { floats } from "./conv";
import { lower } from "./registry";

lower<{ x: Lazy; mean: Lazy; variance: Lazy; offset?: Lazy; scale?: Lazy }, FusedBatchNormAttrs>(
  "FusedBatchNorm",
  ({ x, mean, variance, offset, scale }, { varianceEpsilon }, { graph: g }) => {
    const deviation = unary(g, "Sqrt", add(g, variance, fill(g, varianceEpsilon)));
    const factor = scale ? div(g, scale, deviation) : unary(g, "Reciprocal", deviation);
    const y = mul(g, sub(g, x, mean), factor);
    return offset ? add(g, y, offset) : y;
  },
);

/** Sums over each channel's neighbours, as a product with a band of ones: [..., C] @ [C, C]. */
function neighbourSums(g: Graph, x: Lazy, radius: number): Lazy {
  const C = x.shape[x.shape.length - 1]!;
  const band = Float32Array.from({ length: C * C }, (_, i) =>
    Math.abs(Math.floor(i / C) - (i % C)) <= radius ? 1 : 0,
  );
  return g.lazy(matmul(g, materialize(g, x), g.constant(band, [C, C], "float32"), false, false, true));
}

lower<{ x: Lazy }, LRNAttrs>("LRN", ({ x }, { depthRadius, bias, alpha, beta }, { graph: g }) => {
  const value = g.lazy(floats(g, x));
  return mul(g, value, binary(g, "Pow", norm(g, value, depthRadius, bias, alpha), fill(g, -beta)));
});

function norm(g: Graph, x: Lazy, radius: number, bias: number, alpha: number): Lazy {
  return add(g, mul(g, neighbourSums(g, mul(g, x, x), radius), fill(g, alpha)), fill(g, bias));
}

lower<{ x: Lazy; y: Lazy; dy: Lazy }, LRNAttrs>(
  "LRNGrad",
  ({ x, y, dy }, { depthRadius, bias, alpha, beta }, { graph: g }) => {
    const n = norm(g, x, depthRadius, bias, alpha);
    const direct = mul(g, dy, binary(g, "Pow", n, fill(g, -beta)));
    const shared = neighbourSums(g, div(g, mul(g, dy, y), n), depthRadius);
    return sub(g, direct, mul(g, mul(g, x, shared), fill(g, 2 * alpha * beta)));
  },
);
