/**
 * Gradients that tfjs does not have, so that it throws `gradient function not found`:
 *
 * - of comparisons and logic, which are flat: with them `tf.where(x.greater(0), a, b)` has a derivative, and the gradients of relu,
 *   max, clip and others, which compare, have one of their own;
 * - of the kernels that compute gradients of convolutions, pools and resizing: all are linear in the gradient that they pass on;
 * - of depthToSpace.
 */
import type { GradConfig, NamedAttrMap, Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { core } from "../tfjs";

type Padding = Parameters<typeof core.avgPool>[3];
type Format = "NHWC" | "NCHW";
interface WindowAttributes {
  filterSize: [number, number];
  strides: [number, number];
  pad: Padding;
  dimRoundingMode?: "floor" | "round" | "ceil";
  dataFormat: Format;
  dilations: [number, number];
}

const run = (kernel: string, inputs: Record<string, Tensor>, attributes: object): Tensor =>
  core.engine().runKernel(kernel, inputs, attributes as NamedAttrMap);
const zerosLike = (x: Tensor): Tensor => core.zeros(x.shape);

function flat(kernelName: string, ...names: string[]): GradConfig {
  return {
    kernelName,
    inputsToSave: names,
    gradFunc: (_, saved) => Object.fromEntries(names.map((name, i) => [name, () => zerosLike(saved[i]!)])),
  };
}

const comparisons = ["Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd", "LogicalOr"];

/** Of a convolution's filter gradient, which is linear in the picture `x` and in `dy`. */
const conv2dBackpropFilter: GradConfig = {
  kernelName: "Conv2DBackpropFilter",
  inputsToSave: ["x", "dy"],
  gradFunc: (ddFilter, [x, dy], attributes) => {
    const { strides, pad, dataFormat, dimRoundingMode } = attributes as unknown as WindowAttributes;
    const filter = ddFilter as Tensor4D;
    const common = { strides, pad, dataFormat, dimRoundingMode };
    return {
      x: () => run("Conv2DBackpropInput", { dy: dy!, filter }, { ...common, inputShape: x!.shape }),
      dy: () => core.conv2d(x as Tensor4D, filter, strides, pad, dataFormat, 1, dimRoundingMode),
    };
  },
};

const depthwiseBackpropFilter: GradConfig = {
  kernelName: "DepthwiseConv2dNativeBackpropFilter",
  inputsToSave: ["x", "dy"],
  gradFunc: (ddFilter, [x, dy], attributes) => {
    const { strides, pad, dilations, dimRoundingMode } = attributes as unknown as WindowAttributes;
    const filter = ddFilter as Tensor4D;
    const common = { strides, pad, dilations, dimRoundingMode };
    return {
      x: () =>
        run("DepthwiseConv2dNativeBackpropInput", { dy: dy!, filter }, { ...common, inputShape: x!.shape as number[] }),
      dy: () => core.depthwiseConv2d(x as Tensor4D, filter, strides, pad, "NHWC", dilations, dimRoundingMode),
    };
  },
};

const depthwiseBackpropInput: GradConfig = {
  kernelName: "DepthwiseConv2dNativeBackpropInput",
  inputsToSave: ["dy", "filter"],
  gradFunc: (ddx, [dy, filter], attributes) => {
    const { strides, pad, dilations, dimRoundingMode } = attributes as unknown as WindowAttributes;
    const x = ddx as Tensor4D;
    const common = { strides, pad, dilations, dimRoundingMode, filterShape: filter!.shape };
    return {
      dy: () => core.depthwiseConv2d(x, filter as Tensor4D, strides, pad, "NHWC", dilations, dimRoundingMode),
      filter: () => run("DepthwiseConv2dNativeBackpropFilter", { x, dy: dy! }, common),
    };
  },
};

const avgPoolGrad: GradConfig = {
  kernelName: "AvgPoolGrad",
  inputsToSave: ["input"],
  gradFunc: (ddx, [input], attributes) => {
    const { filterSize, strides, pad } = attributes as unknown as WindowAttributes;
    return {
      dy: () => core.avgPool(ddx as Tensor4D, filterSize, strides, pad),
      input: () => zerosLike(input!),
    };
  },
};

/** What is passed on goes where the maximum was: back, that is a choice of those places. */
const maxPoolGrad: GradConfig = {
  kernelName: "MaxPoolGrad",
  inputsToSave: ["input", "output"],
  gradFunc: (ddx, [input, output], attributes) => {
    const { filterSize, strides, pad } = attributes as unknown as WindowAttributes;
    const chosen = () => {
      const { indexes } = core.maxPoolWithArgmax(input as Tensor4D, filterSize, strides, pad as "same" | "valid", true);
      return core.gather(core.reshape(ddx as Tensor, [-1]), core.cast(indexes!, "int32"));
    };
    return { dy: chosen, input: () => zerosLike(input!), output: () => zerosLike(output!) };
  },
};

/** elu's slope is 1 above zero and y + 1 below. */
const eluGrad: GradConfig = {
  kernelName: "EluGrad",
  inputsToSave: ["dy", "y"],
  gradFunc: (ddx, [dy, y]) => ({
    dy: () => run("EluGrad", { dy: ddx as Tensor, y: y! }, {}),
    y: () => core.mul(core.mul(ddx as Tensor, dy!), core.cast(core.less(y!, 0), "float32")),
  }),
};

function resizeGrad(kernelName: string, resize: typeof core.image.resizeBilinear): GradConfig {
  return {
    kernelName,
    inputsToSave: ["dy", "images"],
    gradFunc: (ddx, [dy, images], attributes) => {
      const { alignCorners, halfPixelCenters } = attributes as unknown as Record<string, boolean>;
      const size = dy!.shape.slice(1, 3) as [number, number];
      return {
        dy: () => resize(ddx as Tensor4D, size, alignCorners, halfPixelCenters),
        images: () => zerosLike(images!),
      };
    },
  };
}

const depthToSpace: GradConfig = {
  kernelName: "DepthToSpace",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attributes) => {
    const { blockSize: b, dataFormat } = attributes as unknown as { blockSize: number; dataFormat: Format };
    const y = dy as Tensor4D;
    const apart = () => {
      if (dataFormat === "NHWC") {
        const [n, h, w] = x!.shape as [number, number, number];
        return core.transpose(core.reshape(y, [n, h, b, w, b, -1]), [0, 1, 3, 2, 4, 5]);
      }
      const [n, , h, w] = x!.shape as [number, number, number, number];
      return core.transpose(core.reshape(y, [n, -1, h, b, w, b]), [0, 3, 5, 1, 2, 4]);
    };
    return { x: () => core.reshape(apart(), x!.shape) };
  },
};

export function addGradients(): void {
  for (const name of comparisons) core.registerGradient(flat(name, "a", "b"));
  const others = [conv2dBackpropFilter, depthwiseBackpropFilter, depthwiseBackpropInput, avgPoolGrad, maxPoolGrad];
  for (const config of [flat("LogicalNot", "x"), ...others, eluGrad, depthToSpace]) core.registerGradient(config);
  core.registerGradient(resizeGrad("ResizeBilinearGrad", core.image.resizeBilinear));
  core.registerGradient(resizeGrad("ResizeNearestNeighborGrad", core.image.resizeNearestNeighbor));
}
