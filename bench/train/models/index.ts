export { cnn } from "./cnn";
export { gpt } from "./gpt";
export { lstm } from "./lstm";
export { mlp } from "./mlp";
export type { ReferenceModel } from "./reference-model";
export { unet } from "./unet";
