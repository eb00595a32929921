export { type AdamOptions, type AdamWOptions, adam, adamW } from "./adam";
export { ema, type MovingAverage } from "./ema";
export {
  clipByGlobalNorm,
  type GradientAccumulator,
  grad,
  gradientAccumulator,
  trainStep,
  type ValueAndGradients,
  valueAndGrad,
} from "./gradients";
export type { Optimizer } from "./optimizer";
export { constant, cosine, linear, type Schedule, warmUp } from "./schedule";
export { type SgdOptions, sgd } from "./sgd";
