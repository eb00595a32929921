/** tfjs's JavaScript kernels where they need help to be right on this backend. */
import type { CastAttrs, CumsumAttrs, DataType, KernelConfig, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";
import { type DType, isTensorDType, toTypedArray } from "../dtypes";
import type { OrtBackend } from "./ort-backend";

/**
 * Cast. tfjs's own returns the input's record under another dtype when nothing is lost (int32 to float32), which saves a copy
 * and leaves a tensor whose buffer is not of its type. Here a tensor's buffer always is.
 */
function cast(backend: OrtBackend, parent: KernelConfig): KernelConfig["kernelFunc"] {
  return params => {
    const x = params.inputs.x as TensorInfo;
    const dtype = (params.attrs as unknown as CastAttrs).dtype as DataType;
    if (dtype === x.dtype || !isTensorDType(x.dtype) || !isTensorDType(dtype)) return parent.kernelFunc(params);
    const from = backend.typedValues(x) as Float32Array;
    const truth = dtype === "bool";
    // Int32Array truncates toward zero and turns NaN into 0, as tfjs does.
    const values = truth ? Uint8Array.from(from, v => (v !== 0 ? 1 : 0)) : toTypedArray(from, dtype as DType);
    return backend.adopt(values === from ? from.slice() : values, x.shape, dtype, false);
  };
}

/** Running sums and products count a negative axis from the end; tfjs's own give such a result the shape [undefined]. */
function positiveAxis(parent: KernelConfig): KernelConfig["kernelFunc"] {
  return params => {
    const { axis, ...rest } = params.attrs as unknown as CumsumAttrs;
    const rank = (params.inputs.x as TensorInfo).shape.length;
    const attrs = { ...rest, axis: axis < 0 ? axis + rank : axis };
    return parent.kernelFunc({ ...params, attrs: attrs as unknown as NamedAttrMap });
  };
}

/** The host kernel to register: tfjs's, or one of those above around it. */
export function corrected(backend: OrtBackend, config: KernelConfig): KernelConfig {
  switch (config.kernelName) {
    case "Cast":
      return { ...config, kernelFunc: cast(backend, config) };
    case "Cumsum":
    case "Cumprod":
      return { ...config, kernelFunc: positiveAxis(config) };
    default:
      return config;
  }
}
