/** The optional backend `tensorflow`, tested where `bash bench/train/tfjs-node.sh` has installed it; a clear line where it has not. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { adam, jit, tf, trainStep, useBackend } from "../../../lib/tensor";

const modules = join(__dirname, "..", "..", "..", ".ftt", "peers-npm");
const installed = existsSync(
  join(modules, "node_modules", "@tensorflow", "tfjs-node", "lib", "napi-v8", "tfjs_binding.node"),
);
const cwd = process.cwd();

afterEach(() => {
  process.chdir(cwd);
  useBackend("ort");
});

/** Five steps of a small perceptron, from fixed weights. */
function losses(): number[] {
  return tf.tidy(() => {
    const fixed = (shape: number[], phase: number) =>
      tf.sin(
        tf.add(
          tf.reshape(
            tf.range(
              0,
              shape.reduce((a, b) => a * b, 1),
            ),
            shape,
          ),
          phase,
        ),
      );
    const [w, v] = [tf.variable(fixed([6, 8], 1)), tf.variable(fixed([8, 3], 2))];
    const [x, y] = [fixed([16, 6], 3) as tf.Tensor2D, fixed([16, 3], 4) as tf.Tensor2D];
    const loss = (x: tf.Tensor, y: tf.Tensor): tf.Scalar =>
      tf.mean(tf.squaredDifference(tf.matMul(tf.tanh(tf.matMul(x, w)) as tf.Tensor2D, v as tf.Tensor2D), y));
    const optimizer = adam([w, v], { learningRate: 0.05 });
    const step = jit(trainStep(loss, [w, v], optimizer));
    const values = Array.from({ length: 5 }, () => step(x, y).dataSync()[0]!);
    step.dispose();
    optimizer.dispose();
    w.dispose();
    v.dispose();
    return values;
  });
}

if (installed) {
  test("useBackend('tensorflow') trains to the same losses as ort", () => {
    const ours = losses();
    process.chdir(modules);
    useBackend("tensorflow");
    expect(tf.getBackend()).toBe("tensorflow");
    const theirs = losses();
    // Two libraries' sums of 16 products, five steps apart.
    theirs.forEach((value, i) => {
      expect(value).toBeCloseTo(ours[i]!, 5);
    });
    expect(ours[4]).toBeLessThan(ours[0]!);
  });
} else {
  test.skip("tfjs-node is not installed (bash bench/train/tfjs-node.sh): the backend `tensorflow` is not tested", () => {});
}

test("where tfjs-node is not installed, useBackend says what to do", () => {
  if (installed) return;
  expect(() => useBackend("tensorflow")).toThrow(/npm install @tensorflow\/tfjs-node/);
});
