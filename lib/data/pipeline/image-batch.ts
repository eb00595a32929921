/**
 * Batches of labelled images as floats: what a training step takes, and what augmentations change. Datasets keep bytes; floats exist
 * for one batch at a time.
 */
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs";
import { tensorflow } from "../tensorflow";

/** [images, height, width, channels] */
export type ImageShape = readonly [count: number, height: number, width: number, channels: number];

export class ImageBatch {
  constructor(
    /** In [0, 1], [B, height, width, channels]. */
    readonly images: Float32Array,
    /** One row for each image, [B, classes]: one-hot until mixup blends it. */
    readonly targets: Float32Array,
    readonly shape: ImageShape,
    readonly classes: number,
  ) {}

  get length(): number {
    return this.shape[0];
  }

  /** The class with the largest share in each target, [B]. */
  get labels(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, row) => {
      const target = this.targets.subarray(row * this.classes, (row + 1) * this.classes);
      return target.indexOf(Math.max(...target));
    });
  }

  /** Subtracts the mean and divides by the deviation, in place. */
  standardize({ mean, std }: { mean: number; std: number }): this {
    for (let i = 0; i < this.images.length; i++) this.images[i] = (this.images[i]! - mean) / std;
    return this;
  }

  /** Images [B, height, width, channels] and targets [B, classes] as tensors, which the caller disposes. */
  tensors(): { images: Tensor4D; targets: Tensor2D } {
    const tf = tensorflow();
    return {
      images: tf.tensor4d(this.images, [...this.shape]),
      targets: tf.tensor2d(this.targets, [this.length, this.classes]),
    };
  }
}
