/**
 * Eager kernels on ONNX Runtime: each signature (kernel, shapes, dtypes, attributes) compiles once into a session of one
 * lowered kernel, and runs into pooled buffers.
 *
 * Starting a session costs 1 to 3 ms and running one about 15 us, so it pays only for large work; the thresholds below are
 * where it begins to, measured against tfjs's JavaScript.
 */
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import type { TensorDType } from "../dtypes";
import { TensorError } from "../errors";
import { materialize } from "../graph/arrange";
import { finish } from "../graph/finish";
import { Graph } from "../graph/graph";
import { rewritePasses } from "../graph/rewrite";
import type { Value } from "../graph/value";
import { customKernels } from "../lowering/custom";
import { type LazyInputs, loweringOf } from "../lowering/registry";
import { targetFor } from "../lowering/target";
import { encodeModel } from "../onnx/model";
import { device, threads } from "../runtime/device";
import { nativeTensor, readyFor, Session } from "../runtime/session";
import { sameShape, sizeOf } from "../shapes";
import type { OrtBackend } from "./ort-backend";
import { type Trace, withTrace } from "./trace-state";

/** What is worth a session. Tests set both to 0, so that the smallest tensors meet the lowerings. */
export const eagerPolicy = {
  /** Elementwise work below this many elements is faster in JavaScript than through a session. */
  minElements: 4096,
  /** Products and convolutions do more per element: from about 16,000 multiplications. */
  minProductWork: 1 << 14,
};
/** Work above this many elements or multiplications is shared between threads. */
const MIN_THREADED_WORK = 1 << 22;
/** Sessions kept; each holds about 100 KB. Eager code with ever-changing shapes would otherwise grow without end. */
const MAX_SESSIONS = 512;

/** These only relabel data that they share with their input; a session would copy it. */
const VIEWS = new Set(["Reshape", "Identity", "ExpandDims", "StopGradient", "StaticRegexReplace"]);
/** These write constants: JavaScript's `fill` is as fast as memory. */
const FILLS = new Set(["ZerosLike", "OnesLike", "Fill", "Range", "LinSpace"]);
const PRODUCTS = /MatMul|Conv|Einsum/;
/** tfjs's JavaScript gives wrong numbers for these (see the tests named after them): a session runs at every size. */
export const FAULTY_ON_HOST: ReadonlySet<string> = new Set([
  "ResizeNearestNeighborGrad", // Not the gradient of its forward pass, by finite differences.
  "ResizeBilinearGrad", // Ignores half-pixel centers; swaps height and width of its result.
  "AvgPoolGrad", // Divides by the whole window where the forward pass divides by the part inside the image.
  "AvgPool3DGrad",
]);

interface OneOp {
  readonly session: Session;
  readonly inputs: readonly { readonly key: string; readonly value: Value }[];
  readonly outputs: readonly Value[];
  readonly several: boolean;
}

/** Least recently used first: a Map keeps insertion order. `null` marks a signature that has no lowering. */
const cache = new Map<string, OneOp | null>();

export function isWorthASession(kernel: string, inputs: NamedTensorInfoMap, attributes: NamedAttrMap): boolean {
  if (VIEWS.has(kernel) || FILLS.has(kernel) || !loweringOf(kernel)) return false;
  let largest = 0;
  for (const key in inputs) {
    const input = inputs[key];
    if (!input) continue;
    if (input.dtype !== "float32" && input.dtype !== "int32" && input.dtype !== "bool") return false;
    const size = sizeOf(input.shape);
    // Empty tensors are a host matter: there is nothing to compute.
    if (size === 0) return false;
    largest = Math.max(largest, size);
  }
  if (FAULTY_ON_HOST.has(kernel)) return true;
  // tfjs-cpu walks the batches of one operand only.
  if (kernel === "BatchMatMul" && !sameShape(inputs.a!.shape.slice(0, -2), inputs.b!.shape.slice(0, -2))) return true;
  if (PRODUCTS.test(kernel)) return productWork(inputs) >= eagerPolicy.minProductWork;
  if (kernel === "Cast" && inputs.x?.dtype === attributes.dtype) return false;
  return largest >= eagerPolicy.minElements;
}

/** About how many multiplications: the size of one operand times the rows or channels of the other. */
function productWork(inputs: NamedTensorInfoMap): number {
  const [first, second] = Object.values(inputs);
  if (!first || !second) return sizeOf(first?.shape ?? []);
  return sizeOf(first.shape) * (second.shape[second.shape.length - 1] ?? 1);
}

/** The kernel's outputs from a one-op session, or undefined if it must run on the host after all. */
export function runOneOp(
  backend: OrtBackend,
  kernel: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap,
  hasHost: boolean,
): TensorInfo | TensorInfo[] | undefined {
  let signature = `${device()}|${kernel}`;
  for (const key in inputs) {
    const input = inputs[key];
    if (input) signature += `|${key}:${input.dtype}${input.shape.join()}`;
  }
  signature += JSON.stringify(attributes);
  let compiled = cache.get(signature);
  if (compiled === undefined) {
    compiled = compile(backend, kernel, inputs, attributes, hasHost);
    if (cache.size >= MAX_SESSIONS) evictOldest();
  } else {
    cache.delete(signature);
  }
  cache.set(signature, compiled);
  return compiled ? run(backend, compiled, inputs) : undefined;
}

function evictOldest(): void {
  const [signature, oldest] = cache.entries().next().value!;
  oldest?.session.dispose();
  cache.delete(signature);
}

function compile(
  backend: OrtBackend,
  kernel: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap,
  hasHost: boolean,
): OneOp | null {
  const graph = new Graph();
  const trace: Trace = { graph, target: targetFor(device()), captured: new Map(), kernels: 0 };
  const values: { key: string; value: Value }[] = [];
  const lazy: Record<string, LazyInputs[string]> = {};
  let work = PRODUCTS.test(kernel) ? productWork(inputs) : 0;
  for (const key in inputs) {
    const input = inputs[key];
    if (!input) continue;
    backend.typedValues(input);
    const value = graph.input(input.shape, input.dtype as TensorDType);
    lazy[key] = graph.lazy(value);
    values.push({ key, value });
    work = Math.max(work, sizeOf(input.shape));
  }
  try {
    const lowered = withTrace(trace, () => loweringOf(kernel)!(lazy, attributes, trace));
    const list = Array.isArray(lowered) ? lowered : [lowered];
    const done = finish(
      graph,
      list.map(l => materialize(graph, l)),
      rewritePasses(trace.target),
    );
    const session = new Session(encodeModel(done, readyFor(done.outputs)), {
      device: device(),
      threads: work >= MIN_THREADED_WORK ? threads() : 1,
      spin: false,
    });
    const used = new Set(done.inputs);
    const fed = values.filter(v => used.has(v.value));
    return { session, inputs: fed, outputs: done.outputs, several: Array.isArray(lowered) };
  } catch (error) {
    // No lowering for these attributes, or an ORT build without the operator for this dtype: tfjs's own kernel can.
    const expected = error instanceof TensorError && (error.code === "FTT_LOWERING" || error.code === "FTT_SESSION");
    if (hasHost && expected && !customKernels.names().includes(kernel)) return null;
    throw error;
  }
}

function run(backend: OrtBackend, compiled: OneOp, inputs: NamedTensorInfoMap): TensorInfo | TensorInfo[] {
  const feeds: Record<string, ReturnType<typeof nativeTensor>> = {};
  for (const { key, value } of compiled.inputs) {
    feeds[value.name] = nativeTensor(backend.typedValues(inputs[key]!), value.shape, value.dtype);
  }
  const fetches: typeof feeds = {};
  const buffers = compiled.outputs.map(output => {
    const data = backend.pool.take(output.dtype, sizeOf(output.shape));
    fetches[output.name] = nativeTensor(data, output.shape, output.dtype);
    return data;
  });
  compiled.session.runInto(feeds, fetches);
  const infos = compiled.outputs.map((output, i) => backend.adopt(buffers[i]!, output.shape, output.dtype, true));
  return compiled.several ? infos : infos[0]!;
}

/** Ends every cached session; the next call of each kernel compiles it anew. */
export function clearEagerSessions(): void {
  for (const compiled of cache.values()) compiled?.session.dispose();
  cache.clear();
}

export function eagerSessionCount(): number {
  return cache.size;
}
