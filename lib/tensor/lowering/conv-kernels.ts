/** tfjs's convolution kernels, each a window and a call into `conv.ts`. */
import type {
  Conv2DAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  Conv3DAttrs,
  Conv3DBackpropFilterV2Attrs,
  Conv3DBackpropInputV2Attrs,
  FusedConv2DAttrs,
} from "@tensorflow/tfjs-core";
import { add } from "../graph/arithmetic";
import { materialize, reshape } from "../graph/arrange";
import type { Lazy, Value } from "../graph/value";
import { core } from "../tfjs";
import { convolve, filterGradient, floats, inputGradient, lastFrom, lastTo } from "./conv";
import { activate } from "./elementwise";
import { type LoweringContext, lower } from "./registry";
import { type Window, windowOf2D, windowOf3D } from "./window";

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

type Conv2DOptions = Pick<Conv2DAttrs, "strides" | "pad" | "dimRoundingMode"> & Partial<Conv2DAttrs>;

export function conv2DWindow(
  x: readonly number[],
  filter: readonly number[],
  a: Conv2DOptions,
  depthwise = false,
): Window {
  const format = core.backend_util.convertConv2DDataFormat(a.dataFormat ?? "NHWC");
  const { computeConv2DInfo } = core.backend_util;
  return windowOf2D(
    computeConv2DInfo(
      x as Shape4,
      filter as Shape4,
      a.strides,
      a.dilations ?? 1,
      a.pad,
      a.dimRoundingMode,
      depthwise,
      format,
    ),
  );
}

type Conv3DOptions = Pick<Conv3DAttrs, "strides" | "pad"> & Partial<Conv3DAttrs>;

function conv3DWindow(x: readonly number[], filter: readonly number[], a: Conv3DOptions): Window {
  return windowOf3D(
    core.backend_util.computeConv3DInfo(x as Shape5, filter as Shape5, a.strides, a.dilations ?? 1, a.pad),
  );
}

function forward2D(context: LoweringContext, x: Lazy, filter: Lazy, attributes: Conv2DAttrs): Value {
  const { graph: g } = context;
  const window = conv2DWindow(x.shape, filter.shape, attributes);
  const image = lastFrom(g, floats(g, x), attributes.dataFormat);
  const groups = window.inChannels / filter.shape[2]!;
  return lastTo(g, convolve(context, image, floats(g, filter), window, groups), attributes.dataFormat);
}

lower<{ x: Lazy; filter: Lazy }, Conv2DAttrs>("Conv2D", ({ x, filter }, attributes, context) =>
  context.graph.lazy(forward2D(context, x, filter, attributes)),
);

lower<{ x: Lazy; filter: Lazy; bias?: Lazy; preluActivationWeights?: Lazy }, FusedConv2DAttrs>(
  "FusedConv2D",
  ({ x, filter, bias, preluActivationWeights }, attributes, context) => {
    const { graph: g } = context;
    const y = g.lazy(forward2D(context, x, filter, attributes));
    // A vector of channels lines up by itself only with channels last.
    const perChannel = (v: Lazy): Lazy =>
      attributes.dataFormat === "NCHW" && v.shape.length === 1
        ? g.lazy(reshape(g, materialize(g, v), [v.shape[0]!, 1, 1]))
        : v;
    return activate(context, bias ? add(g, y, perChannel(bias)) : y, attributes.activation, {
      leakyreluAlpha: attributes.leakyreluAlpha,
      prelu: preluActivationWeights && perChannel(preluActivationWeights),
    });
  },
);

lower<{ dy: Lazy; filter: Lazy }, Conv2DBackpropInputAttrs>(
  "Conv2DBackpropInput",
  ({ dy, filter }, attributes, context) => {
    const { graph: g } = context;
    const window = conv2DWindow(attributes.inputShape, filter.shape, attributes);
    const gradient = lastFrom(g, floats(g, dy), attributes.dataFormat);
    const dx = inputGradient(context, gradient, floats(g, filter), window);
    return g.lazy(lastTo(g, dx, attributes.dataFormat));
  },
);

lower<{ x: Lazy; dy: Lazy }, Conv2DBackpropFilterAttrs>("Conv2DBackpropFilter", ({ x, dy }, attributes, context) => {
  const { graph: g } = context;
  const window = conv2DWindow(x.shape, attributes.filterShape, attributes);
  const image = lastFrom(g, floats(g, x), attributes.dataFormat);
  return g.lazy(filterGradient(context, image, lastFrom(g, floats(g, dy), attributes.dataFormat), window));
});

lower<{ x: Lazy; filter: Lazy }, Conv3DAttrs>("Conv3D", ({ x, filter }, attributes, context) => {
  const window = conv3DWindow(x.shape, filter.shape, attributes);
  return context.graph.lazy(convolve(context, floats(context.graph, x), floats(context.graph, filter), window));
});

lower<{ dy: Lazy; filter: Lazy }, Conv3DBackpropInputV2Attrs>(
  "Conv3DBackpropInputV2",
  ({ dy, filter }, attributes, context) => {
    const { graph: g } = context;
    const window = conv3DWindow(attributes.inputShape, filter.shape, attributes);
    return g.lazy(inputGradient(context, floats(g, dy), floats(g, filter), window));
  },
);

lower<{ x: Lazy; dy: Lazy }, Conv3DBackpropFilterV2Attrs>(
  "Conv3DBackpropFilterV2",
  ({ x, dy }, attributes, context) => {
    const { graph: g } = context;
    const window = conv3DWindow(x.shape, attributes.filterShape, attributes);
    return g.lazy(filterGradient(context, floats(g, x), floats(g, dy), window));
  },
);
