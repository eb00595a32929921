/** Morphological dilation: the greatest sum of image and filter in each window, and its two gradients. */
import type { Dilation2DAttrs } from "@tensorflow/tfjs-core";
import { add, binary, cast, fill, mul, sub } from "../graph/arithmetic";
import { concat, materialize, reshape, slice } from "../graph/arrange";
import { reduce } from "../graph/contract";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { core } from "../tfjs";
import { floats } from "./conv";
import { lower } from "./registry";
import { outShape, taps, untap, type Window, windowOf2D } from "./window";

/** What lies outside the image never wins. */
const OUTSIDE = -3.4e38;

function windowOf(x: Lazy, filter: Lazy, { strides, pad, dilations }: Dilation2DAttrs): Window {
  const shape = x.shape as [number, number, number, number];
  return windowOf2D(
    core.backend_util.computeDilation2DInfo(
      shape,
      filter.shape as [number, number, number],
      strides,
      pad,
      "NHWC",
      dilations,
    ),
  );
}

/** One candidate per window element: image + filter weight. */
function candidates(g: Graph, x: Lazy, filter: Lazy, w: Window): Lazy[] {
  const weights = floats(g, filter); // [kh,kw,C]
  const [kh, kw, C] = filter.shape as [number, number, number];
  const flat = reshape(g, weights, [kh * kw, C]);
  return taps(g, floats(g, x), w, OUTSIDE).map((tap, k) => add(g, g.lazy(tap), g.lazy(slice(g, flat, [k, 0], [1, C]))));
}

function greatest(g: Graph, values: readonly Lazy[]): Lazy {
  return values.reduce((best, v) => binary(g, "Max", best, v));
}

lower<{ x: Lazy; filter: Lazy }, Dilation2DAttrs>("Dilation2D", ({ x, filter }, attributes, { graph: g }) =>
  greatest(g, candidates(g, x, filter, windowOf(x, filter, attributes))),
);

/** dy where an element is the first to reach the maximum, zero elsewhere; one [N,Ho,Wo,C] per window element. */
function winners(g: Graph, x: Lazy, filter: Lazy, dy: Lazy, w: Window): Value[] {
  const all = candidates(g, x, filter, w);
  const best = greatest(g, all);
  let open = fill(g, 1, "float32", outShape(w));
  return all.map(candidate => {
    const hit = mul(g, cast(g, binary(g, "Equal", candidate, best, "bool"), "float32"), open);
    open = sub(g, open, hit);
    return materialize(g, mul(g, dy, hit));
  });
}

lower<{ x: Lazy; filter: Lazy; dy: Lazy }, Dilation2DAttrs>(
  "Dilation2DBackpropInput",
  ({ x, filter, dy }, attributes, { graph: g }) => {
    const w = windowOf(x, filter, attributes);
    return g.lazy(untap(g, winners(g, x, filter, dy, w), w));
  },
);

lower<{ x: Lazy; filter: Lazy; dy: Lazy }, Dilation2DAttrs>(
  "Dilation2DBackpropFilter",
  ({ x, filter, dy }, attributes, { graph: g }) => {
    const w = windowOf(x, filter, attributes);
    const [kh, kw, C] = filter.shape as [number, number, number];
    const sums = winners(g, x, filter, dy, w).map(v => reshape(g, reduce(g, "ReduceSum", v, [0, 1, 2], false), [1, C]));
    return g.lazy(reshape(g, concat(g, sums, 0), [kh, kw, C]));
  },
);
