/**
 * Cast on the host. tfjs's own returns the input's record under another dtype when nothing is lost (int32 to float32), which
 * saves a copy and leaves a tensor whose buffer is not of its type. Here a tensor's buffer always is.
 */
import type { CastAttrs, DataType, KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { type DType, isTensorDType, toTypedArray } from "../dtypes";
import type { OrtBackend } from "./ort-backend";

export function hostCast(backend: OrtBackend, parent: KernelConfig): KernelConfig["kernelFunc"] {
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
