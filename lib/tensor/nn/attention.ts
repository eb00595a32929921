// Scaled dot-product attention (Vaswani et al., 2017): softmax(q kᵀ · scale + mask) v, with a gradient that keeps the probabilities only.
import type { Tensor } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";
import { unbroadcast, withGradient } from "./custom-gradient";
import { causalMask, MASKED } from "./unfused";

export interface AttentionOptions {
  /** A query sees only keys up to its own position. */
  causal?: boolean;
  /** Broadcastable to (..., Tq, Tk): bool, true where a query may look, or float32, added to the scores. Takes no gradient. */
  mask?: Tensor;
  /** Factor of the scores; 1/√hs unless given. */
  scale?: number;
}

/**
 * Lets each query gather the values whose keys match it.
 *
 * ```ts
 * const y = scaledDotProductAttention(q, k, v, { causal: true }); // (B, nh, Tq, hs)
 * ```
 * @param q queries (..., Tq, hs)
 * @param k keys    (..., Tk, hs)
 * @param v values  (..., Tk, hv)
 * @returns (..., Tq, hv)
 */
export function scaledDotProductAttention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const r = q.rank;
  if (r < 2 || k.rank !== r || v.rank !== r || q.shape[r - 1] !== k.shape[r - 1] || k.shape[r - 2] !== v.shape[r - 2])
    throw new TensorError(
      "FTT_SHAPE",
      `scaledDotProductAttention: expected q (..., Tq, hs), k (..., Tk, hs), v (..., Tk, hv), got [${q.shape}], [${k.shape}], [${v.shape}]`,
    );
  const scale = options.scale ?? 1 / Math.sqrt(q.shape[r - 1]!);
  const bias = attentionBias(options, q.shape[r - 2]!, k.shape[r - 2]!);
  return withGradient([q, k, v], ([q, k, v]) => {
    const scores = tf.mul(tf.matMul(q!, k!, false, true), scale); // (..., Tq, Tk)
    const p = tf.softmax(bias ? tf.add(scores, bias) : scores);
    const y = tf.matMul(p, v!); // (..., Tq, hv)
    return {
      value: y,
      saved: [q!, k!, v!, p, y],
      gradient: (dy, [q, k, v, p, y]) => {
        // With P = softmax(S): dS = P ∘ (dP - rowsum(P ∘ dP)), and rowsum(P ∘ dP) = rowsum(y ∘ dy), which is hv wide instead of Tk.
        const dp = tf.matMul(dy, v!, false, true); // (..., Tq, Tk)
        const shared = tf.sum(tf.mul(y!, dy), -1, true); // (..., Tq, 1)
        const ds = tf.mul(p!, tf.sub(dp, shared));
        return [
          unbroadcast(tf.mul(tf.matMul(ds, k!), scale), q!.shape), // (..., Tq, hs)
          unbroadcast(tf.mul(tf.matMul(ds, q!, true, false), scale), k!.shape), // (..., Tk, hs)
          unbroadcast(tf.matMul(p!, dy, true, false), v!.shape), // (..., Tk, hv)
        ];
      },
    };
  });
}

/** What is added to the scores: the causal mask, the caller's mask, both, or nothing. */
function attentionBias({ causal, mask }: AttentionOptions, queries: number, keys: number): Tensor | undefined {
  const own = causal ? causalMask(queries, keys) : undefined;
  const given = mask && (mask.dtype === "bool" ? tf.mul(tf.sub(1, tf.cast(mask, "float32")), MASKED) : mask);
  return own && given ? tf.add(own, given) : (own ?? given);
}
