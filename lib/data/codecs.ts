/** The packages that decode, loaded when they are needed and not before, for the reason given in tensorflow.ts. */
import type * as huggingFace from "@huggingface/tokenizers";
import type sharpFunction from "sharp";

/** Images: libvips. */
export function sharp(): typeof sharpFunction {
  return require("sharp") as typeof sharpFunction;
}

/** Text: Hugging Face's tokenizers. */
export function tokenizers(): typeof huggingFace {
  return require("@huggingface/tokenizers") as typeof huggingFace;
}
