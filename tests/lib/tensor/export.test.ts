/** Exported models: standard operators only, accepted by onnx's own checker, the same numbers after a reload. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportOnnx, loadOnnx, nn, TensorError, tf } from "../../../lib/tensor";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "export-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const python = join(__dirname, "../../../.venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

/** onnx's checker with full shape inference, and the list of operator domains. */
function check(path: string): string[] {
  const script = `
import onnx, sys
onnx.checker.check_model(sys.argv[1], full_check=True)
model = onnx.load(sys.argv[1], load_external_data=False)
print(" ".join(sorted({n.domain or "ai.onnx" for n in model.graph.node})))`;
  return execFileSync(python, ["-c", script, path], { encoding: "utf8" }).trim().split(" ");
}

function largestDifference(a: tf.Tensor, b: tf.Tensor): number {
  const [x, y] = [Array.from(a.dataSync()), Array.from(b.dataSync())];
  expect(y.length).toBe(x.length);
  return x.reduce((max, v, i) => Math.max(max, Math.abs(v - y[i]!)), 0);
}

function convolutional() {
  const w = tf.variable(tf.randomNormal([3, 3, 3, 16], 0, 0.2, "float32", 1));
  const b = tf.variable(tf.randomNormal([16], 0, 0.2, "float32", 2));
  const dense = tf.variable(tf.randomNormal([4 * 4 * 16, 10], 0, 0.1, "float32", 3));
  return (x: tf.Tensor4D) => {
    const h = tf.maxPool(tf.relu(tf.add(tf.conv2d(x, w as tf.Tensor4D, 1, "same"), b)) as tf.Tensor4D, 2, 2, "valid");
    return tf.softmax(tf.matMul(tf.reshape(h, [-1, 4 * 4 * 16]), dense as tf.Tensor2D));
  };
}

/** Fused kernels, embeddings, attention: everything that has a form of ONNX Runtime's own. */
function transformer() {
  const table = tf.variable(tf.randomNormal([11, 16], 0, 1, "float32", 1));
  const gain = tf.variable(tf.ones([16]));
  const bias = tf.variable(tf.zeros([16]));
  const w = tf.variable(tf.randomNormal([16, 16], 0, 0.3, "float32", 2));
  return (tokens: tf.Tensor2D) => {
    const x = nn.layerNorm(tf.gather(table, tokens), gain, bias);
    const y = nn.gelu(nn.silu(tf.matMul(x, w)));
    const scores = tf.softmax(tf.matMul(y as tf.Tensor3D, x as tf.Tensor3D, false, true));
    return { mixed: tf.matMul(scores, y), scores };
  };
}

describe("exportOnnx", () => {
  test("an example that is no list, or no path, is refused before anything is written", () => {
    const refused = (...args: unknown[]) => {
      try {
        (exportOnnx as (...args: unknown[]) => unknown)((x: tf.Tensor) => tf.neg(x), ...args);
      } catch (error) {
        return [(error as TensorError).code, (error as TensorError).message];
      }
      return undefined;
    };
    expect(refused(tf.ones([2]), join(folder, "a.onnx"))).toEqual(["FTT_ARGUMENT", expect.stringContaining("[x]")]);
    expect(refused([tf.ones([2])])).toEqual(["FTT_ARGUMENT", expect.stringContaining("path")]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a convolutional network gives the same numbers after a reload", () => {
    const fn = convolutional();
    const x = tf.randomUniform([2, 8, 8, 3], 0, 1, "float32", 4) as tf.Tensor4D;
    const model = exportOnnx(fn, [x], join(folder, "net.onnx"));
    expect(model).toMatchObject({ inputNames: ["input"], outputNames: ["output"], dataPath: undefined });
    expect(readdirSync(folder)).toEqual(["net.onnx"]);
    const loaded = loadOnnx(model.path);
    try {
      expect(largestDifference(fn(x), loaded.run({ input: x }).output!)).toBeLessThanOrEqual(1e-6);
    } finally {
      loaded.dispose();
    }
  });

  test("fused kernels are written out in standard operators, and structured results keep their names", () => {
    const fn = transformer();
    const tokens = tf.tensor2d([[1, 5, 10, 3]], [1, 4], "int32");
    const model = exportOnnx(fn, [tokens], join(folder, "block.onnx"));
    expect(model.outputNames).toEqual(["output_mixed", "output_scores"]);
    expect(readFileSync(model.path).includes("com.microsoft")).toBe(false);
    const loaded = loadOnnx(model.path);
    try {
      const out = loaded.run({ input: tokens });
      const expected = fn(tokens);
      expect(largestDifference(expected.mixed, out.output_mixed!)).toBeLessThanOrEqual(1e-6);
      expect(largestDifference(expected.scores, out.output_scores!)).toBeLessThanOrEqual(1e-6);
    } finally {
      loaded.dispose();
    }
  });

  test("large weights go to a file of external data beside the model", () => {
    const fn = convolutional();
    const x = tf.randomUniform([1, 8, 8, 3], 0, 1, "float32", 4) as tf.Tensor4D;
    const model = exportOnnx(fn, [x], join(folder, "net.onnx"), { externalDataAbove: 1000 });
    expect(readdirSync(folder).sort()).toEqual(["net.onnx", "net.onnx.data"]);
    expect(readFileSync(model.path).length).toBeLessThan(6000);
    const loaded = loadOnnx(model.path);
    try {
      expect(largestDifference(fn(x), loaded.run({ input: x }).output!)).toBeLessThanOrEqual(1e-6);
    } finally {
      loaded.dispose();
    }
  });

  test("onnx's checker accepts every exported model", () => {
    const image = tf.zeros([2, 8, 8, 3]) as tf.Tensor4D;
    const tokens = tf.zeros([1, 4], "int32") as tf.Tensor2D;
    const models = [
      exportOnnx(convolutional(), [image], join(folder, "a.onnx")),
      exportOnnx(convolutional(), [image], join(folder, "b.onnx"), { externalDataAbove: 1000 }),
      exportOnnx(transformer(), [tokens], join(folder, "c.onnx")),
    ];
    for (const { path } of models) expect(check(path)).toEqual(["ai.onnx"]);
  });

  test("a failed write leaves the old file and no temporary one", () => {
    const path = join(folder, "net.onnx");
    exportOnnx((x: tf.Tensor) => tf.neg(x), [tf.ones([1])], path);
    const before = readFileSync(path);
    expect(() => exportOnnx((x: tf.Tensor) => tf.neg(x), [tf.ones([1])], join(path, "below-a-file"))).toThrow();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["net.onnx"]);
    expect(existsSync(`${path}.data`)).toBe(false);
  });

  test("a function without tensor results, and a missing input, are refused", () => {
    expect(() => exportOnnx(() => 3, [], join(folder, "x.onnx"))).toThrow(TensorError);
    const { path } = exportOnnx((x: tf.Tensor) => tf.neg(x), [tf.ones([1])], join(folder, "x.onnx"));
    const loaded = loadOnnx(path);
    expect(() => loaded.run({})).toThrow(/expected inputs input, got none/);
    loaded.dispose();
  });
});
