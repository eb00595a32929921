/** An ONNX file as a function of tensors: what `exportOnnx` wrote, or any model whose operators ONNX Runtime has. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { backend } from "../backend/install";
import { isTensorDType, type TensorDType, toTypedArray } from "../dtypes";
import { TensorError } from "../errors";
import { device, threads } from "../runtime/device";
import { nativeTensor, Session } from "../runtime/session";
import { core } from "../tfjs";

export interface OnnxModel {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the model. Results are tensors by output name; int64 results come as int32. */
  run(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
  dispose(): void;
}

/**
 * Loads a model; external data is found beside it.
 *
 * @example
 * const digits = loadOnnx("digits.onnx");
 * const { output } = digits.run({ input: image });
 */
export function loadOnnx(path: string): OnnxModel {
  const session = new Session(path, { device: device(), threads: threads(), spin: false });
  const { inputNames, outputNames } = session;
  return {
    inputNames,
    outputNames,
    run(inputs) {
      const feeds = Object.fromEntries(
        inputNames.map(name => {
          const tensor = inputs[name];
          if (!tensor) {
            throw new TensorError(
              "FTT_ARGUMENT",
              `loadOnnx: expected inputs ${inputNames.join(", ")}, got ${Object.keys(inputs).join(", ") || "none"}; pass a tensor for "${name}"`,
            );
          }
          return [name, nativeTensor(backend.typedValues(tensor), tensor.shape, tensor.dtype as TensorDType)];
        }),
      );
      const results = session.run(feeds, Object.fromEntries(outputNames.map(name => [name, null])));
      return Object.fromEntries(
        outputNames.map(name => {
          const { data, dims, type } = results[name]!;
          const dtype = isTensorDType(type) ? type : type === "int64" ? "int32" : undefined;
          if (!dtype)
            throw new TensorError("FTT_ARGUMENT", `loadOnnx: output "${name}" has type ${type}, which tfjs lacks`);
          const info = backend.adopt(toTypedArray(data as Float32Array, dtype), [...dims], dtype, false);
          return [name, core.engine().makeTensorFromTensorInfo(info, backend)];
        }),
      );
    },
    dispose: () => session.dispose(),
  };
}
