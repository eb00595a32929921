/** What a trace cannot do is refused with a typed error that names the line of user code and says what to do. */
import { jit, TensorError, tf } from "../../../../lib/tensor";

function caught(run: () => unknown): TensorError {
  try {
    run();
  } catch (error) {
    if (error instanceof TensorError) return error;
    throw error;
  }
  throw new Error("expected a TensorError, got none");
}

/** The line of this file on which `marker` stands alone in a comment. */
function lineOf(marker: string): number {
  const source = require("node:fs").readFileSync(__filename, "utf8").split("\n") as string[];
  return source.findIndex(line => line.includes(`// here: ${marker}`)) + 1;
}

function expectLine(error: TensorError, marker: string): void {
  expect(error.line).toMatch(new RegExp(`errors\\.test\\.ts:${lineOf(marker)}:\\d+$`));
}

describe("errors of tracing", () => {
  test("reading a traced tensor names the line", () => {
    const f = jit((x: tf.Tensor) => {
      const sum = tf.sum(x);
      if (sum.dataSync()[0]! > 0) return x; // here: read
      return tf.neg(x);
    });
    const error = caught(() => f(tf.ones([2])));
    expect(error.code).toBe("FTT_TRACE_READ");
    expect(error.message).toMatch(/tf\.where/);
    expectLine(error, "read");
  });

  test("a host random number names the line", () => {
    const f = jit((x: tf.Tensor) => {
      const noise = Math.random(); // here: random
      return tf.mul(x, noise);
    });
    const error = caught(() => f(tf.ones([2])));
    expect(error.code).toBe("FTT_TRACE_RANDOM");
    expectLine(error, "random");
    expect(Math.random()).toBeGreaterThanOrEqual(0);
  });

  test("a tensor that outlives its trace is refused when it is used", () => {
    const leaked: tf.Tensor[] = [];
    const f = jit((x: tf.Tensor) => {
      leaked.push(tf.keep(tf.square(x)));
      return tf.neg(x);
    });
    f(tf.ones([2]));
    const error = caught(() => {
      const sum = tf.add(leaked[0]!, 1); // here: leak
      return sum;
    });
    expect(error.code).toBe("FTT_TRACE_LEAK");
    expectLine(error, "leak");
    expect(caught(() => leaked[0]!.dataSync()).code).toBe("FTT_TRACE_LEAK");
  });

  test("a constant that outlives its trace is an ordinary tensor", () => {
    let mask: tf.Tensor | undefined;
    const f = jit((x: tf.Tensor) => {
      mask ??= tf.keep(tf.tensor1d([1, 0, 1]));
      return tf.mul(x, mask);
    });
    expect(Array.from(f(tf.ones([3])).dataSync())).toEqual([1, 0, 1]);
    expect(Array.from(f(tf.ones([2, 3])).dataSync())).toEqual([1, 0, 1, 1, 0, 1]);
  });

  test("an asynchronous function is refused", () => {
    const f = jit(async (x: tf.Tensor) => tf.neg(x));
    expect(caught(() => f(tf.ones([2]))).code).toBe("FTT_TRACE_ASYNC");
  });

  test("host state baked in is found on request", () => {
    let counter = 0;
    const f = jit((x: tf.Tensor) => tf.mul(x, ++counter), { verify: true });
    const error = caught(() => f(tf.ones([2])));
    expect(error.code).toBe("FTT_TRACE_SIDE_EFFECT");
    expect(error.message).toMatch(/tf\.variable/);
    const pure = jit((x: tf.Tensor) => tf.mul(x, 2), { verify: true });
    expect(Array.from(pure(tf.ones([1])).dataSync())).toEqual([2]);
  });

  test("disposing a variable inside a trace is refused", () => {
    const v = tf.variable(tf.ones([1]));
    const f = jit((x: tf.Tensor) => {
      const y = tf.add(v, x);
      v.dispose();
      return y;
    });
    expect(caught(() => f(tf.ones([1]))).code).toBe("FTT_TRACE_SIDE_EFFECT");
  });

  test("a kernel without a lowering says which", () => {
    const f = jit((x: tf.Tensor) => tf.unique(x as tf.Tensor1D).values);
    const error = caught(() => f(tf.tensor1d([1, 1, 2])));
    expect(error.code).toBe("FTT_NOT_LOWERED");
    expect(error.message).toMatch(/Unique/);
  });
});

describe("errors of use", () => {
  test("a disposed variable, a disposed capture and a disposed argument are refused", () => {
    const v = tf.variable(tf.ones([2]));
    const f = jit((x: tf.Tensor) => tf.add(v, x));
    f(tf.ones([2]));
    v.dispose();
    const error = caught(() => f(tf.ones([2]))); // here: disposed
    expect(error.code).toBe("FTT_DISPOSED");
    expectLine(error, "disposed");

    const mask = tf.tensor1d([1, 0]);
    const g = jit((x: tf.Tensor) => tf.mul(x, mask));
    g(tf.ones([2]));
    mask.dispose();
    expect(caught(() => g(tf.ones([2]))).code).toBe("FTT_DISPOSED");

    const gone = tf.ones([2]);
    gone.dispose();
    const argument = caught(() => jit((x: tf.Tensor) => tf.neg(x))(gone)); // here: gone
    expect(argument.code).toBe("FTT_DISPOSED");
    expectLine(argument, "gone");
  });

  test("arguments that are no tensors, numbers or lists of them are refused", () => {
    const f = jit((x: unknown) => tf.tensor1d([Number(x)]));
    expect(caught(() => f(new Map())).code).toBe("FTT_ARGUMENT");
    expect(caught(() => f(() => 1)).code).toBe("FTT_ARGUMENT");
    expect(caught(() => jit((x: tf.Tensor) => x)(tf.tensor1d(["a"]))).code).toBe("FTT_ARGUMENT");
  });

  test("Stop between two steps ends the loop and leaves the last finished step's state", () => {
    const key = Symbol.for("fromthetensor.jupyter");
    const host = globalThis as unknown as Record<symbol, unknown>;
    const v = tf.variable(tf.scalar(0));
    const f = jit(() => v.assign(tf.add(v, 1) as tf.Scalar));
    let steps = 0;
    host[key] = { interrupted: () => steps >= 3 };
    try {
      const error = caught(() => {
        for (;;) {
          f();
          steps++;
        }
      });
      expect(error.code).toBe("FTT_STOPPED");
    } finally {
      delete host[key];
    }
    expect(v.dataSync()[0]).toBe(3);
  });

  test("a loop that awaits its losses lets timers run", async () => {
    const w = tf.randomNormal([256, 256], 0, 1, "float32", 1);
    const f = jit((x: tf.Tensor) => tf.sum(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    try {
      // A turn every 100 ms at the latest; a loop that held on to the event loop would meet the deadline with no tick at all.
      const deadline = performance.now() + 20_000;
      while (ticks < 4 && performance.now() < deadline) await f(w).data();
      expect(ticks).toBeGreaterThanOrEqual(4);
    } finally {
      clearInterval(timer);
    }
  }, 30_000);
});
