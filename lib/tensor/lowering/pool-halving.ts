/** Max pooling by 2x2 with stride 2, as two rounds of pairwise maxima: half the memory traffic of a general pool. */
import { binary, cast, mul, sub } from "../graph/arithmetic";
import { concat, materialize, reshape, split } from "../graph/arrange";
import type { Graph } from "../graph/graph";
import type { Value } from "../graph/value";
import { inShape, isUnpadded, outShape, type Window } from "./window";

/** 2x2 windows side by side that cover the image exactly. */
export function isHalving(w: Window): boolean {
  return (
    w.kernel.length === 2 &&
    w.kernel.every(k => k === 2) &&
    w.strides.every(s => s === 2) &&
    w.dilations.every(d => d === 1) &&
    w.inSize.every(d => d % 2 === 0) &&
    isUnpadded(w)
  );
}

interface Halves {
  readonly left: Value;
  readonly right: Value;
  readonly top: Value;
  readonly bottom: Value;
  readonly y: Value;
}

/** Maxima of neighbours in x [N,H,W,C], first along W, then along H. */
export function halve(g: Graph, x: Value, w: Window): Halves {
  const [H] = w.inSize as [number, number];
  const [Ho, Wo] = w.outSize as [number, number];
  const [left, right] = pairs(g, reshape(g, x, [w.batch * H * Wo, 2, w.inChannels]));
  const wide = g.op("Max", [left, right], {}, left.shape, "float32");
  const [top, bottom] = pairs(g, reshape(g, wide, [w.batch * Ho, 2, Wo * w.inChannels]));
  const y = reshape(g, g.op("Max", [top, bottom], {}, top.shape, "float32"), outShape(w));
  return { left, right, top, bottom, y };
}

function pairs(g: Graph, v: Value): [Value, Value] {
  const [A, , B] = v.shape as [number, number, number];
  const [first, second] = split(g, v, [1, 1], 1);
  return [reshape(g, first!, [A, B]), reshape(g, second!, [A, B])];
}

/** What a halving gradient was made of, by its result: see graph/passes/pooled-mask.ts. */
export interface HalvingGradient {
  readonly x: Value;
  readonly dy: Value;
  /** Maxima of x, in dy's shape. */
  readonly y: Value;
  /** The gradient for another dy. */
  readonly of: (dy: Value) => Value;
}

const halvingGradients = new WeakMap<Value, HalvingGradient>();

export function halvingGradientOf(dx: Value): HalvingGradient | undefined {
  return halvingGradients.get(dx);
}

export function halvingGradient(g: Graph, x: Value, dy: Value, w: Window): Value {
  const { left, right, top, bottom, y } = halve(g, x, w);
  const of = (gradient: Value): Value => {
    const rows = route(g, reshape(g, gradient, top.shape), top, bottom);
    return reshape(g, route(g, reshape(g, rows, left.shape), left, right), inShape(w));
  };
  const dx = of(dy);
  halvingGradients.set(dx, { x, dy, y, of });
  return dx;
}

/** Sends each gradient to the greater of two, to the first on a tie: [A,B] -> [A,2,B]. */
function route(g: Graph, dy: Value, first: Value, second: Value): Value {
  const [A, B] = dy.shape as [number, number];
  const wins = cast(g, binary(g, "Greater", g.lazy(second), g.lazy(first), "bool"), "float32");
  const toSecond = materialize(g, mul(g, g.lazy(dy), wins));
  const toFirst = materialize(g, sub(g, g.lazy(dy), g.lazy(toSecond)));
  return concat(g, [reshape(g, toFirst, [A, 1, B]), reshape(g, toSecond, [A, 1, B])], 1);
}
