/**
 * A finished graph as an ONNX file: onnx.proto's ModelProto, of which five messages suffice.
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { dtypes } from "../dtypes";
import type { Attribute, Node, Value } from "../graph/value";
import { ProtobufWriter } from "./protobuf";

/** Opset 20 (IR version 9) is the first with Gelu; onnxruntime-node 1.17 and later read it. */
const OPSET = 20;
const IR_VERSION = 9;

export interface FinishedGraph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Value[];
  readonly constants: readonly Value[];
  readonly outputs: readonly Value[];
}

/** Where a constant's bytes lie when they are not in the model file itself. */
export interface ExternalLocation {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

export interface EncodeOptions {
  /** Names for inputs and outputs instead of the graph's own `v12`. */
  readonly names?: ReadonlyMap<Value, string>;
  readonly external?: ReadonlyMap<Value, ExternalLocation>;
  /** An output of this name before all others, one number: a run that reaches it is over (`runtime/binding.ts`). */
  readonly ready?: string;
}

export function encodeModel(graph: FinishedGraph, options: EncodeOptions = {}): Uint8Array {
  const w = new ProtobufWriter();
  const nameOf = (v: Value | null): string => (v ? (options.names?.get(v) ?? v.name) : "");
  w.int(1, IR_VERSION);
  w.string(2, "fromthetensor");
  w.message(7, () => {
    if (options.ready) w.message(1, () => writeNode(w, readyNode(options.ready!), v => v!.name));
    for (const node of graph.nodes) w.message(1, () => writeNode(w, node, nameOf));
    w.string(2, "fromthetensor");
    for (const c of graph.constants) w.message(5, () => writeTensor(w, c, nameOf(c), options.external?.get(c)));
    for (const v of graph.inputs) w.message(11, () => writeValueInfo(w, v, nameOf(v)));
    if (options.ready) w.message(12, () => writeValueInfo(w, readyNode(options.ready!).outputs[0]!, options.ready!));
    for (const v of graph.outputs) w.message(12, () => writeValueInfo(w, v, nameOf(v)));
  });
  const domains = new Set(graph.nodes.map(n => n.domain).filter(d => d !== ""));
  writeOpset(w, "", OPSET);
  for (const domain of domains) writeOpset(w, domain, 1);
  return w.finish();
}

function readyNode(name: string): Node {
  const number: Value = { id: -1, name, shape: [], dtype: "float32" };
  return { op: "Constant", domain: "", inputs: [], outputs: [number], attributes: { value_float: { float: 1 } } };
}

function writeOpset(w: ProtobufWriter, domain: string, version: number): void {
  w.message(8, () => {
    w.string(1, domain);
    w.int(2, version);
  });
}

function writeNode(w: ProtobufWriter, node: Node, nameOf: (v: Value | null) => string): void {
  for (const input of node.inputs) w.string(1, nameOf(input));
  for (const output of node.outputs) w.string(2, nameOf(output));
  w.string(4, node.op);
  for (const name in node.attributes) w.message(5, () => writeAttribute(w, name, node.attributes[name]!));
  if (node.domain) w.string(7, node.domain);
}

// AttributeProto.AttributeType: FLOAT 1, INT 2, STRING 3, FLOATS 6, INTS 7.
function writeAttribute(w: ProtobufWriter, name: string, value: Attribute): void {
  w.string(1, name);
  if (typeof value === "number") {
    w.int(3, value);
    w.int(20, 2);
  } else if (typeof value === "string") {
    w.string(4, value);
    w.int(20, 3);
  } else if ("float" in value) {
    w.float(2, value.float);
    w.int(20, 1);
  } else if ("floats" in value) {
    for (const x of value.floats) w.float(7, x);
    w.int(20, 6);
  } else {
    for (const x of value) w.int(8, x);
    w.int(20, 7);
  }
}

function writeTensor(w: ProtobufWriter, value: Value, name: string, external?: ExternalLocation): void {
  for (const d of value.shape) w.int(1, d);
  w.int(2, dtypes[value.dtype].onnx);
  w.string(8, name);
  if (external) {
    for (const [key, text] of Object.entries(external)) {
      w.message(13, () => {
        w.string(1, key === "file" ? "location" : key);
        w.string(2, String(text));
      });
    }
    w.int(14, 1); // DataLocation.EXTERNAL
    return;
  }
  const data = value.data!;
  w.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(w: ProtobufWriter, value: Value, name: string): void {
  w.string(1, name);
  w.message(2, () =>
    w.message(1, () => {
      w.int(1, dtypes[value.dtype].onnx);
      w.message(2, () => {
        for (const d of value.shape) w.message(1, () => w.int(1, d));
      });
    }),
  );
}
