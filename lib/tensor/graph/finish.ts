/**
 * From a recorded graph to the one that runs: choose the outputs, rewrite, drop what nothing needs, order the rest.
 */
import type { FinishedGraph } from "../onnx/model";
import type { Graph } from "./graph";
import { Rewriter } from "./rewriter";
import type { Node, Value } from "./value";

/** Changes a graph without changing what it computes. Counts what it did, for `stats()`. */
export type RewritePass = (rewriter: Rewriter) => number;

export interface NamedPass {
  readonly name: string;
  readonly run: RewritePass;
}

export interface Finished extends FinishedGraph {
  /** How often each pass found its pattern. */
  readonly rewrites: Readonly<Record<string, number>>;
  /** The graph before the passes. They edit nodes in place, so these are copies. */
  readonly before: { readonly nodes: readonly Node[]; readonly outputs: readonly Value[] };
}

export function finish(g: Graph, wanted: readonly Value[], passes: readonly NamedPass[]): Finished {
  const outputs = distinctOutputs(g, wanted);
  const rewriter = new Rewriter(g, outputs);
  const before = { nodes: rewriter.nodes.map(node => ({ ...node })), outputs: [...outputs] };
  const rewrites: Record<string, number> = {};
  for (const pass of passes) rewrites[pass.name] = pass.run(rewriter);
  const nodes = inOrder(outputs);
  const used = new Set<Value>();
  for (const node of nodes) for (const input of node.inputs) if (input && !input.node) used.add(input);
  const constants = [...used].filter(v => v.data);
  return { nodes, inputs: g.inputs.filter(v => used.has(v)), constants, outputs, rewrites, before };
}

/** ONNX wants each output written by a node, under a name of its own; an input or a repeated value gets an Identity. */
function distinctOutputs(g: Graph, wanted: readonly Value[]): Value[] {
  const seen = new Set<Value>();
  return wanted.map(value => {
    let out = value;
    if (!value.node || seen.has(value)) {
      out = g.insert({ op: "Identity", domain: "", inputs: [value], attributes: {} }, [value]).outputs[0]!;
    }
    seen.add(out);
    return out;
  });
}

/** The nodes that the outputs need, each after those it reads: a depth-first walk without recursion. */
export function inOrder(outputs: readonly Value[]): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  for (const output of outputs) {
    const stack: Node[] = output.node ? [output.node] : [];
    while (stack.length) {
      const node = stack[stack.length - 1]!;
      if (state.get(node) === "done") {
        stack.pop();
        continue;
      }
      if (state.get(node) === "open") {
        state.set(node, "done");
        order.push(node);
        stack.pop();
        continue;
      }
      state.set(node, "open");
      for (let i = node.inputs.length - 1; i >= 0; i--) {
        const source = node.inputs[i]?.node;
        if (source && !state.has(source)) stack.push(source);
      }
    }
  }
  return order;
}
