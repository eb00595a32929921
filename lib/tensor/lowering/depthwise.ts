/**
 * Depthwise convolution: each channel has filters of its own, f[kh,kw,C,M]. ONNX says it as a convolution in C groups.
 * Its filter gradient is a sum over pixels per channel, one window element at a time.
 */
import type {
  DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  FusedDepthwiseConv2DAttrs,
} from "@tensorflow/tfjs-core";
import { add, mul } from "../graph/arithmetic";
import { concat, materialize, reshape, transpose } from "../graph/arrange";
import { reduce } from "../graph/contract";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { floats, lastFrom, lastTo, transposedConv } from "./conv";
import { conv2DWindow } from "./conv-kernels";
import { activate } from "./elementwise";
import { lower } from "./registry";
import { outPixels, taps, toChannelsFirst, toChannelsLast, windowAttributes } from "./window";

type Format = { dataFormat?: "NHWC" | "NCHW" };

/** [kh,kw,C,M] -> ONNX's [C*M, 1, kh, kw]. */
function grouped(g: Graph, f: Value): Value {
  const [kh, kw, C, M] = f.shape as [number, number, number, number];
  return reshape(g, transpose(g, f, [2, 3, 0, 1]), [C * M, 1, kh, kw]);
}

function forward(g: Graph, x: Lazy, filter: Lazy, attributes: DepthwiseConv2dNativeAttrs): Lazy {
  const w = conv2DWindow(x.shape, filter.shape, attributes, true);
  const image = toChannelsFirst(g, lastFrom(g, floats(g, x), attributes.dataFormat));
  const shape = [w.batch, w.outChannels, ...w.outSize];
  const options = { ...windowAttributes(w), group: w.inChannels };
  const y = g.op("Conv", [image, grouped(g, floats(g, filter))], options, shape, "float32");
  return g.lazy(lastTo(g, toChannelsLast(g, y), attributes.dataFormat));
}

lower<{ x: Lazy; filter: Lazy }, DepthwiseConv2dNativeAttrs>(
  "DepthwiseConv2dNative",
  ({ x, filter }, attributes, { graph: g }) => forward(g, x, filter, attributes),
);

lower<{ x: Lazy; filter: Lazy; bias?: Lazy; preluActivationWeights?: Lazy }, FusedDepthwiseConv2DAttrs>(
  "FusedDepthwiseConv2D",
  ({ x, filter, bias, preluActivationWeights }, attributes, context) => {
    const { graph: g } = context;
    const y = forward(g, x, filter, attributes);
    return activate(context, bias ? add(g, y, bias) : y, attributes.activation, {
      leakyreluAlpha: attributes.leakyreluAlpha,
      prelu: preluActivationWeights,
    });
  },
);

lower<{ dy: Lazy; filter: Lazy }, DepthwiseConv2dNativeBackpropInputAttrs & Format>(
  "DepthwiseConv2dNativeBackpropInput",
  ({ dy, filter }, attributes, { graph: g }) => {
    const w = conv2DWindow(attributes.inputShape, filter.shape, attributes, true);
    const gradient = lastFrom(g, floats(g, dy), attributes.dataFormat);
    const dx = transposedConv(g, gradient, grouped(g, floats(g, filter)), w, w.inChannels);
    return g.lazy(lastTo(g, dx, attributes.dataFormat));
  },
);

/** df[kh,kw,C,M] = the sum over pixels of x[N,y+i,x+j,C,1] * dy[N,y,x,C,M]. */
lower<{ x: Lazy; dy: Lazy }, DepthwiseConv2dNativeBackpropFilterAttrs & Format>(
  "DepthwiseConv2dNativeBackpropFilter",
  ({ x, dy }, attributes, { graph: g }) => {
    const w = conv2DWindow(x.shape, attributes.filterShape, attributes, true);
    const image = lastFrom(g, floats(g, x), attributes.dataFormat);
    const gradient = lastFrom(g, floats(g, dy), attributes.dataFormat);
    const C = w.inChannels;
    const M = w.outChannels / C;
    const split = g.lazy(reshape(g, gradient, [outPixels(w), C, M]));
    const sums = taps(g, image, w).map(tap => {
      const products = mul(g, g.lazy(reshape(g, tap, [outPixels(w), C, 1])), split);
      return reduce(g, "ReduceSum", materialize(g, products), [0], true); // [1,C,M]
    });
    return g.lazy(reshape(g, concat(g, sums, 0), [...w.kernel, C, M]));
  },
);
