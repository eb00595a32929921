/** The rewrite passes, in the order they run. */
import type { Target } from "../lowering/registry";
import type { NamedPass } from "./finish";
import { convEpilogue } from "./passes/conv-epilogue";
import { operandScale } from "./passes/operand-scale";
import { pooledMask } from "./passes/pooled-mask";
import { productBias } from "./passes/product-bias";
import { productOrientation } from "./passes/product-orientation";
import { productScale } from "./passes/product-scale";
import { sumOfProducts } from "./passes/sum-of-products";
import { wideBias } from "./passes/wide-bias";

/** Passes that stay within the ONNX standard, and those that use ONNX Runtime's own operators. */
const STANDARD: readonly NamedPass[] = [pooledMask, sumOfProducts, operandScale, productBias];
const NATIVE: readonly NamedPass[] = [
  pooledMask,
  sumOfProducts,
  productScale,
  operandScale,
  productBias,
  // Again: a product that has taken in its bias may now stand right before its factor.
  { ...productScale, name: "biasedProductScale" },
  wideBias,
  productOrientation,
  convEpilogue,
];

export function rewritePasses(target: Target): readonly NamedPass[] {
  return target.portable ? STANDARD : NATIVE;
}
