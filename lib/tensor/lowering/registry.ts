/**
 * The one table of lowerings: tfjs kernel in, ONNX nodes out.
 *
 * The eager backend and `jit` both read it, so that a kernel is described once. A lowering receives lazy values for the
 * kernel's inputs, the kernel's own attributes, and a context that holds the graph and the target; it returns the
 * kernel's output, or its outputs in order.
 */
import type { NamedAttrMap, NamedTensorInfoMap } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import type { Graph } from "../graph/graph";
import type { Lazy } from "../graph/value";

/** What a graph is built for. Decides which operators a lowering may use. */
export interface Target {
  readonly device: "cpu" | "cuda" | "webgpu";
  /** Only operators of the ONNX standard: for files that leave this runtime. */
  readonly portable: boolean;
  /** Channels per block of ONNX Runtime's NCHWc convolutions on this processor; 0 when they cannot be used. */
  readonly blockSize: number;
}

export interface LoweringContext {
  readonly graph: Graph;
  readonly target: Target;
}

export type LazyInputs = { readonly [name: string]: Lazy | undefined };
export type Lowered = Lazy | Lazy[];
export type Lowering<I extends object = LazyInputs, A extends object = NamedAttrMap> = (
  inputs: I,
  attributes: A,
  context: LoweringContext,
) => Lowered;

/** tfjs's own input types (`Pick<NamedTensorInfoMap, "a" | "b">`) with lazy values in place of tensors. */
export type LazyOf<I> = string extends keyof I ? { readonly [name: string]: Lazy } : { readonly [K in keyof I]: Lazy };

const table = new Map<string, Lowering>();

/** Adds a kernel to the table. `I` and `A` are the input and attribute types that tfjs-core exports for it. */
export function lower<I extends NamedTensorInfoMap | object = NamedTensorInfoMap, A extends object = object>(
  kernel: string,
  lowering: (inputs: LazyOf<I>, attributes: A, context: LoweringContext) => Lowered,
): void {
  if (table.has(kernel)) throw new TensorError("FTT_ARGUMENT", `internal: kernel ${kernel} has two lowerings`);
  table.set(kernel, lowering as unknown as Lowering);
}

export function loweringOf(kernel: string): Lowering | undefined {
  return table.get(kernel);
}

export function loweredKernels(): string[] {
  return [...table.keys()].sort();
}

/** Throws for a combination of attributes that ONNX cannot express; the eager backend then runs host code instead. */
export function cannotLower(kernel: string, why: string): never {
  throw new TensorError("FTT_LOWERING", `${kernel}: ${why}`);
}
