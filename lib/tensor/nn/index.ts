export { type AttentionOptions, scaledDotProductAttention } from "./attention";
export { gelu } from "./gelu";
export { groupNorm } from "./group-norm";
export { layerNorm } from "./layer-norm";
export { silu } from "./silu";
export { softmaxCrossEntropy } from "./softmax-cross-entropy";
export * as unfused from "./unfused";
