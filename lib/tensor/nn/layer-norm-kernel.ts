// The kernel below layerNorm: ONNX's LayerNormalization, which also hands out the mean and 1/σ of each row for the gradient.
// Backends without it get the same three tensors from ordinary ops.
import "../backend/install";
import type { Tensor } from "@tensorflow/tfjs-core";
import { materialize } from "../graph/arrange";
import { registerKernel } from "../lowering/custom";
import { tf } from "../tfjs";

export const LAYER_NORM = "FttLayerNorm";

const run = registerKernel<{ x: Tensor; gamma: Tensor; beta: Tensor }>({
  name: LAYER_NORM,
  lower: ({ x, gamma, beta }, { epsilon }, { graph }) => {
    const v = materialize(graph, x!);
    const rows = { shape: [...v.shape.slice(0, -1), 1], dtype: "float32" } as const;
    const attributes = { axis: v.shape.length - 1, epsilon: { float: epsilon as number } };
    const inputs = [v, materialize(graph, gamma!), materialize(graph, beta!)];
    return graph
      .multi("LayerNormalization", inputs, attributes, [{ shape: v.shape, dtype: "float32" }, rows, rows])
      .map(output => graph.lazy(output));
  },
});

/** `[y, mean, 1/σ]`; the last two have one column per row of x. */
export function runLayerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): [Tensor, Tensor, Tensor] {
  if (tf.getKernel(LAYER_NORM, tf.getBackend()))
    return run({ x, gamma, beta }, { epsilon }) as [Tensor, Tensor, Tensor];
  const { mean, variance } = tf.moments(x, -1, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return [tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverse), gamma), beta), mean, inverse];
}
