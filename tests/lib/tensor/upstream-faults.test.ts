/** Faults in what we build on, each with a test that fails if we were exposed to it again. */
import { jit, tf } from "../../../lib/tensor";
import { finish } from "../../../lib/tensor/graph/finish";
import { Graph } from "../../../lib/tensor/graph/graph";
import { scatterAddRows } from "../../../lib/tensor/lowering/gather";
import { encodeModel } from "../../../lib/tensor/onnx/model";
import { nativeTensor, Session } from "../../../lib/tensor/runtime/session";

function quotient(loss: (x: tf.Tensor) => tf.Tensor, values: number[], shape: number[], i: number): number {
  const at = (delta: number) => loss(tf.tensor(values.with(i, values[i]! + delta), shape)).dataSync()[0]!;
  return (at(0.5) - at(-0.5)) / 1;
}

/** The op is linear in x, so that a difference quotient has no error but rounding. */
function expectGradient(fn: (x: tf.Tensor) => tf.Tensor, shape: number[]): void {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: size }, (_, i) => Math.sin(i));
  const loss = (x: tf.Tensor) => {
    const y = fn(x);
    return tf.sum(
      tf.mul(
        y,
        tf.tensor(
          Float32Array.from({ length: y.size }, (_, i) => Math.cos(i)),
          y.shape,
        ),
      ),
    );
  };
  const eager = Array.from(tf.grad(loss)(tf.tensor(values, shape)).dataSync());
  const traced = Array.from(jit((x: tf.Tensor) => tf.grad(loss)(x))(tf.tensor(values, shape)).dataSync());
  for (let i = 0; i < size; i++) {
    const expected = quotient(loss, values, shape, i);
    expect(Math.abs(eager[i]! - expected)).toBeLessThan(1e-4);
    expect(Math.abs(traced[i]! - expected)).toBeLessThan(1e-4);
  }
}

describe("faults of tfjs-cpu's JavaScript", () => {
  test("ResizeNearestNeighborGrad is the gradient of its forward pass, eagerly at any size and traced", () => {
    expectGradient(x => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [5, 7]), [1, 3, 4, 1]);
    expectGradient(x => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [2, 2]), [1, 3, 4, 1]);
  });

  test("ResizeBilinearGrad keeps height and width apart and knows half-pixel centers", () => {
    expectGradient(x => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 3]), [1, 3, 4, 1]);
    expectGradient(x => tf.image.resizeBilinear(x as tf.Tensor4D, [6, 8], false, true), [1, 3, 4, 1]);
  });

  test("AvgPoolGrad divides by the part of the window inside the image", () => {
    expectGradient(x => tf.avgPool(x as tf.Tensor4D, 3, 2, "same"), [1, 4, 5, 1]);
  });

  test("a widening cast does not leave integers behind a float tensor", () => {
    const x = tf.tensor1d([1, 2, 3], "int32").toFloat();
    expect(x.dataSync()).toBeInstanceOf(Float32Array);
    expect(Array.from(jit((t: tf.Tensor) => tf.mul(t, 0.5))(x).dataSync())).toEqual([0.5, 1, 1.5]);
  });
});

describe("faults of ONNX Runtime", () => {
  test("sums by repeated index are exact with two threads, where ScatterND loses some", () => {
    const [M, D] = [4096, 64];
    const g = new Graph();
    const ids = g.input([M], "int32");
    const rows = g.input([M, D], "float32");
    const base = g.constant(new Float32Array(3 * D), [3, D], "float32");
    const done = finish(g, [scatterAddRows(g, base, ids, rows)], []);
    expect(done.nodes.map(n => n.op)).not.toContain("ScatterND");
    const session = new Session(encodeModel(done), { device: "cpu", threads: 2, spin: false });
    try {
      for (let round = 0; round < 20; round++) {
        const out = new Float32Array(3 * D);
        session.run(
          {
            [ids.name]: nativeTensor(
              Int32Array.from({ length: M }, (_, i) => i % 3),
              [M],
              "int32",
            ),
            [rows.name]: nativeTensor(new Float32Array(M * D).fill(1), [M, D], "float32"),
          },
          { [done.outputs[0]!.name]: nativeTensor(out, [3, D], "float32") },
        );
        expect(new Set(out.subarray(0, D))).toEqual(new Set([1366]));
        expect(new Set(out.subarray(D))).toEqual(new Set([1365]));
      }
    } finally {
      session.dispose();
    }
  });

  test("making sessions leaves JavaScript's small numbers alone", () => {
    jit((x: tf.Tensor) => tf.neg(x))(tf.scalar(1));
    // `session.set_denormal_as_zero` would set the processor's flag for this thread.
    expect(Number.MIN_VALUE * 1).toBe(5e-324);
  });

  test("integer division and remainder by zero do not end the process", () => {
    const f = jit((a: tf.Tensor, b: tf.Tensor) => [tf.floorDiv(a, b), tf.mod(a, b)]);
    const [quotients] = f(tf.tensor1d([7, 8], "int32"), tf.tensor1d([0, 3], "int32"));
    expect(Array.from(quotients!.dataSync())).toEqual([0, 2]);
  });
});
