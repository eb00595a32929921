/** The eager backend: small work on the host, large work in cached sessions, buffers used again, other backends on request. */
import { TensorError, tf, useBackend } from "../../../lib/tensor";
import { clearEagerSessions, eagerSessionCount } from "../../../lib/tensor/backend/eager";
import { backend } from "../../../lib/tensor/backend/install";

const values = (t: tf.Tensor) => Array.from(t.dataSync());

describe("eager kernels", () => {
  beforeEach(clearEagerSessions);

  test("small tensors need no session, large ones one for each signature", () => {
    tf.tidy(() => {
      tf.add(tf.ones([10]), 1);
      expect(eagerSessionCount()).toBe(0);
      const [a, b] = [tf.randomNormal([100, 100], 0, 1, "float32", 1), tf.randomNormal([100, 100], 0, 1, "float32", 2)];
      const before = eagerSessionCount();
      tf.matMul(a, b);
      tf.matMul(b, a);
      expect(eagerSessionCount()).toBe(before + 1);
      tf.matMul(a, b, true);
      expect(eagerSessionCount()).toBe(before + 2);
    });
  });

  test("a buffer that died is used again, and never while somebody still reads it", () => {
    const x = tf.ones([8192]);
    const y = tf.mul(x, 2);
    const read = y.dataSync();
    const head = y.slice([0], [4]);
    const alias = y.reshape([2, 4096]);
    const memory = (backend.record(y.dataId).values as Float32Array).buffer;
    y.dispose();
    const z = tf.mul(x, 3);
    expect(values(head)).toEqual([2, 2, 2, 2]);
    expect(read[0]).toBe(2);
    expect(values(alias)[0]).toBe(2);
    alias.dispose();
    const w = tf.mul(x, 4);
    expect((backend.record(w.dataId).values as Float32Array).buffer).toBe(memory);
    expect(values(z)[0]).toBe(3);
    expect(values(w)[8191]).toBe(4);
  });

  test("kernels without a lowering run in tfjs's JavaScript at any size", () => {
    const x = tf.range(0, 10_000, 1, "int32") as tf.Tensor1D;
    expect(tf.unique(tf.mod(x, 7) as tf.Tensor1D).values.size).toBe(7);
    const spectrum = tf.spectral.rfft(tf.ones([1, 8]));
    expect(values(tf.real(spectrum))[0]).toBe(8);
    expect(values(tf.reshape(tf.tensor1d(["a", "b"]), [2, 1]))).toEqual(["a", "b"]);
  });

  test("sessions are bounded: old signatures make room for new ones", () => {
    for (let n = 0; n < 600; n++) tf.tidy(() => tf.neg(tf.zeros([5000 + n])));
    expect(eagerSessionCount()).toBeLessThanOrEqual(512);
    expect(values(tf.sum(tf.neg(tf.ones([5000]))))).toEqual([-5000]);
  });

  test("eager steps leave no tensors behind", () => {
    const w = tf.variable(tf.randomNormal([64, 64], 0, 0.1, "float32", 1));
    const x = tf.randomNormal([128, 64], 0, 1, "float32", 2);
    const optimizer = tf.train.sgd(0.01);
    const loss = () => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))) as tf.Scalar;
    optimizer.minimize(loss);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) optimizer.minimize(loss);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("useBackend", () => {
  afterEach(() => useBackend("ort"));

  test("tensors follow to another backend and back", () => {
    const x = tf.tensor1d([1, 2, 3]);
    useBackend("cpu");
    const y = tf.mul(x, 2);
    expect(tf.getBackend()).toBe("cpu");
    useBackend("ort");
    expect(values(tf.add(y, x))).toEqual([3, 6, 9]);
  });

  test("does not let tfjs's JavaScript print its advice to install another backend", () => {
    const warn = jest.spyOn(console, "warn").mockImplementation(() => undefined);
    // As in a fresh process, and outside of a test, where tfjs would keep silent.
    (tf.findBackend("cpu") as unknown as { firstUse: boolean }).firstUse = true;
    const isTest = tf.env().getBool("IS_TEST");
    tf.env().set("IS_TEST", false);
    try {
      useBackend("cpu");
      tf.tensor1d([1, 2]).square();
      expect(warn).not.toHaveBeenCalled();
    } finally {
      tf.env().set("IS_TEST", isTest);
      warn.mockRestore();
    }
  });

  test("an unknown backend is refused, and so is tfjs-node where it is not installed", () => {
    expect(() => useBackend("webgl2" as "cpu")).toThrow(/expected "ort", "cpu" or "tensorflow"/);
    let installed = true;
    try {
      require.resolve("@tensorflow/tfjs-node");
    } catch {
      installed = false;
    }
    if (installed) {
      useBackend("tensorflow");
      expect(values(tf.matMul([[1, 2]], [[3], [4]]))).toEqual([11]);
    } else {
      expect(() => useBackend("tensorflow")).toThrow(TensorError);
      expect(tf.getBackend()).toBe("ort");
    }
  });
});
