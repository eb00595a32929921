export * from "./errors";
export { formatIdx, type IdxArray, type IdxValues, parseIdx } from "./formats/idx";
export { type ImageShape, ImageSplit, type ImageTensors, type TensorOptions } from "./sets/image-split";
export { type ImageDataset, mnist } from "./sets/mnist";
