/**
 * The traced program as plain data: what a jitted function became, before and after the rewrite passes. For drawing
 * (`plot.graph`), for reading, and for tests that ask whether a fusion happened.
 */
import { splatOf } from "../graph/graph";
import type { Node, Value } from "../graph/value";
import type { Shape } from "../shapes";
import type { Built } from "./compiled";

export interface ProgramNode {
  /** Unique within the program. */
  readonly id: string;
  /** What the node is: an ONNX operator ("Gemm"), or where its numbers come from. */
  readonly op: string;
  readonly kind: "argument" | "variable" | "captured" | "constant" | "operator";
  /** The nodes that it reads, in order; one may be read twice. */
  readonly inputs: readonly string[];
  /** Of its first result; few operators have more (`Split`, `TopK`). */
  readonly shape: Shape;
  readonly dtype: string;
  /** For people: the operator with the attributes that matter, a variable's name, a constant's number. */
  readonly label: string;
}

export interface ProgramOutput {
  /** The node that writes it. */
  readonly id: string;
  /** "result 0", or the name of the variable that is assigned. */
  readonly label: string;
}

export interface ProgramGraph {
  /** Each node after those that it reads. */
  readonly nodes: readonly ProgramNode[];
  readonly outputs: readonly ProgramOutput[];
}

export interface Program {
  /** As traced: one node for each thing that the function and its gradients asked for. */
  readonly before: ProgramGraph;
  /** As it runs. */
  readonly after: ProgramGraph;
}

export function programOf({ recording, finished, resultCount }: Built): Program {
  const sources = new Map<Value, Pick<ProgramNode, "op" | "kind" | "label">>();
  recording.arguments.forEach((value, i) => {
    if (value) sources.set(value, { op: "argument", kind: "argument", label: `argument ${i}` });
  });
  for (const { variable, input } of recording.state)
    if (input) sources.set(input, { op: "variable", kind: "variable", label: variable.name });
  for (const { value } of recording.captured)
    if (value.isInput) sources.set(value, { op: "captured", kind: "captured", label: "captured tensor" });
  const updated = recording.state.filter(s => s.output).map(s => s.variable.name);
  const graphOf = (nodes: readonly Node[], outputs: readonly Value[]): ProgramGraph => {
    const made: ProgramNode[] = [];
    const ids = new Map<Value, string>();
    const idOf = (value: Value): string => {
      let id = ids.get(value);
      if (id === undefined) {
        id = value.name;
        ids.set(value, id);
        const source = sources.get(value) ?? { op: "constant", kind: "constant", label: constantLabel(value) };
        made.push({ id, ...source, inputs: [], shape: value.shape, dtype: value.dtype });
      }
      return id;
    };
    for (const { op, inputs, outputs: results, attributes } of nodes) {
      const read = inputs.flatMap(input => (input ? [idOf(input)] : []));
      const [first] = results as [Value];
      for (const result of results) ids.set(result, first.name);
      const label = [op, ...attributeLabels(attributes)].join(" ");
      made.push({ id: first.name, op, kind: "operator", inputs: read, shape: first.shape, dtype: first.dtype, label });
    }
    const label = (i: number) => (i < resultCount ? `result ${i}` : updated[i - resultCount]!);
    return { nodes: made, outputs: outputs.map((value, i) => ({ id: idOf(value), label: label(i) })) };
  };
  return {
    before: graphOf(finished.before.nodes, finished.before.outputs),
    after: graphOf(finished.nodes, finished.outputs),
  };
}

function constantLabel(value: Value): string {
  const splat = splatOf(value);
  if (splat !== undefined) return String(Number(splat.toPrecision(4)));
  const short = value.data!.length <= 6 ? Array.from(value.data as Float32Array, String).join() : "…";
  return `[${short}]`;
}

/** Attributes that differ from what a reader would assume: a transposition, an axis, a factor, an activation. */
function attributeLabels(attributes: Node["attributes"]): string[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    if (value === 0 || name === "allowzero") return [];
    const shown = typeof value === "object" && "float" in value ? Number(value.float.toPrecision(4)) : value;
    return value === 1 && name !== "axis" ? [name] : [`${name}=${shown}`];
  });
}
