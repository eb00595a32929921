// What `jit` traced, as boxes and arrows. Constants are written into the operators that read them, since a box for each would hide the
// program; results and new values of variables get boxes of their own, since they are what it is for.
//
// Types are by structure, so that lib/plot needs nothing of lib/tensor.

import { PlotError } from "../errors";
import type { GraphInput, GraphNode } from "./graph";

export interface TracedNode {
  readonly id: string;
  readonly op: string;
  readonly kind: "argument" | "variable" | "captured" | "constant" | "operator";
  readonly inputs: readonly string[];
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly label: string;
}

/** One stage of a traced program: `step.program().before` or `.after`. */
export interface TracedGraph {
  readonly nodes: readonly TracedNode[];
  readonly outputs: readonly { readonly id: string; readonly label: string }[];
}

/** A function compiled by `jit`. */
export interface TracedFunction {
  program(): { readonly before: TracedGraph; readonly after: TracedGraph } | undefined;
}

export type TraceStage = "before" | "after";

export function isTracedFunction(input: unknown): input is TracedFunction {
  return typeof input === "function" && typeof (input as Partial<TracedFunction>).program === "function";
}

export function isTracedGraph(input: unknown): input is TracedGraph {
  return typeof input === "object" && input !== null && "nodes" in input && "outputs" in input;
}

/** The graph of one stage of a jitted function. */
export function stageOf(verb: string, traced: TracedFunction, stage: TraceStage): GraphInput {
  const program = traced.program();
  if (!program) {
    throw new PlotError(
      "PLOT_EMPTY",
      `${verb}: the jitted function has not run, so nothing is traced; call it once first`,
    );
  }
  return graphOfTrace(program[stage]);
}

export function graphOfTrace({ nodes, outputs }: TracedGraph): GraphInput {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const isDrawn = (id: string) => byId.get(id)?.kind !== "constant";
  const drawn = nodes.filter(node => isDrawn(node.id));
  const boxes = drawn.map((node): GraphNode => {
    const { id, op, kind, shape, dtype } = node;
    if (kind !== "operator")
      return { id, label: nameOf(node.label), shape, dtype, kind: kind === "variable" ? "weight" : "input" };
    const detail = detailOf(
      node,
      node.inputs.map(input => byId.get(input)!),
    );
    return { id, op, shape, dtype, kind: "op", ...(detail ? { detail } : {}) };
  });
  const edges = drawn.flatMap(node => node.inputs.filter(isDrawn).map((from): [string, string] => [from, node.id]));
  // A variable's new value has the variable's name; ids of a trace have no blank, so these cannot meet one.
  const results = outputs.map(({ id, label }, i): GraphNode & { from: string } => {
    const made = byId.get(id)!;
    const isVariable = nodes.some(node => node.kind === "variable" && node.label === label);
    return {
      id: `output ${i}`,
      label: isVariable ? `new ${nameOf(label)}` : label,
      shape: made.shape,
      kind: "output",
      from: id,
    };
  });
  return {
    nodes: [...boxes, ...results.map(({ from: _from, ...node }) => node)],
    edges: [
      ...edges,
      ...results.filter(({ from }) => isDrawn(from)).map(({ id, from }): [string, string] => [from, String(id)]),
    ],
  };
}

/** tfjs numbers the variables that nobody named; the number means nothing to a reader. */
function nameOf(label: string): string {
  return /^\d+$/.test(label) ? "variable" : label;
}

/** Their constant is the shape that they make, which the box shows anyway. */
const SHAPED = new Set(["Reshape", "Expand", "ConstantOfShape"]);
const SIGNS: Readonly<Record<string, string>> = { Add: "+", Sub: "−", Mul: "×", Div: "÷", Pow: "^" };

/** What sets an operator apart from others of its name: attributes and constants, as short as they can be said. */
function detailOf({ op, label }: TracedNode, inputs: readonly TracedNode[]): string {
  const constants = inputs.filter(({ kind }) => kind === "constant").map(constant => constant.label);
  const attributes = label.startsWith(op) ? label.slice(op.length).trim() : label;
  if (op.startsWith("Reduce")) {
    return [constants.map(axes => `axis ${axes}`).join(""), attributes.replace(/\bkeepdims\b/, "")].join(" ").trim();
  }
  if (SHAPED.has(op)) return attributes;
  const sign = SIGNS[op];
  if (sign && constants.length === 1) {
    const isFirst = inputs[0]!.kind === "constant";
    return isFirst ? `${constants[0]} ${sign} …` : `… ${sign} ${constants[0]}`;
  }
  return [attributes, ...constants].filter(Boolean).join(" ");
}
