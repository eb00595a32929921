/** The rewrite passes about products and convolutions: each applies where it should, and changes nothing that is computed. */
import { jit, tf } from "../../../../lib/tensor";
import { difference, noise } from "../nn/finite-differences";

type Tensor = tf.Tensor;

/** Runs a function compiled and eagerly; returns how often a pass applied and how far the results are apart. */
function apply(
  pass: string,
  fn: (...xs: Tensor[]) => Tensor | Tensor[],
  inputs: Tensor[],
): { hits: number; error: number } {
  const list = (...xs: Tensor[]): Tensor[] => {
    const result = fn(...xs);
    return Array.isArray(result) ? result : [result];
  };
  const step = jit(list);
  try {
    const [compiled, eager] = [step(...inputs), list(...inputs)];
    const errors = compiled.map((t, i) => difference(t, eager[i]!));
    return { hits: step.stats().rewrites[pass] ?? 0, error: Math.max(...errors) };
  } finally {
    step.dispose();
  }
}

/** Two float32 sums of up to 100 numbers of size 1, in another order. */
const tolerance = 2e-5;

describe("sumOfProducts", () => {
  const recurrence = (x: Tensor, w: Tensor) =>
    tf.grad((w: Tensor) => {
      let h: Tensor = tf.zeros([3, 4]);
      for (const step of tf.unstack(x, 0)) h = tf.tanh(tf.add(tf.matMul(h, w), step));
      return tf.sum(h);
    })(w);

  it("gathers the gradients of a weight that every step of a recurrence uses", () => {
    const { hits, error } = apply("sumOfProducts", recurrence, [noise([6, 3, 4], 1), noise([4, 4], 2)]);
    expect(hits).toBeGreaterThanOrEqual(4);
    expect(error).toBeLessThan(tolerance);
  });

  it("keeps terms that are no products", () => {
    const fn = (a: Tensor, b: Tensor, c: Tensor) =>
      tf.add(tf.add(tf.matMul(a, b, true), c), tf.add(tf.matMul(b, a, true), tf.matMul(b, b, true)));
    const { hits, error } = apply("sumOfProducts", fn, [noise([5, 4], 1), noise([5, 4], 2), noise([4, 4], 3)]);
    expect(hits).toBe(3);
    expect(error).toBeLessThan(tolerance);
  });

  it("leaves a product that is needed for itself", () => {
    const fn = (a: Tensor, b: Tensor) => {
      const p = tf.matMul(a, b, true);
      return [p, tf.add(p, tf.matMul(b, a, true))];
    };
    const { hits, error } = apply("sumOfProducts", fn, [noise([5, 4], 1), noise([5, 4], 2)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });
});

describe("productScale", () => {
  it.each<[string, number[], number[]]>([
    ["a matrix product", [3, 4], [4, 5]],
    ["a batch of products", [2, 3, 4], [2, 4, 5]],
  ])("moves a factor into %s", (_, a, b) => {
    const { hits, error } = apply("productScale", (x, y) => tf.mul(tf.matMul(x!, y!), 0.3), [noise(a, 1), noise(b, 2)]);
    expect(hits).toBe(1);
    expect(error).toBeLessThan(tolerance);
  });

  it("multiplies factors that follow one another, through reshapes", () => {
    const fn = (x: Tensor, y: Tensor) =>
      tf.mul(tf.reshape(tf.mul(tf.matMul(x, y, false, true), 2), [-1]), tf.scalar(0.3));
    const { hits, error } = apply("productScale", fn, [noise([2, 3, 4], 1), noise([2, 5, 4], 2)]);
    expect(hits).toBeGreaterThanOrEqual(1);
    expect(error).toBeLessThan(tolerance);
  });

  it("leaves a product that is also needed without the factor", () => {
    const fn = (x: Tensor, y: Tensor) => {
      const p = tf.matMul(x, y);
      return [tf.mul(p, 0.3), tf.exp(p)];
    };
    const { hits, error } = apply("productScale", fn, [noise([3, 4], 1), noise([4, 5], 2)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });
});

describe("operandScale", () => {
  it("moves a factor of the operand into every product that reads it", () => {
    const fn = (x: Tensor, y: Tensor) => {
      const scaled = tf.mul(tf.exp(x), 0.3);
      return [tf.matMul(scaled, y), tf.matMul(tf.reshape(scaled, [4, 3]), y, true, true)];
    };
    const { hits, error } = apply("operandScale", fn, [noise([3, 4], 1), noise([4, 4], 2)]);
    expect(hits).toBe(1);
    expect(error).toBeLessThan(tolerance);
  });

  it("leaves a product of the scaled operand with itself", () => {
    const fn = (x: Tensor) => {
      const scaled = tf.mul(tf.exp(x), 0.3);
      return tf.matMul(scaled, scaled, true, false);
    };
    const { hits, error } = apply("operandScale", fn, [noise([3, 4], 1)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });

  it("leaves a factor that something else needs", () => {
    const fn = (x: Tensor, y: Tensor) => {
      const scaled = tf.mul(tf.exp(x), 0.3);
      return [tf.matMul(scaled, y), tf.sum(scaled, 0)];
    };
    const { hits, error } = apply("operandScale", fn, [noise([3, 4], 1), noise([4, 4], 2)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });
});

describe("productBias", () => {
  it("gives a bias vector to the product, also with a factor", () => {
    const fn = (x: Tensor, w: Tensor, b: Tensor) => tf.add(tf.mul(tf.matMul(x, w), 0.5), b);
    const { hits, error } = apply("productBias", fn, [noise([3, 4], 1), noise([4, 5], 2), noise([5], 3)]);
    expect(hits).toBe(1);
    expect(error).toBeLessThan(tolerance);
  });

  it("gives a whole matrix to the product", () => {
    const fn = (x: Tensor, w: Tensor, c: Tensor) => tf.add(c, tf.matMul(x, w));
    const { hits, error } = apply("productBias", fn, [noise([3, 4], 1), noise([4, 5], 2), noise([3, 5], 3)]);
    expect(hits).toBe(1);
    expect(error).toBeLessThan(tolerance);
  });

  it("adds two products of the same shape", () => {
    const fn = (x: Tensor, w: Tensor) => tf.add(tf.matMul(x, w), tf.matMul(tf.exp(x), w));
    const { error } = apply("productBias", fn, [noise([3, 4], 1), noise([4, 5], 2)]);
    expect(error).toBeLessThan(tolerance);
  });

  it("leaves a column that broadcasts along rows", () => {
    const fn = (x: Tensor, w: Tensor, c: Tensor) => tf.add(tf.matMul(x, w), c);
    const { hits, error } = apply("productBias", fn, [noise([3, 4], 1), noise([4, 5], 2), noise([3, 1], 3)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });

  it("leaves a vector that would widen the result", () => {
    const fn = (x: Tensor, w: Tensor, c: Tensor) => tf.add(tf.reshape(tf.matMul(x, w), [5, 1]), c);
    const { hits, error } = apply("productBias", fn, [noise([5, 4], 1), noise([4, 1], 2), noise([5], 3)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });
});

describe("convEpilogue", () => {
  const convolve = (x: Tensor, w: Tensor, b: Tensor) =>
    tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), b));
  const inputs = (channels: number) => [noise([2, 5, 6, 16], 1), noise([3, 3, 16, channels], 2), noise([channels], 3)];

  it("gives bias and ReLU to a blocked convolution", () => {
    const { hits, error } = apply("convEpilogue", convolve as never, inputs(16));
    // Where the processor has no blocked convolution there is nothing to do, and the numbers are the same.
    expect([0, 2]).toContain(hits);
    expect(error).toBeLessThan(1e-4); // sums of 144 products
  });

  it("leaves channels that do not fill whole blocks", () => {
    const { error } = apply("convEpilogue", convolve as never, inputs(20));
    expect(error).toBeLessThan(1e-4);
  });

  it("keeps what others need before the ReLU", () => {
    const fn = (x: Tensor, w: Tensor, b: Tensor) => {
      const y = tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), b);
      return [tf.relu(y), tf.neg(y)];
    };
    const { error } = apply("convEpilogue", fn as never, inputs(16));
    expect(error).toBeLessThan(1e-4);
  });
});

describe("wideBias", () => {
  const biased = (x: Tensor, w: Tensor, b: Tensor) => tf.mul(tf.add(tf.matMul(x, w), b), 0.25);

  it("takes a bias, scaled as it is, out of a product that outgrows the cache", () => {
    const { hits, error } = apply("wideBias", biased, [noise([2048, 3], 1), noise([3, 256], 2), noise([256], 3)]);
    expect(hits).toBe(1);
    expect(error).toBeLessThan(tolerance);
  });

  it("leaves a bias in a small product", () => {
    const { hits, error } = apply("wideBias", biased, [noise([64, 3], 1), noise([3, 256], 2), noise([256], 3)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });
});

describe("productOrientation", () => {
  it("puts the narrower operand second in a gradient over many rows", () => {
    const fn = (x: Tensor, y: Tensor) => tf.mul(tf.matMul(x, y, true, false), 1 / 32);
    const { hits, error } = apply("productOrientation", fn, [noise([1024, 64], 1), noise([1024, 130], 2)]);
    expect(hits).toBe(1);
    expect(error).toBeLessThan(tolerance);
  });

  it.each([
    ["few rows", [512, 64], [512, 130]],
    ["a result of few rows", [1024, 9], [1024, 32]],
    ["a second operand that is narrow already", [1024, 64], [1024, 100]],
  ])("leaves %s", (_, a, b) => {
    const fn = (x: Tensor, y: Tensor) => tf.mul(tf.matMul(x, y, true, false), 1 / 32);
    const { hits, error } = apply("productOrientation", fn, [noise(a, 1), noise(b, 2)]);
    expect(hits).toBe(0);
    expect(error).toBeLessThan(tolerance);
  });
});
