// The kernel below layerNorm: ONNX's LayerNormalization, which also hands out the mean and 1/σ of each row for the gradient.
// Backends without it get the same three tensors from ordinary ops.
import type { NamedAttrMap, NamedTensorMap, Tensor } from "@tensorflow/tfjs-core";
import { materialize } from "../graph/arrange";
import { lower } from "../lowering/registry";
import { tf } from "../tfjs";

export const LAYER_NORM = "FttLayerNorm";

lower<{ x: unknown; gamma: unknown; beta: unknown }, { epsilon: number }>(
  LAYER_NORM,
  ({ x, gamma, beta }, { epsilon }, { graph }) => {
    const v = materialize(graph, x);
    const axis = v.shape.length - 1;
    const rows = { shape: [...v.shape.slice(0, -1), 1], dtype: "float32" } as const;
    const inputs = [v, materialize(graph, gamma), materialize(graph, beta)];
    return graph
      .multi("LayerNormalization", inputs, { axis, epsilon: { float: epsilon } }, [
        { shape: v.shape, dtype: "float32" },
        rows,
        rows,
      ])
      .map(output => graph.lazy(output));
  },
);

/** `[y, mean, 1/σ]`; the last two have one column per row of x. */
export function runLayerNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number): [Tensor, Tensor, Tensor] {
  if (tf.getKernel(LAYER_NORM, tf.getBackend())) {
    const inputs = { x, gamma, beta } as unknown as NamedTensorMap;
    const attributes = { epsilon } as unknown as NamedAttrMap;
    return tf.engine().runKernel(LAYER_NORM, inputs, attributes) as unknown as [Tensor, Tensor, Tensor];
  }
  const { mean, variance } = tf.moments(x, -1, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return [tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverse), gamma), beta), mean, inverse];
}
