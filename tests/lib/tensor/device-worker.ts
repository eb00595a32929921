/** Trains two small models on the device named by the first argument and prints their losses as JSON. Run by device.test.ts. */
import { device, jit, tf } from "../../../lib/tensor";

function dense() {
  const w = [
    tf.variable(tf.randomNormal([8, 16], 0, 0.5, "float32", 1)),
    tf.variable(tf.randomNormal([16, 4], 0, 0.5, "float32", 2)),
  ];
  const b = tf.variable(tf.zeros([16]));
  const x = tf.randomNormal([12, 8], 0, 1, "float32", 3) as tf.Tensor2D;
  const y = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], "int32"), 4);
  return () => {
    const h = tf.relu(tf.add(tf.matMul(x, w[0] as tf.Tensor2D), b));
    return tf.losses.softmaxCrossEntropy(y, tf.matMul(h as tf.Tensor2D, w[1] as tf.Tensor2D)) as tf.Scalar;
  };
}

function convolutional() {
  const w = [
    tf.variable(tf.randomNormal([3, 3, 2, 16], 0, 0.3, "float32", 4)),
    tf.variable(tf.randomNormal([3, 3, 16, 16], 0, 0.2, "float32", 5)),
  ];
  const x = tf.randomNormal([2, 8, 8, 2], 0, 1, "float32", 6) as tf.Tensor4D;
  return () => {
    const h = tf.maxPool(tf.relu(tf.conv2d(x, w[0] as tf.Tensor4D, 1, "same")), 2, 2, "valid");
    return tf.mean(tf.square(tf.conv2d(h, w[1] as tf.Tensor4D, 2, "same"))) as tf.Scalar;
  };
}

device(process.argv[2] as "cpu");
const losses = [dense, convolutional].map(model => {
  const loss = model();
  const optimizer = tf.train.adam(0.05);
  const step = jit(() => optimizer.minimize(loss, true)!);
  return Array.from({ length: 4 }, () => step().dataSync()[0]!);
});
process.stdout.write(JSON.stringify({ device: device(), losses }));
