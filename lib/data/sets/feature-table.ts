/** Rows of numbers with a class each: what wine, breast cancer and digits are, ready for batches. */
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import { DataError } from "../errors";
import type { Source } from "../pipeline/source";
import { tensorflow } from "../tensorflow";

export interface FeatureBatch {
  /** [B, features] */
  readonly features: Float32Array;
  /** [B] */
  readonly labels: Int32Array;
  readonly shape: readonly [count: number, features: number];
}

export class FeatureTable implements Source<FeatureBatch>, FeatureBatch {
  readonly length: number;

  /**
   * @param features row-major, [rows, featureNames]
   * @param labels class of each row
   */
  constructor(
    readonly features: Float32Array,
    readonly labels: Int32Array,
    readonly featureNames: readonly string[],
    readonly classNames: readonly string[],
  ) {
    this.length = labels.length;
    if (features.length !== this.length * featureNames.length) {
      const message = `FeatureTable: expected ${this.length} rows of ${featureNames.length} features, got ${features.length} values`;
      throw new DataError("DATA_ARGUMENT", message);
    }
  }

  get shape(): readonly [count: number, features: number] {
    return [this.length, this.featureNames.length];
  }

  /** The features of one row, a view. */
  row(index: number): Float32Array {
    const width = this.featureNames.length;
    return this.features.subarray(index * width, (index + 1) * width);
  }

  gather(indices: ArrayLike<number>): FeatureBatch {
    return this.take(indices);
  }

  /** The rows with these indices, copied, in this order. */
  take(indices: ArrayLike<number>): FeatureTable {
    const width = this.featureNames.length;
    const features = new Float32Array(indices.length * width);
    const labels = new Int32Array(indices.length);
    for (let row = 0; row < indices.length; row++) {
      const index = indices[row]!;
      if (!(Number.isInteger(index) && index >= 0 && index < this.length)) {
        throw new DataError(
          "DATA_ARGUMENT",
          `take: index must be an integer from 0 to ${this.length - 1}, got ${index}`,
        );
      }
      features.set(this.row(index), row * width);
      labels[row] = this.labels[index]!;
    }
    return new FeatureTable(features, labels, this.featureNames, this.classNames);
  }

  /** Mean and deviation of each feature; standardize the test rows by those of the training rows. */
  statistics(): { means: Float32Array; stds: Float32Array } {
    const width = this.featureNames.length;
    const means = new Float32Array(width);
    const stds = new Float32Array(width);
    for (let feature = 0; feature < width; feature++) {
      let [sum, squares] = [0, 0];
      for (let row = 0; row < this.length; row++) sum += this.features[row * width + feature]!;
      for (let row = 0; row < this.length; row++)
        squares += (this.features[row * width + feature]! - sum / this.length) ** 2;
      means[feature] = sum / this.length;
      stds[feature] = Math.sqrt(squares / this.length);
    }
    return { means, stds };
  }

  /** Each feature less its mean, divided by its deviation; a feature that never changes becomes 0. */
  standardized({ means, stds } = this.statistics()): FeatureTable {
    const width = this.featureNames.length;
    const features = this.features.map((value, at) => (value - means[at % width]!) / (stds[at % width]! || 1));
    return new FeatureTable(features, this.labels, this.featureNames, this.classNames);
  }

  /** Features [N, features] and labels [N] as tensors, which the caller disposes. */
  tensors(): { features: Tensor2D; labels: Tensor1D } {
    const tf = tensorflow();
    return { features: tf.tensor2d(this.features, [...this.shape]), labels: tf.tensor1d(this.labels, "int32") };
  }
}
