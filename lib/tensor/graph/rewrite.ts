/** The rewrite passes, in the order they run. */
import type { Target } from "../lowering/registry";
import type { NamedPass } from "./finish";
import { productBias } from "./passes/product-bias";
import { productScale } from "./passes/product-scale";
import { sumOfProducts } from "./passes/sum-of-products";

/** Passes that stay within the ONNX standard, and those that use ONNX Runtime's own operators. */
const STANDARD: readonly NamedPass[] = [sumOfProducts, productBias];
const NATIVE: readonly NamedPass[] = [sumOfProducts, productScale, productBias];

export function rewritePasses(target: Target): readonly NamedPass[] {
  return target.portable ? STANDARD : NATIVE;
}
