// plot.graph of what jit traced: every operator a box, every result too, constants written where they are used.
import { jit, plot, sgd, tf, trainStep } from "../../../lib";

interface Shown {
  words: string[];
  labels: string[];
}

function shown(figure: plot.Figure): Shown {
  const labels = figure.data.find(trace => trace.mode === "text")!.text as string[];
  return { words: figure.text().split("\n"), labels };
}

describe("plot.graph of a jitted function", () => {
  const w = tf.variable(tf.ones([3, 2]), true, "drawn.w") as tf.Variable & tf.Tensor2D;
  const forward = jit((x: tf.Tensor2D) => tf.mul(tf.add(tf.matMul(x, w), 0.5), 2));

  it("asks for a call first", () => {
    expect(() => plot.graph(forward)).toThrow(/has not run, so nothing is traced; call it once first/);
  });

  it("names arguments, variables, operators with their constants, and results", () => {
    forward(tf.ones([4, 3]));
    const { labels } = shown(plot.graph(forward, { stage: "before" }));
    expect(labels).toEqual([
      "<b>argument 0</b><br>[4, 3]",
      "<b>drawn.w</b><br>[3, 2]",
      "<b>Gemm</b><br>[4, 2]",
      "<b>Add</b><br>… + 0.5<br>[4, 2]",
      "<b>Mul</b><br>… × 2<br>[4, 2]",
      "<b>result 0</b><br>[4, 2]",
    ]);
  });

  it("of a train step tells which variables are written", () => {
    const loss = (x: tf.Tensor2D) => tf.mean(tf.square(tf.matMul(x, w))) as tf.Scalar;
    const step = jit(trainStep(loss, [w], sgd([w], { learningRate: 0.1 })));
    step(tf.ones([4, 3]));
    const { words, labels } = shown(plot.graph(step));
    expect(labels).toContain("<b>new drawn.w</b><br>[3, 2]");
    expect(words.some(line => / → .*new drawn\.w$/.test(line))).toBe(true);
    expect(shown(plot.graph(step.program()!.after)).labels).toEqual(labels);
    step.dispose();
  });

  it("knows two stages", () => {
    expect(() => plot.graph(forward, { stage: "between" as never })).toThrow(/stage/);
  });
});

describe("arrows", () => {
  it("end at the upper edge of their box, and no two at the same place", () => {
    const nodes = ["a", "b", "c", "sum"].map(id => ({ id }));
    const { data } = plot.graph({ nodes, edges: ["a", "b", "c"].map((id): [string, string] => [id, "sum"]) });
    const heads = data[1] as { x: (number | null)[]; y: (number | null)[] };
    const tips = [0, 5, 10].map(i => [heads.x[i], heads.y[i]]);
    expect(new Set(tips.map(([x]) => x)).size).toBe(3);
    expect(new Set(tips.map(([, y]) => y)).size).toBe(1);
  });
});
