/**
 * Checkpoints: the weights of a model and the state of its optimizer in one safetensors file that PyTorch and others can open.
 *
 * Tensors are named by their path in the object that is saved: `{ model: { layers: [{ w }] } }` becomes `model.layers.0.w`.
 */
import type { Tensor, Variable } from "@tensorflow/tfjs";
import { DataError } from "./errors";
import { readSafetensors, type SafetensorsType, type StoredTensor, writeSafetensors } from "./safetensors";
import { tensorflow } from "./tensorflow";

/** Tensors in nested objects and arrays; `undefined` is skipped. */
export type TensorTree = Tensor | undefined | readonly TensorTree[] | { readonly [name: string]: TensorTree };

function flatten(tree: TensorTree, path: string, into: Map<string, Tensor>): Map<string, Tensor> {
  const { Tensor } = tensorflow();
  if (tree === undefined) return into;
  if (tree instanceof Tensor) return into.set(path, tree);
  for (const [name, branch] of Object.entries(tree)) flatten(branch, path ? `${path}.${name}` : name, into);
  return into;
}

const typeOf: Record<string, SafetensorsType | undefined> = { float32: "F32", int32: "I32", bool: "BOOL" };

/**
 * Saves tensors and notes about them. The file is replaced in one step: a crash leaves the old one whole.
 *
 * @example await saveCheckpoint("run/last.safetensors", { model, optimizer: optimizer.state }, { step: "1000" });
 * @param metadata strings, such as the step or the configuration as JSON
 */
export async function saveCheckpoint(
  path: string,
  tree: TensorTree,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const stored = new Map<string, StoredTensor>();
  for (const [name, tensor] of flatten(tree, "", new Map())) {
    const dtype = typeOf[tensor.dtype];
    if (!dtype)
      throw new DataError(
        "DATA_ARGUMENT",
        `saveCheckpoint: expected float32, int32 or bool, got ${tensor.dtype} for "${name}"`,
      );
    const values = await tensor.data();
    stored.set(name, {
      dtype,
      shape: tensor.shape,
      bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
  }
  await writeSafetensors(path, stored, metadata);
}

/**
 * Loads a checkpoint into the variables of the same names. Nothing is assigned unless everything fits.
 *
 * @example const { step } = await loadCheckpoint("run/last.safetensors", { model, optimizer: optimizer.state });
 * @returns the metadata
 * @throws DataError that lists every tensor that is missing, left over, or of another shape
 */
export async function loadCheckpoint(path: string, tree: TensorTree): Promise<Readonly<Record<string, string>>> {
  const tf = tensorflow();
  const { tensors, metadata } = await readSafetensors(path);
  const targets = flatten(tree, "", new Map());
  const problems: string[] = [];
  for (const [name, target] of targets) {
    const stored = tensors.get(name);
    if (!(target instanceof tf.Variable)) problems.push(`"${name}" is a tensor; only variables can be loaded into`);
    else if (!stored) problems.push(`"${name}" is missing in the file`);
    else if (String(stored.shape) !== String(target.shape))
      problems.push(`"${name}" has shape [${stored.shape}] in the file, [${target.shape}] here`);
    else if (dtypeOf(stored.dtype) !== target.dtype)
      problems.push(`"${name}" is ${stored.dtype} in the file, ${target.dtype} here`);
  }
  for (const name of tensors.keys()) if (!targets.has(name)) problems.push(`"${name}" is in the file only`);
  if (problems.length)
    throw new DataError("DATA_ARGUMENT", `loadCheckpoint: ${path} does not fit; ${problems.slice(0, 10).join("; ")}`);
  for (const [name, target] of targets) {
    const value = tensorFrom(tensors.get(name)!);
    (target as Variable).assign(value);
    value.dispose();
  }
  return metadata;
}

/** All tensors of a safetensors file by name. 16-bit and 64-bit floats become float32, small integers int32. */
export async function loadTensors(
  path: string,
): Promise<{ tensors: Record<string, Tensor>; metadata: Readonly<Record<string, string>> }> {
  const { tensors, metadata } = await readSafetensors(path);
  return { tensors: Object.fromEntries([...tensors].map(([name, stored]) => [name, tensorFrom(stored)])), metadata };
}

function dtypeOf(type: SafetensorsType): "float32" | "int32" | "bool" {
  return type === "BOOL" ? "bool" : type.includes("F") ? "float32" : "int32";
}

function tensorFrom({ dtype, shape, bytes }: StoredTensor): Tensor {
  return tensorflow().tensor(valuesOf(dtype, bytes), [...shape], dtypeOf(dtype));
}

function valuesOf(
  dtype: SafetensorsType,
  { buffer, byteLength: n }: Uint8Array,
): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case "BOOL":
      return new Uint8Array(buffer, 0, n);
    case "F32":
      return new Float32Array(buffer, 0, n / 4);
    case "I32":
      return new Int32Array(buffer, 0, n / 4);
    case "F64":
      return Float32Array.from(new Float64Array(buffer, 0, n / 8));
    case "BF16": // the upper half of a float32
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer, 0, n / 2), half => half << 16).buffer);
    case "F16":
      return Float32Array.from(new Uint16Array(buffer, 0, n / 2), fromHalf);
    case "U8":
      return Int32Array.from(new Uint8Array(buffer, 0, n));
    case "I8":
      return Int32Array.from(new Int8Array(buffer, 0, n));
    case "U16":
      return Int32Array.from(new Uint16Array(buffer, 0, n / 2));
    case "I16":
      return Int32Array.from(new Int16Array(buffer, 0, n / 2));
    case "U32":
      return narrow(new Uint32Array(buffer, 0, n / 4));
    case "I64":
      return narrow(new BigInt64Array(buffer, 0, n / 8));
    case "U64":
      return narrow(new BigUint64Array(buffer, 0, n / 8));
  }
}

function narrow(values: Uint32Array | BigInt64Array | BigUint64Array): Int32Array {
  return Int32Array.from(values as ArrayLike<number | bigint>, value => {
    const number = Number(value);
    if (number !== (number | 0)) throw new DataError("DATA_ARGUMENT", `safetensors: ${value} does not fit into int32`);
    return number;
  });
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
