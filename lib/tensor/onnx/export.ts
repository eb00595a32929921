/**
 * A function of tensors as an ONNX file: any runtime can then serve it, in any language.
 *
 * The function is traced as under `jit`, but lowered to operators of the ONNX standard alone, and what it closes over (its
 * weights) becomes part of the file. One protobuf message holds at most 2 GiB; larger weights go to a file beside it, which
 * ONNX calls external data.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-core";
import { backend } from "../backend/install";
import type { TypedArray } from "../dtypes";
import { TensorError } from "../errors";
import { finish } from "../graph/finish";
import { bytesOf } from "../graph/graph";
import { rewritePasses } from "../graph/rewrite";
import type { Value } from "../graph/value";
import { type Recording, record, type Traceable } from "../jit/trace";
import { leavesOf, type Tree, treeOf } from "../jit/tree";
import { portableTarget } from "../lowering/target";
import { type ExternalLocation, encodeModel, type FinishedGraph } from "./model";

export interface ExportOptions {
  /** Weights of more bytes than this together go to `<path>.data`; 1.9 GB unless given. */
  readonly externalDataAbove?: number;
}

export interface ExportedModel {
  readonly path: string;
  /** The file of external data, if there is one. */
  readonly dataPath: string | undefined;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Bytes of both files. */
  readonly bytes: number;
}

/** Room below protobuf's 2 GiB for the graph itself. */
const EXTERNAL_DATA_ABOVE = 1.9e9;
/** Small constants (axes, shapes) stay in the model, where shape inference can see them. */
const MIN_EXTERNAL_BYTES = 1024;
/** Alignment that lets a runtime map the file instead of reading it. */
const ALIGNMENT = 4096;

/**
 * Writes `fn` as an ONNX model.
 *
 * @example
 * exportOnnx((image: tf.Tensor4D) => model.predict(image), [tf.zeros([1, 28, 28, 1])], "digits.onnx");
 *
 * @param fn       from tensors to tensors; variables it reads are stored with the values they have now
 * @param example  arguments of the shapes and dtypes that the model shall take
 * @param path     where to write; replaced as a whole or not at all
 * @throws TensorError like `jit`; FTT_ARGUMENT when the function returns no tensor, or for an example or a path of another type
 */
export function exportOnnx<F extends Traceable>(
  fn: F,
  example: Parameters<F>,
  path: string,
  options: ExportOptions = {},
): ExportedModel {
  if (!Array.isArray(example)) {
    throw new TensorError(
      "FTT_ARGUMENT",
      `exportOnnx: expected an array of example arguments, got ${example === null ? "null" : typeof example}; write [x] for a function of one tensor`,
    );
  }
  if (typeof path !== "string" || path === "") {
    throw new TensorError("FTT_ARGUMENT", `exportOnnx: expected the path of a file to write, got ${typeof path}`);
  }
  const trees = example.map((value: unknown, i: number) => treeOf(value, `argument ${i}`));
  const recording = record(fn, trees, portableTarget);
  const results = leavesOf(recording.result);
  if (results.length === 0) {
    throw new TensorError(
      "FTT_ARGUMENT",
      "exportOnnx: expected a function that returns tensors, got one that returns none",
    );
  }
  const finished = finish(recording.graph, results, rewritePasses(portableTarget));
  const weights = boundValues(recording, finished.inputs);
  const graph: FinishedGraph = {
    nodes: finished.nodes,
    inputs: recording.arguments.filter((v): v is Value => v !== undefined && finished.inputs.includes(v)),
    constants: [...finished.constants, ...weights],
    outputs: finished.outputs,
  };
  const names = namesOf(trees, recording, finished.outputs);
  const total = graph.constants.reduce((sum, c) => sum + bytesOf(c), 0);
  const dataPath = total > (options.externalDataAbove ?? EXTERNAL_DATA_ABOVE) ? `${path}.data` : undefined;
  const external = dataPath ? writeExternal(dataPath, graph.constants) : undefined;
  const model = encodeModel(graph, { names, ...(external && { external: external.locations }) });
  writeAtomically(path, [model]);
  return {
    path,
    dataPath,
    inputNames: graph.inputs.map(v => names.get(v)!),
    outputNames: graph.outputs.map(v => names.get(v)!),
    bytes: model.length + (external?.bytes ?? 0),
  };
}

/** State and captured tensors that the graph reads, as constants with their present numbers. */
function boundValues(recording: Recording, inputs: readonly Value[]): Value[] {
  const used = new Set(inputs);
  const bound: Value[] = [];
  const bind = (value: Value, data: TypedArray) => bound.push({ ...value, isInput: false, data });
  for (const { input, variable } of recording.state) {
    if (input && used.has(input)) bind(input, backend.typedValues(variable));
  }
  for (const { value, data } of recording.captured) if (used.has(value)) bind(value, data);
  return bound;
}

/** `input`, `output` when there is one; the path through arrays and objects otherwise: `input_0`, `input_0_mask`. */
function namesOf(
  trees: readonly Tree<Tensor>[],
  recording: Recording,
  outputs: readonly Value[],
): ReadonlyMap<Value, string> {
  const names = new Map<Value, string>();
  const inputPaths = trees.flatMap((tree, i) => pathsOf(tree, trees.length > 1 ? `input_${i}` : "input"));
  recording.arguments.forEach((value, i) => {
    if (value) names.set(value, inputPaths[i]!);
  });
  pathsOf(recording.result, "output").forEach((name, i) => {
    names.set(outputs[i]!, name);
  });
  return names;
}

function pathsOf(tree: Tree<unknown>, at: string): string[] {
  if (tree.kind === "leaf") return [at];
  if (tree.kind === "array") return tree.items.flatMap((item, i) => pathsOf(item, `${at}_${i}`));
  if (tree.kind === "object") return tree.entries.flatMap(([key, item]) => pathsOf(item, `${at}_${key}`));
  return [];
}

function writeExternal(
  dataPath: string,
  constants: readonly Value[],
): { locations: Map<Value, ExternalLocation>; bytes: number } {
  const locations = new Map<Value, ExternalLocation>();
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const constant of constants) {
    const length = bytesOf(constant);
    if (length < MIN_EXTERNAL_BYTES) continue;
    const gap = (ALIGNMENT - (offset % ALIGNMENT)) % ALIGNMENT;
    if (gap) chunks.push(new Uint8Array(gap));
    offset += gap;
    locations.set(constant, { file: basename(dataPath), offset, length });
    const { data } = constant;
    chunks.push(new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength));
    offset += length;
  }
  writeAtomically(dataPath, chunks);
  return { locations, bytes: offset };
}

/** Writes beside the target and renames: a reader sees the old file or the new one, never half of it. */
function writeAtomically(path: string, chunks: readonly Uint8Array[]): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "w");
    try {
      for (const chunk of chunks) {
        // A single write moves less than 2 GiB on Linux.
        for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at, Math.min(chunk.length - at, 2 ** 30));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
