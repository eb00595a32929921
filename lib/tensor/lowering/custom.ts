/**
 * Kernels that tfjs does not have: fused layers, random generators. One call gives a kernel its ONNX lowering, an optional
 * host implementation for small tensors, and its gradient; it then works eagerly, under `jit`, and in `tf.grad`.
 *
 * @example
 * const gelu = registerKernel<{ x: tf.Tensor }>({
 *   name: "FusedGelu",
 *   lower: ({ x }, _, { graph }) => unary(graph, "Gelu", x!),
 *   save: { inputs: ["x"] },
 *   gradient: (dy, [x]) => ({ x: () => tf.mul(dy[0], geluDerivative(x)) }),
 * });
 * const y = gelu({ x }, {})[0];
 */
import type { KernelConfig, NamedAttrMap, Tensor } from "@tensorflow/tfjs-core";
import { core } from "../tfjs";
import { type Lowering, lower } from "./registry";

/** An attribute as tfjs types it, plus what tfjs allows in practice. */
export type KernelAttributes = NamedAttrMap;

export interface CustomKernel<I extends Record<string, Tensor> = Record<string, Tensor>> {
  /** A name no tfjs kernel has. */
  readonly name: string;
  /** How it becomes ONNX nodes; `context.target.portable` asks for standard operators alone. */
  readonly lower: Lowering;
  /** JavaScript for small tensors, in the form of a tfjs CPU kernel. Without it a one-op session runs at every size. */
  readonly host?: KernelConfig["kernelFunc"];
  /** Tensors that the gradient needs: inputs by name, outputs by position. */
  readonly save?: { readonly inputs?: readonly (keyof I & string)[]; readonly outputs?: readonly boolean[] };
  /** Gradient thunks by input name, from the gradients of all outputs and the saved tensors, inputs first. */
  readonly gradient?: (
    dy: Tensor[],
    saved: Tensor[],
    attributes: KernelAttributes,
  ) => { [K in keyof I & string]?: () => Tensor };
}

class CustomKernels {
  private readonly all: CustomKernel[] = [];
  private listener: ((kernel: CustomKernel) => void) | undefined;

  /** Calls `listener` for every kernel registered so far and from now on. */
  onAdd(listener: (kernel: CustomKernel) => void): void {
    this.listener = listener;
    this.all.forEach(listener);
  }

  add(kernel: CustomKernel): void {
    this.all.push(kernel);
    this.listener?.(kernel);
  }

  names(): string[] {
    return this.all.map(k => k.name);
  }
}

export const customKernels = new CustomKernels();

/** Registers a kernel and returns the function that runs it; the outputs come as a list, also when there is one. */
export function registerKernel<I extends Record<string, Tensor>>(
  kernel: CustomKernel<I>,
): (inputs: I, attributes: KernelAttributes) => Tensor[] {
  lower(kernel.name, kernel.lower as never);
  const { gradient, save } = kernel;
  if (gradient) {
    core.registerGradient({
      kernelName: kernel.name,
      inputsToSave: [...(save?.inputs ?? [])],
      outputsToSave: [...(save?.outputs ?? [])],
      gradFunc: (dy, saved, attributes) =>
        gradient(Array.isArray(dy) ? dy : [dy], saved, attributes) as { [name: string]: () => Tensor },
    });
  }
  customKernels.add(kernel as unknown as CustomKernel);
  return (inputs, attributes) => {
    const outputs = core.engine().runKernel<Tensor | Tensor[]>(kernel.name, inputs, attributes);
    return Array.isArray(outputs) ? outputs : [outputs];
  };
}
