/** Models written with tf.layers train through jit: the same losses as eagerly, batch norm's averages and dropout included. */
import { jit, seed, tf } from "../../../lib/tensor";

function network(dropout: number): tf.Sequential {
  const kernel = (s: number) => tf.initializers.glorotUniform({ seed: s });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [8, 8, 1],
        filters: 8,
        kernelSize: 3,
        padding: "same",
        useBias: false,
        kernelInitializer: kernel(1),
      }),
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      ...(dropout ? [tf.layers.dropout({ rate: dropout })] : []),
      tf.layers.dense({ units: 10, kernelInitializer: kernel(2) }),
    ],
  });
}

function trainer(model: tf.Sequential) {
  const optimizer = tf.train.adam(0.01);
  const weights = model.trainableWeights.map(w => w.read() as tf.Variable);
  return (x: tf.Tensor, y: tf.Tensor) =>
    optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
      true,
      weights,
    )!;
}

const x = tf.randomNormal([16, 8, 8, 1], 0, 1, "float32", 5);
const y = tf.oneHot(
  tf.tensor1d(
    Array.from({ length: 16 }, (_, i) => i % 10),
    "int32",
  ),
  10,
);

describe("tf.layers through jit", () => {
  test("convolution, batch norm and dense layers train as they do eagerly", () => {
    const [a, b] = [network(0), network(0)];
    const eager = trainer(a);
    const compiled = jit(trainer(b));
    for (let i = 0; i < 10; i++) {
      const expected = eager(x, y).dataSync()[0]!;
      expect(Math.abs(compiled(x, y).dataSync()[0]! - expected)).toBeLessThan(1e-3);
    }
    expect(compiled.stats().traces).toBe(1);
    // The moving averages are state that no gradient touches: they must have moved, and equally.
    const averages = (m: tf.Sequential) =>
      m.layers[1]!.getWeights()
        .slice(2)
        .map(w => Array.from(w.dataSync()));
    averages(b)
      .flat()
      .forEach((value, i) => {
        expect(Math.abs(value - averages(a).flat()[i]!)).toBeLessThan(1e-3);
      });
    expect(averages(b)[0]!.some(m => Math.abs(m) > 1e-4)).toBe(true);
    // Inference uses them.
    const [p, q] = [a.predict(x) as tf.Tensor, jit((t: tf.Tensor) => b.apply(t) as tf.Tensor)(x)];
    const other = Array.from(q.dataSync());
    const difference = Array.from(p.dataSync()).reduce((max, v, i) => Math.max(max, Math.abs(v - other[i]!)), 0);
    expect(difference).toBeLessThan(1e-2);
  });

  test("dropout draws anew at every step, and the same again from the same seed", () => {
    const run = () => {
      seed(11);
      const model = network(0.5);
      // Without updates the losses differ by their masks alone.
      const loss = jit((a: tf.Tensor, b: tf.Tensor) =>
        tf.losses.softmaxCrossEntropy(b, model.apply(a, { training: true }) as tf.Tensor),
      );
      const losses = Array.from({ length: 5 }, () => loss(x, y).dataSync()[0]!);
      loss.dispose();
      return losses;
    };
    const first = run();
    expect(new Set(first).size).toBe(5);
    expect(run()).toEqual(first);
  });

  test("recurrent layers train through jit", () => {
    const model = tf.sequential({
      layers: [tf.layers.lstm({ units: 6, inputShape: [4, 3], unitForgetBias: true }), tf.layers.dense({ units: 2 })],
    });
    const step = jit(trainer(model));
    const sequence = tf.randomNormal([8, 4, 3], 0, 1, "float32", 1);
    const labels = tf.oneHot(tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], "int32"), 2);
    const losses = Array.from({ length: 40 }, () => step(sequence, labels).dataSync()[0]!);
    expect(losses[39]).toBeLessThan(losses[0]! * 0.8);
  });
});
