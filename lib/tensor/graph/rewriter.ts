/**
 * Use lists over a graph, and the two edits that rewrite passes make: put one value in place of another, and add nodes.
 */

import { inOrder } from "./finish";
import type { Graph } from "./graph";
import type { Node, Value } from "./value";

export class Rewriter {
  /** The live nodes in an order where each follows its inputs, as they were when the current pass began. */
  nodes: readonly Node[] = [];
  private readers = new Map<Value, Set<Node>>();
  private readonly outputSet: Set<Value>;

  constructor(
    readonly graph: Graph,
    readonly outputs: Value[],
  ) {
    this.outputSet = new Set(outputs);
    this.refresh();
  }

  /** Recomputes order and uses from the outputs; dead nodes drop out. */
  refresh(): void {
    this.nodes = inOrder(this.outputs);
    this.readers = new Map();
    for (const node of this.nodes) for (const input of node.inputs) if (input) this.noteUse(input, node);
  }

  private noteUse(value: Value, node: Node): void {
    let set = this.readers.get(value);
    if (!set) {
      set = new Set();
      this.readers.set(value, set);
    }
    set.add(node);
  }

  usesOf(value: Value): readonly Node[] {
    return [...(this.readers.get(value) ?? [])];
  }

  isOutput(value: Value): boolean {
    return this.outputSet.has(value);
  }

  /** The one node that reads this value, if there is exactly one and it is no output of the graph. */
  soleReader(value: Value): Node | undefined {
    const set = this.readers.get(value);
    if (set?.size !== 1 || this.isOutput(value)) return undefined;
    const [node] = set;
    return node!.inputs.filter(i => i === value).length === 1 ? node : undefined;
  }

  /** Makes every reader of `from` read `to`. A graph output keeps its place in the list of outputs. */
  replace(from: Value, to: Value): void {
    for (const node of this.readers.get(from) ?? []) {
      node.inputs = node.inputs.map(i => (i === from ? to : i));
      this.noteUse(to, node);
    }
    this.readers.delete(from);
    if (this.outputSet.delete(from)) {
      this.outputs.forEach((o, i) => {
        if (o === from) this.outputs[i] = to;
      });
      this.outputSet.add(to);
    }
  }

  setInputs(node: Node, inputs: (Value | null)[]): void {
    for (const old of node.inputs) if (old) this.readers.get(old)?.delete(node);
    node.inputs = inputs;
    for (const input of inputs) if (input) this.noteUse(input, node);
  }

  /** Unhooks a node that nothing needs any more, so that its inputs' use counts are true. */
  drop(node: Node): void {
    for (const input of node.inputs) if (input) this.readers.get(input)?.delete(node);
    node.inputs = [];
  }
}
