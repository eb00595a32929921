/**
 * Registers every kernel of tfjs on the `ort` backend and decides, call by call, who computes it:
 * a running trace records it, ONNX Runtime runs it when it is large, and tfjs's own JavaScript does the rest.
 */
import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { customKernels } from "../lowering/custom";
import { type LazyInputs, loweredKernels, loweringOf } from "../lowering/registry";
import { core } from "../tfjs";
import { isWorthASession, runOneOp } from "./eager";
import { corrected } from "./host-corrections";
import type { OrtBackend, TensorRecord } from "./ort-backend";
import { currentTrace, type Trace } from "./trace-state";

export const BACKEND_NAME = "ort";

type Inputs = NamedTensorInfoMap;

export function registerKernels(backend: OrtBackend): void {
  const host = new Map(core.getKernelsForBackend("cpu").map(config => [config.kernelName, config]));
  for (const kernelName of new Set([...host.keys(), ...loweredKernels()])) {
    const config = host.get(kernelName);
    registerOn(backend, kernelName, config && corrected(backend, config));
  }
  customKernels.onAdd(kernel => registerOn(backend, kernel.name, kernel.host && hostConfig(kernel.name, kernel.host)));
}

function hostConfig(kernelName: string, kernelFunc: KernelConfig["kernelFunc"]): KernelConfig {
  return { kernelName, backendName: "cpu", kernelFunc };
}

function registerOn(backend: OrtBackend, kernelName: string, host: KernelConfig | undefined): void {
  core.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: params => {
      const inputs = params.inputs as Inputs;
      const attributes = (params.attrs ?? {}) as NamedAttrMap;
      const trace = currentTrace();
      if (trace) return record(backend, trace, kernelName, inputs, attributes);
      if (!host || isWorthASession(kernelName, inputs, attributes)) {
        const outputs = runOneOp(backend, kernelName, inputs, attributes, host !== undefined);
        if (outputs) return outputs;
      }
      return runOnHost(backend, host!, params, inputs);
    },
  });
}

function record(
  backend: OrtBackend,
  trace: Trace,
  kernelName: string,
  inputs: Inputs,
  attributes: NamedAttrMap,
): TensorInfo | TensorInfo[] {
  const lowering = loweringOf(kernelName);
  if (!lowering) {
    throw new TensorError(
      "FTT_NOT_LOWERED",
      `jit: kernel ${kernelName} cannot become part of a graph; call it outside the jitted function and pass its result in`,
    );
  }
  const lazy: Record<string, LazyInputs[string]> = {};
  for (const key in inputs) {
    const input = inputs[key];
    if (input) lazy[key] = backend.lazyOf(input);
  }
  const lowered = lowering(lazy, attributes, trace);
  trace.kernels++;
  return Array.isArray(lowered) ? lowered.map(l => backend.symbol(l)) : backend.symbol(lowered);
}

/**
 * tfjs's JavaScript kernel. It may return a view of its input (slices do); if that input's buffer will be written again,
 * by the pool or by a jitted function's next step, the view becomes a copy.
 */
function runOnHost(
  backend: OrtBackend,
  host: KernelConfig,
  params: Parameters<KernelConfig["kernelFunc"]>[0],
  inputs: Inputs,
): TensorInfo | TensorInfo[] {
  const borrowed = new Map<ArrayBufferLike, TensorRecord>();
  for (const key in inputs) {
    const input = inputs[key];
    if (!input) continue;
    const record = backend.record(input.dataId);
    if (record.symbolic) backend.typedValues(input);
    if ((record.pooled || record.reused) && record.values) borrowed.set((record.values as Float32Array).buffer, record);
  }
  const outputs = host.kernelFunc(params);
  if (borrowed.size === 0) return outputs;
  for (const output of Array.isArray(outputs) ? outputs : [outputs]) {
    const record = backend.record(output.dataId);
    const { values } = record;
    if (!ArrayBuffer.isView(values)) continue;
    const owner = borrowed.get(values.buffer);
    // Reshapes return the same record, counted by its references; only a second record over the memory is a view.
    if (owner && owner !== record) record.values = (values as Float32Array).slice();
  }
  return outputs;
}
