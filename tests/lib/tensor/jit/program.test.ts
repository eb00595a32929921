/** `step.program()`: the graph of the last trace as data, for drawing. */
import { jit, type ProgramGraph, tf } from "../../../../lib/tensor";

/** Every input is the id of an earlier node, and ids are unique: what a drawing relies on. */
function isOrdered({ nodes, outputs }: ProgramGraph): boolean {
  const seen = new Set<string>();
  for (const { id, inputs } of nodes) {
    if (seen.has(id) || !inputs.every(input => seen.has(input))) return false;
    seen.add(id);
  }
  return outputs.every(({ id }) => seen.has(id));
}

describe("program", () => {
  test("names arguments, variables, constants and operators, before and after the passes", () => {
    const w = tf.variable(tf.ones([3, 2]), true, "program.w");
    const bias = tf.variable(tf.zeros([2]), true, "program.b");
    const step = jit((x: tf.Tensor2D) => {
      const [first, second] = tf.split(tf.add(tf.matMul(x, w as tf.Tensor2D), bias), 2, 1);
      bias.assign(tf.mul(bias, 0.5));
      return tf.mul(tf.add(first!, second!), 3);
    });
    expect(step.program()).toBeUndefined();
    step(tf.ones([4, 3]));
    const { before, after } = step.program()!;
    for (const graph of [before, after]) {
      expect(isOrdered(graph)).toBe(true);
      expect(graph.outputs.map(o => o.label)).toEqual(["result 0", "program.b"]);
      const sources = graph.nodes.filter(n => n.kind === "argument" || n.kind === "variable");
      expect(sources.map(({ label, shape, dtype }) => ({ label, shape, dtype }))).toEqual(
        expect.arrayContaining([
          { label: "argument 0", shape: [4, 3], dtype: "float32" },
          { label: "program.w", shape: [3, 2], dtype: "float32" },
          { label: "program.b", shape: [2], dtype: "float32" },
        ]),
      );
      expect(graph.nodes.filter(n => n.kind === "constant").map(n => n.label)).toEqual(
        expect.arrayContaining(["0.5", "3"]),
      );
    }
    const ops = (graph: ProgramGraph) => graph.nodes.filter(n => n.kind === "operator").map(n => n.op);
    // The bias moves into the product: an Add less.
    expect(ops(before).filter(op => op === "Add")).toHaveLength(2);
    expect(ops(after).filter(op => op === "Add")).toHaveLength(1);
    expect(after.nodes.find(n => n.op === "Gemm")!.inputs).toHaveLength(3);
    expect(before.nodes.find(n => n.op === "Gemm")!.inputs).toHaveLength(2);
    expect(after.nodes.find(n => n.op === "Split")!.label).toBe("Split axis=1");
    step.dispose();
  });
});
