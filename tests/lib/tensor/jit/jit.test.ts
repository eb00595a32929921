/** What a jitted function promises: the same numbers and the same structure as the plain one, state kept, traces bounded. */
import { jit, TensorError, tf } from "../../../../lib/tensor";

const values = (t: tf.Tensor) => Array.from(t.dataSync());

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof TensorError) return error.code;
    throw error;
  }
  return "no error";
}

describe("arguments and results", () => {
  test("nested arrays, objects and plain values keep their structure", () => {
    const f = jit((batch: { x: tf.Tensor; pair: [tf.Tensor, tf.Tensor] }, factor: number) => ({
      sum: tf.add(batch.x, batch.pair[0]),
      rest: [tf.mul(batch.pair[1], factor), { name: "kept", nothing: null }],
    }));
    const out = f({ x: tf.tensor1d([1, 2]), pair: [tf.tensor1d([3, 4]), tf.scalar(5)] }, 2);
    expect(values(out.sum)).toEqual([4, 6]);
    expect(values(out.rest[0] as tf.Tensor)).toEqual([10]);
    expect(out.rest[1]).toEqual({ name: "kept", nothing: null });
  });

  test("one trace serves every call with the same shapes; a new shape, dtype or plain value makes another", () => {
    let runs = 0;
    const f = jit((x: tf.Tensor, k: number) => {
      runs++;
      return tf.mul(x, k);
    });
    f(tf.tensor1d([1, 2]), 2);
    f(tf.tensor1d([5, 6]), 2);
    expect(runs).toBe(1);
    f(tf.tensor1d([1, 2, 3]), 2);
    f(tf.tensor1d([1, 2], "int32"), 2);
    expect(values(f(tf.tensor1d([1, 2]), 3))).toEqual([3, 6]);
    expect(runs).toBe(4);
    expect(f.stats()).toMatchObject({ traces: 4, runs: 5, evictions: 0 });
  });

  test("the cache of traces is bounded and evicts the least recently used", () => {
    const f = jit((x: tf.Tensor) => tf.neg(x), { maxTraces: 2 });
    const of = (n: number) => f(tf.zeros([n]));
    of(1);
    of(2);
    of(1);
    of(3); // evicts 2
    expect(f.stats()).toMatchObject({ traces: 3, evictions: 1 });
    of(1);
    expect(f.stats().traces).toBe(3);
    of(2);
    expect(f.stats()).toMatchObject({ traces: 4, evictions: 2 });
  });

  test("inside another trace, and under a gradient, a jitted function is inlined", () => {
    const square = jit((x: tf.Tensor) => tf.square(x));
    const outer = jit((x: tf.Tensor) => tf.add(square(x), 1));
    expect(values(outer(tf.scalar(3)))).toEqual([10]);
    expect(values(tf.grad((x: tf.Tensor) => tf.sum(square(x)))(tf.tensor1d([2, 5])))).toEqual([4, 10]);
  });

  test("gradients of every order are traced", () => {
    const third = jit((x: tf.Tensor) => {
      const cube = (t: tf.Tensor) => tf.sum(tf.mul(tf.mul(t, t), t));
      const first = tf.grad(cube);
      return [first(x), tf.grad((t: tf.Tensor) => tf.sum(first(t)))(x)];
    });
    const [first, second] = third(tf.tensor1d([1, 2]));
    expect(values(first!)).toEqual([3, 12]);
    expect(values(second!)).toEqual([6, 12]);
  });
});

describe("state", () => {
  test("variables are read before and written after each run", () => {
    const v = tf.variable(tf.scalar(1));
    const f = jit((x: tf.Tensor) => {
      v.assign(tf.add(v, x) as tf.Scalar);
      return tf.mul(v, 10);
    });
    expect([1, 2, 3].map(x => values(f(tf.scalar(x)))[0])).toEqual([20, 40, 70]);
    expect(values(v)).toEqual([7]);
    v.assign(tf.scalar(100));
    expect(values(f(tf.scalar(1)))).toEqual([1010]);
  });

  test("arrays read from a variable, and clones of it, keep their numbers while training goes on", () => {
    const start = Float32Array.of(1, 2);
    const v = tf.variable(tf.tensor1d(start));
    const f = jit(() => {
      v.assign(tf.add(v, 1) as tf.Tensor1D);
    });
    const before = v.dataSync();
    const clone = v.clone();
    f();
    const middle = v.dataSync();
    const later = v.clone();
    const head = v.slice([0], [1]);
    for (let i = 0; i < 4; i++) f();
    expect(Array.from(before)).toEqual([1, 2]);
    expect(Array.from(start)).toEqual([1, 2]);
    expect(values(clone)).toEqual([1, 2]);
    expect(Array.from(middle)).toEqual([2, 3]);
    expect(values(later)).toEqual([2, 3]);
    expect(values(head)).toEqual([2]);
    expect(values(v)).toEqual([6, 7]);
  });

  test("an optimizer of tf.train makes its slots in the first call and compiles once", () => {
    const w = tf.variable(tf.tensor1d([5, -3]));
    const optimizer = tf.train.adam(0.1);
    const f = jit(() => optimizer.minimize(() => tf.sum(tf.square(w)) as tf.Scalar, true)!);
    const losses = Array.from({ length: 50 }, () => values(f())[0]!);
    expect(f.stats().traces).toBe(1);
    expect(losses[49]).toBeLessThan(losses[0]! / 10);
    const plain = tf.variable(tf.tensor1d([5, -3]));
    const reference = tf.train.adam(0.1);
    const expected = Array.from(
      { length: 50 },
      () => values(reference.minimize(() => tf.sum(tf.square(plain)) as tf.Scalar, true)!)[0]!,
    );
    losses.forEach((loss, i) => {
      expect(Math.abs(loss - expected[i]!)).toBeLessThan(1e-3);
    });
  });

  test("a variable whose first value depends on an argument is made once and then kept", () => {
    let average: tf.Variable | undefined;
    const f = jit((x: tf.Tensor) => {
      if (!average) average = tf.variable(tf.mul(x, 1) as tf.Tensor, false);
      else average.assign(tf.add(tf.mul(average, 0.5), tf.mul(x, 0.5)));
      return tf.mul(average, 1);
    });
    expect([8, 4, 0].map(x => values(f(tf.scalar(x)))[0])).toEqual([8, 6, 3]);
  });

  test("variables made on every call are refused", () => {
    const f = jit((x: tf.Tensor) => tf.add(tf.variable(tf.zeros([1])), x));
    f(tf.scalar(1));
    expect(codeOf(() => f(tf.scalar(1)))).toBe("FTT_TRACE_VARIABLE");
  });

  test("after a failed first trace the optimizer still works", () => {
    const w = tf.variable(tf.scalar(3));
    const optimizer = tf.train.adam(0.1);
    let broken = true;
    const f = jit(() => {
      const loss = optimizer.minimize(() => tf.square(w) as tf.Scalar, true)!;
      return broken ? tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])) : loss;
    });
    expect(() => f()).toThrow(/inner dimensions must match, got \[2,3\] x \[2,3\]/);
    broken = false;
    expect(values(f())[0]).toBe(9);
    expect(values(f())[0]).toBeLessThan(9);
  });
});

describe("memory", () => {
  test("tensors do not pile up over 10,000 steps", () => {
    const w = tf.variable(tf.randomNormal([128, 128], 0, 0.1, "float32", 1));
    const optimizer = tf.train.adam(1e-3);
    const f = jit(
      (x: tf.Tensor) =>
        optimizer.minimize(() => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D))) as tf.Scalar, true)!,
    );
    const x = tf.randomNormal([4, 128], 0, 1, "float32", 2);
    const run = (steps: number) => {
      for (let i = 0; i < steps; i++) f(x).dispose();
    };
    // The heap finds its size first.
    run(5000);
    const before = { ...tf.memory(), rss: process.memoryUsage().rss };
    run(10_000);
    const after = { ...tf.memory(), rss: process.memoryUsage().rss };
    expect(after.numTensors).toBe(before.numTensors);
    expect(after.numBytes).toBe(before.numBytes);
    // What V8 and the allocator keep back varies by some tens of megabytes; a leak of one 64 KB weight a step would be 655.
    expect(after.rss - before.rss).toBeLessThan(100e6);
  });

  test("disposing gives sessions back and refuses further calls", () => {
    const f = jit((x: tf.Tensor) => tf.neg(x));
    f(tf.scalar(1));
    f.dispose();
    expect(codeOf(() => f(tf.scalar(1)))).toBe("FTT_DISPOSED");
  });
});

describe("determinism", () => {
  test("the same weights and inputs give bit-identical losses, run after run, with one thread and with two", () => {
    const losses = (threadCount: number) => {
      const w = [
        tf.variable(tf.randomNormal([64, 128], 0, 0.1, "float32", 1)),
        tf.variable(tf.randomNormal([128, 10], 0, 0.1, "float32", 2)),
      ];
      const optimizer = tf.train.adam(1e-2);
      const x = tf.randomNormal([256, 64], 0, 1, "float32", 3);
      const rows = tf.tensor1d(
        Array.from({ length: 256 }, (_, i) => i % 10),
        "int32",
      );
      const table = tf.variable(tf.randomNormal([10, 64], 0, 1, "float32", 4));
      const f = jit(
        () =>
          optimizer.minimize(() => {
            const h = tf.relu(tf.matMul(tf.add(x, tf.gather(table, rows)) as tf.Tensor2D, w[0] as tf.Tensor2D));
            return tf.losses.softmaxCrossEntropy(
              tf.oneHot(rows, 10),
              tf.matMul(h as tf.Tensor2D, w[1] as tf.Tensor2D),
            ) as tf.Scalar;
          }, true)!,
        { threads: threadCount },
      );
      const out = Array.from({ length: 20 }, () => values(f())[0]!);
      f.dispose();
      for (const v of [...w, table]) v.dispose();
      optimizer.dispose();
      return out;
    };
    for (const threadCount of [1, 2]) expect(losses(threadCount)).toEqual(losses(threadCount));
  });
});
