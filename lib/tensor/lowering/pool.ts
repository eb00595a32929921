/**
 * Pooling in two and three dimensions, forward and backward.
 *
 * The common pool, 2x2 with stride 2, is written as two rounds of pairwise maxima. Its gradient then needs no search for the
 * winner: each pair's comparison routes the gradient, with ties to the first element as in tfjs and PyTorch. Other pools
 * take ONNX's MaxPool, whose indices a scatter follows back.
 */
import type { AvgPool3DAttrs, MaxPoolAttrs, MaxPoolWithArgmaxAttrs } from "@tensorflow/tfjs-core";
import { binary, cast, fill, mul } from "../graph/arithmetic";
import { materialize, reshape } from "../graph/arrange";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { sizeOf } from "../shapes";
import { core } from "../tfjs";
import { floats, lastFrom, lastTo } from "./conv";
import { halve, halvingGradient, isHalving } from "./pool-halving";
import { lower } from "./registry";
import {
  inShape,
  toChannelsFirst,
  toChannelsLast,
  untap,
  type Window,
  windowAttributes,
  windowOf2D,
  windowOf3D,
} from "./window";

type Pool2DOptions = Pick<MaxPoolAttrs, "filterSize" | "strides" | "pad" | "dimRoundingMode"> & {
  dataFormat?: "NHWC" | "NCHW";
  dilations?: [number, number] | number;
};
type Pool3DOptions = Omit<AvgPool3DAttrs, "dataFormat"> & { dataFormat?: "NDHWC" | "NCDHW" };
type PoolOptions = Pool2DOptions | Pool3DOptions;

function poolWindow(shape: readonly number[], a: PoolOptions): Window {
  if (shape.length === 5) {
    const o = a as Pool3DOptions;
    const { computePool3DInfo } = core.backend_util;
    const shape5 = shape as [number, number, number, number, number];
    return windowOf3D(computePool3DInfo(shape5, o.filterSize, o.strides, 1, o.pad, o.dimRoundingMode, o.dataFormat));
  }
  const o = a as Pool2DOptions;
  const { computePool2DInfo } = core.backend_util;
  const format = o.dataFormat === "NCHW" ? "channelsFirst" : "channelsLast";
  const shape4 = shape as [number, number, number, number];
  return windowOf2D(
    computePool2DInfo(shape4, o.filterSize, o.strides, o.dilations ?? 1, o.pad, o.dimRoundingMode, format),
  );
}

const firstShape = (w: Window) => [w.batch, w.outChannels, ...w.outSize];

function maxPool(g: Graph, image: Value, w: Window): Value {
  if (isHalving(w)) return halve(g, image, w).y;
  return toChannelsLast(g, g.op("MaxPool", [toChannelsFirst(g, image)], windowAttributes(w), firstShape(w), "float32"));
}

/** Maxima and their places; ONNX numbers the places through the whole tensor, channels first. */
function maxWithPlaces(g: Graph, image: Value, w: Window): [Value, Value] {
  const shape = firstShape(w);
  const outputs = [
    { shape, dtype: "float32" as const },
    { shape, dtype: "int64" as const },
  ];
  return g.multi("MaxPool", [toChannelsFirst(g, image)], windowAttributes(w), outputs) as [Value, Value];
}

function maxPoolGradient(g: Graph, image: Value, dy: Value, w: Window): Value {
  if (isHalving(w)) return halvingGradient(g, image, dy, w);
  const places = maxWithPlaces(g, image, w)[1];
  const count = sizeOf(firstShape(w));
  const size = sizeOf(inShape(w));
  const zeros = materialize(g, fill(g, 0, "float32", [size]));
  const inputs = [zeros, reshape(g, places, [count]), reshape(g, toChannelsFirst(g, dy), [count])];
  const sums = g.op("ScatterElements", inputs, { axis: 0, reduction: "add" }, [size], "float32");
  return toChannelsLast(g, reshape(g, sums, [w.batch, w.inChannels, ...w.inSize]));
}

function averagePool(g: Graph, image: Value, w: Window): Value {
  const attributes = { ...windowAttributes(w), count_include_pad: 0 };
  return toChannelsLast(g, g.op("AveragePool", [toChannelsFirst(g, image)], attributes, firstShape(w), "float32"));
}

/** Each pixel receives its share of every window that covered it; a window over the border has fewer pixels to share. */
function averagePoolGradient(g: Graph, dy: Value, w: Window): Value {
  const shares = Float32Array.from(insideCounts(w), count => 1 / count);
  const share = g.lazy(g.constant(shares, [...w.outSize, 1], "float32"));
  const uniform = shares.every(s => s === shares[0]);
  const scaled = materialize(g, mul(g, g.lazy(dy), uniform ? fill(g, shares[0]!) : share));
  return untap(g, [scaled], w);
}

/** How many pixels of the image lie in each window, in the order of the output. */
function insideCounts(w: Window): number[] {
  const perAxis = w.outSize.map((size, axis) =>
    Array.from({ length: size }, (_, o) => {
      const start = o * w.strides[axis]! - w.before[axis]!;
      const places = Array.from({ length: w.kernel[axis]! }, (_, k) => start + k * w.dilations[axis]!);
      return places.filter(p => p >= 0 && p < w.inSize[axis]!).length;
    }),
  );
  return perAxis.reduce((list, counts) => list.flatMap(n => counts.map(c => n * c)), [1]);
}

for (const suffix of ["", "3D"]) {
  lower<{ x: Lazy }, PoolOptions>(`MaxPool${suffix}`, ({ x }, attributes, { graph: g }) => {
    const image = lastFrom(g, floats(g, x), attributes.dataFormat);
    return g.lazy(lastTo(g, maxPool(g, image, poolWindow(x.shape, attributes)), attributes.dataFormat));
  });
  lower<{ x: Lazy }, PoolOptions>(`AvgPool${suffix}`, ({ x }, attributes, { graph: g }) => {
    const image = lastFrom(g, floats(g, x), attributes.dataFormat);
    return g.lazy(lastTo(g, averagePool(g, image, poolWindow(x.shape, attributes)), attributes.dataFormat));
  });
  lower<{ dy: Lazy; input: Lazy }, PoolOptions>(`MaxPool${suffix}Grad`, ({ dy, input }, attributes, { graph: g }) => {
    const image = lastFrom(g, floats(g, input), attributes.dataFormat);
    const gradient = lastFrom(g, floats(g, dy), attributes.dataFormat);
    const dx = maxPoolGradient(g, image, gradient, poolWindow(input.shape, attributes));
    return g.lazy(lastTo(g, dx, attributes.dataFormat));
  });
  lower<{ dy: Lazy; input: Lazy }, PoolOptions>(`AvgPool${suffix}Grad`, ({ dy, input }, attributes, { graph: g }) => {
    const gradient = lastFrom(g, floats(g, dy), attributes.dataFormat);
    const dx = averagePoolGradient(g, gradient, poolWindow(input.shape, attributes));
    return g.lazy(lastTo(g, dx, attributes.dataFormat));
  });
}

lower<{ x: Lazy }, MaxPoolWithArgmaxAttrs>("MaxPoolWithArgmax", ({ x }, attributes, { graph: g }) => {
  const w = poolWindow(x.shape, attributes);
  const [y, places] = maxWithPlaces(g, floats(g, x), w);
  // From ONNX's number through [N,C,H,W] to tfjs's through [H,W,C], counted within each image unless asked otherwise.
  const plane = sizeOf(w.inSize);
  const flat = cast(g, g.lazy(places), "int32");
  const int = (n: number) => fill(g, n, "int32");
  const modulo = (a: Lazy, n: number) =>
    g.lazy(g.op("Mod", [a.value, g.scalar(n, "int32")], { fmod: 0 }, a.value.shape, "int32"));
  const channel = modulo(binary(g, "Div", flat, int(plane)), w.inChannels);
  let index = binary(g, "Add", binary(g, "Mul", modulo(flat, plane), int(w.inChannels)), channel);
  if (attributes.includeBatchInIndex) {
    const images = Int32Array.from({ length: w.batch }, (_, n) => n * plane * w.inChannels);
    index = binary(g, "Add", index, g.lazy(g.constant(images, [w.batch, 1, 1, 1], "int32")));
  }
  return [g.lazy(toChannelsLast(g, y)), g.lazy(toChannelsLast(g, materialize(g, index)))];
});
