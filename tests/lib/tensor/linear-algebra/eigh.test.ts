import { eigh, seed, type TensorError, tf } from "../../../../lib/tensor";

/** The largest entry of a tensor's absolute values. */
function largest(x: tf.Tensor): number {
  return x.abs().max().dataSync()[0]!;
}

beforeAll(() => seed(3));

it("finds what is known in closed form", () => {
  const { values, vectors } = eigh(
    tf.tensor2d([
      [2, 1],
      [1, 2],
    ]),
  ); // prettier-ignore
  expect(Array.from(values.dataSync())).toEqual([expect.closeTo(1, 6), expect.closeTo(3, 6)]);
  const [a, b, c, d] = Array.from(vectors.dataSync()) as [number, number, number, number];
  expect(a).toBeCloseTo(-c, 6); // the first column is (1, -1) / √2
  expect(b).toBeCloseTo(d, 6); // the second (1, 1) / √2
});

it.each([1, 5, 48])("puts a symmetric matrix of size %i together again from turned axes", n => {
  const half = tf.randomNormal<tf.Rank.R2>([n, n]);
  const matrix = half.add(half.transpose()) as tf.Tensor2D;
  const { values, vectors } = eigh(matrix);
  const again = tf.matMul(vectors.mul<tf.Tensor2D>(values), vectors, false, true);
  // Float32 holds seven digits; a product of 48 rounds off a few units more.
  expect(largest(again.sub(matrix))).toBeLessThan(1e-5 * Math.max(1, largest(matrix)));
  expect(largest(tf.matMul(vectors, vectors, true).sub(tf.eye(n)))).toBeLessThan(1e-5);
  const list = Array.from(values.dataSync());
  expect(list).toEqual([...list].sort((x, y) => x - y));
});

it("copes with equal values, zeros and a rank of one", () => {
  expect(Array.from(eigh(tf.eye(3)).values.dataSync())).toEqual([1, 1, 1]);
  expect(Array.from(eigh(tf.zeros([3, 3])).values.dataSync())).toEqual([0, 0, 0]);
  const ones = Array.from(eigh(tf.ones([4, 4])).values.dataSync());
  expect(ones.map(value => Math.round(1e5 * value) / 1e5 + 0)).toEqual([0, 0, 0, 4]);
});

it.each([
  ["FTT_SHAPE", "expected a square matrix, got shape [2,3]", tf.zeros([2, 3])],
  ["FTT_ARGUMENT", "expected a symmetric matrix, got 5 at [1,0] and 1 at [0,1]", tf.tensor2d([1, 1, 5, 1], [2, 2])],
  ["FTT_ARGUMENT", "expected finite numbers", tf.fill([2, 2], Number.NaN)],
])("refuses what has no such axes with %s: %s", (code, message, matrix) => {
  const call = () => eigh(matrix as tf.Tensor2D);
  expect(call).toThrow(message);
  expect(call).toThrow(expect.objectContaining({ code }) as unknown as TensorError);
});
