/** Passes that move biases, factors, ReLUs and masks to where they cost less: each finds its pattern, and the numbers stay. */
import { jit, tf } from "../../../../lib/tensor";
import { nchwcBlockSize } from "../../../../lib/tensor/runtime/probe";

function expectSame(fn: (...x: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): Readonly<Record<string, number>> {
  const compiled = jit(fn);
  const actual = Array.from(compiled(...inputs).dataSync());
  const expected = Array.from(fn(...inputs).dataSync());
  const scale = Math.max(...expected.map(Math.abs));
  expect(Math.max(...actual.map((v, i) => Math.abs(v - expected[i]!)))).toBeLessThanOrEqual(1e-5 * scale);
  const { rewrites } = compiled.stats();
  compiled.dispose();
  return rewrites;
}

describe("epilogues of products", () => {
  const x = tf.randomNormal([6, 5, 8], 0, 1, "float32", 1);
  const w = tf.variable(tf.randomNormal([8, 12], 0, 1, "float32", 2));
  const b = tf.variable(tf.randomNormal([12], 0, 1, "float32", 3));
  const dense = (t: tf.Tensor) => tf.add(tf.matMul(tf.reshape(t, [30, 8]), w as tf.Tensor2D), b);

  test("a bias moves into its product, through a reshape too", () => {
    expect(expectSame(dense, [x]).productBias).toBe(1);
    expect(
      expectSame(t => tf.add(tf.reshape(tf.matMul(tf.reshape(t, [30, 8]), w as tf.Tensor2D), [6, 5, 12]), b), [x])
        .productBias,
    ).toBe(1);
  });

  test("a factor after the bias scales both", () => {
    expect(expectSame(t => tf.mul(dense(t), 0.25), [x]).biasedProductScale).toBe(1);
  });

  test("a product that something else reads keeps its own value", () => {
    const rewrites = expectSame(
      t => {
        const product = tf.matMul(tf.reshape(t, [30, 8]), w as tf.Tensor2D);
        return tf.add(tf.sum(product), tf.add(product, b));
      },
      [x],
    );
    expect(rewrites.productBias).toBe(0);
  });

  test("a vector along another axis is no bias", () => {
    const rows = tf.variable(tf.randomNormal([30, 1], 0, 1, "float32", 4));
    const rewrites = expectSame(t => tf.add(tf.matMul(tf.reshape(t, [30, 8]), w as tf.Tensor2D), rows), [x]);
    expect(rewrites.productBias).toBe(0);
  });

  test("a convolution takes its bias and its ReLU", () => {
    const image = tf.randomNormal([2, 6, 6, 16], 0, 1, "float32", 5) as tf.Tensor4D;
    const filter = tf.variable(tf.randomNormal([3, 3, 16, 32], 0, 1, "float32", 6));
    const bias = tf.variable(tf.randomNormal([32], 0, 1, "float32", 7));
    const rewrites = expectSame(
      t => tf.relu(tf.add(tf.conv2d(t as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"), bias)),
      [image],
    );
    const absorbed = Object.values(rewrites).reduce((sum, n) => sum + n, 0);
    // Only blocked convolutions have room for them.
    expect(absorbed).toBe(nchwcBlockSize() > 0 ? 2 : 0);
  });
});

describe("the mask of a ReLU before a max pool", () => {
  // Small whole numbers: many windows hold their maximum twice, and many hold no positive number.
  const x = tf.round(tf.randomNormal([2, 6, 4, 3], 0, 1.5, "float32", 8));
  const pooled = (t: tf.Tensor) => tf.sum(tf.square(tf.maxPool(t as tf.Tensor4D, 2, 2, "valid")));

  test("is taken of the maxima", () => {
    expect(
      expectSame(
        tf.grad((t: tf.Tensor) => pooled(tf.relu(t))),
        [x],
      ).pooledMask,
    ).toBe(1);
  });

  test("stays where the pool's own gradient is wanted as well", () => {
    const both = (t: tf.Tensor) => {
      const h = tf.relu(t);
      const toPool = tf.grad(pooled)(h);
      return tf.concat([toPool, tf.mul(toPool, tf.step(h))], 0);
    };
    expect(expectSame(both, [x]).pooledMask).toBe(0);
  });
});
