/**
 * A graph under construction. Equal nodes are shared as they are made (hash-consing), which is all the common
 * subexpression elimination a trace needs: tfjs recomputes in the gradient much of what the forward pass had.
 */
import { allocate, type DType, dtypes, type TypedArray } from "../dtypes";
import { type Shape, sizeOf } from "../shapes";
import type { Attributes, Lazy, Node, OutputType, Value } from "./value";

/** Constants up to this many elements are shared by content; comparing larger ones would cost more than it saves. */
const SHARED_CONSTANT_ELEMENTS = 64;

export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  private count = 0;
  private readonly known = new Map<string, Node>();
  private readonly constants = new Map<string, Value>();

  private value(type: OutputType, extra: Partial<Value> = {}): Value {
    const id = this.count++;
    return { id, name: `v${id}`, shape: type.shape, dtype: type.dtype, ...extra };
  }

  input(shape: Shape, dtype: DType): Value {
    const value = this.value({ shape: [...shape], dtype }, { isInput: true });
    this.inputs.push(value);
    return value;
  }

  constant(data: TypedArray, shape: Shape, dtype: DType): Value {
    if (data.length > SHARED_CONSTANT_ELEMENTS) return this.value({ shape, dtype }, { data });
    // -0 and 0 are different constants (1/x tells them apart), yet both print as "0".
    const parts = Array.from(data as Float32Array, x => (Object.is(x, -0) ? "-0" : String(x)));
    const key = `${dtype}|${shape.join()}|${parts.join()}`;
    let value = this.constants.get(key);
    if (!value) {
      value = this.value({ shape, dtype }, { data });
      this.constants.set(key, value);
    }
    return value;
  }

  scalar(x: number, dtype: DType = "float32"): Value {
    const data = allocate(dtype, 1);
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[0] = BigInt(x);
    else data[0] = x;
    return this.constant(data, [], dtype);
  }

  /** A one-dimensional int64 constant: how ONNX takes shapes, axes and pads. */
  ints(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], "int64");
  }

  /** One node with one output. */
  op(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    shape: Shape,
    dtype: DType,
    domain = "",
  ): Value {
    return this.multi(op, inputs, attributes, [{ shape, dtype }], domain)[0]!;
  }

  /** One node with several outputs. A later request for more outputs of the same node extends it. */
  multi(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    outputs: readonly OutputType[],
    domain = "",
  ): Value[] {
    // Nothing to compute: an empty result has no elements to differ in. Many ORT kernels refuse empty tensors.
    if (outputs.every(o => sizeOf(o.shape) === 0)) {
      return outputs.map(o => this.constant(allocate(o.dtype, 0), o.shape, o.dtype));
    }
    let key = op;
    for (const input of inputs) key += input ? `,${input.id}` : ",";
    for (const name in attributes) key += `;${name}=${JSON.stringify(attributes[name])}`;
    // The same inputs and attributes fix every output type except where a cast or a blocked layout chose it.
    key += `>${outputs[0]!.dtype}`;
    let node = this.known.get(key);
    if (!node) {
      node = { op, domain, inputs: [...inputs], outputs: [], attributes };
      this.known.set(key, node);
      this.nodes.push(node);
    }
    while (node.outputs.length < outputs.length) {
      node.outputs.push(this.value(outputs[node.outputs.length]!, { node }));
    }
    return node.outputs.slice(0, outputs.length);
  }

  /** A node outside the shared table: for rewrite passes, which place nodes after tracing has ended. */
  insert(node: Omit<Node, "outputs">, outputs: readonly OutputType[]): Node {
    const made: Node = { ...node, outputs: [] };
    made.outputs = outputs.map(o => this.value(o, { node: made }));
    this.nodes.push(made);
    return made;
  }

  lazy(value: Value, shape: Shape = value.shape): Lazy {
    return { value, shape };
  }
}

/** The number that a constant repeats, or undefined when the value is no constant or holds different numbers. */
export function splatOf(value: Value): number | undefined {
  return value.data?.length === 1 ? Number(value.data[0]) : undefined;
}

export function bytesOf(value: OutputType): number {
  return sizeOf(value.shape) * dtypes[value.dtype].bytes;
}
