/**
 * Labelled images of one size, as bytes: what MNIST and its like consist of.
 *
 * 60,000 digits are 47 MB as bytes and 188 MB as floats, so the bytes are what is kept. `slice` is a view of the same memory,
 * `take` copies only what it gathers, and `tensors` makes floats of the rows asked for.
 */
import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs";
import { DataError } from "../errors";
import { ImageBatch, type ImageShape } from "../pipeline/image-batch";
import type { Source } from "../pipeline/source";
import { tensorflow } from "../tensorflow";

export interface TensorOptions {
  /** First row; 0 unless told. */
  from?: number;
  /** Row after the last; all unless told. */
  to?: number;
  /** Subtract this mean and divide by this deviation, both on the scale from 0 to 1, after division by 255. */
  standardize?: { mean: number; std: number };
}

export interface ImageTensors {
  /** float32 in [0, 1] unless standardized, [N, height, width, channels]. */
  readonly images: Tensor4D;
  /** int32, [N]. */
  readonly labels: Tensor1D;
}

export class ImageSplit implements Source<ImageBatch> {
  readonly length: number;
  readonly shape: ImageShape;
  /** Bytes in one image. */
  readonly imageSize: number;

  /**
   * @param images row-major bytes, length = product of shape
   * @param labels class of each image, length = shape[0]
   * @param classNames the name of each class
   */
  constructor(
    readonly images: Uint8Array,
    readonly labels: Uint8Array,
    shape: ImageShape,
    readonly classNames: readonly string[],
  ) {
    const [count, height, width, channels] = shape;
    this.imageSize = height * width * channels;
    if (images.length !== count * this.imageSize || labels.length !== count) {
      throw new DataError(
        "DATA_ARGUMENT",
        `ImageSplit: [${shape}] needs ${count * this.imageSize} bytes and ${count} labels, got ${images.length} and ${labels.length}`,
      );
    }
    this.shape = shape;
    this.length = count;
  }

  /** The bytes of one image, a view. */
  image(index: number): Uint8Array {
    this.checkIndex(index);
    return this.images.subarray(index * this.imageSize, (index + 1) * this.imageSize);
  }

  /** The class of one image. */
  label(index: number): number {
    this.checkIndex(index);
    return this.labels[index]!;
  }

  /** The name of the class of one image. */
  labelName(index: number): string {
    return this.classNames[this.label(index)] ?? `class ${this.label(index)}`;
  }

  /** Rows from..to as a view of the same memory; negative numbers count from the end, as in Array.slice. */
  slice(from = 0, to: number = this.length): ImageSplit {
    const clamp = (row: number) => Math.min(Math.max(row < 0 ? row + this.length : row, 0), this.length);
    const [start, end] = [clamp(from), Math.max(clamp(from), clamp(to))];
    return new ImageSplit(
      this.images.subarray(start * this.imageSize, end * this.imageSize),
      this.labels.subarray(start, end),
      this.withCount(end - start),
      this.classNames,
    );
  }

  /** The rows with these indices, copied, in this order. */
  take(indices: ArrayLike<number>): ImageSplit {
    const images = new Uint8Array(indices.length * this.imageSize);
    const labels = new Uint8Array(indices.length);
    for (let row = 0; row < indices.length; row++) {
      images.set(this.image(indices[row]!), row * this.imageSize);
      labels[row] = this.label(indices[row]!);
    }
    return new ImageSplit(images, labels, this.withCount(indices.length), this.classNames);
  }

  /** The rows with these indices as floats with one-hot targets: what `batches` asks for. */
  gather(indices: ArrayLike<number>): ImageBatch {
    const rows = this.take(indices);
    const classes = this.classNames.length;
    const targets = new Float32Array(rows.length * classes);
    for (const [row, label] of rows.labels.entries()) targets[row * classes + label] = 1;
    return new ImageBatch(rows.floats(), targets, rows.shape, classes);
  }

  /** How many images each class has. */
  classCounts(): number[] {
    const counts = this.classNames.map(() => 0);
    for (const label of this.labels) counts[label] = (counts[label] ?? 0) + 1;
    return counts;
  }

  /** The pixels of rows from..to as floats in [0, 1], or standardized. */
  floats({ from = 0, to = this.length, standardize = { mean: 0, std: 1 } }: TensorOptions = {}): Float32Array {
    const bytes = this.slice(from, to).images;
    const floats = new Float32Array(bytes.length);
    // A pixel has 256 values: one table look-up each instead of a division.
    const table = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - standardize.mean) / standardize.std);
    for (let i = 0; i < bytes.length; i++) floats[i] = table[bytes[i]!]!;
    return floats;
  }

  /**
   * Rows from..to as tensors, which the caller disposes.
   *
   * @example const { images, labels } = mnist.test.tensors({ to: 1000 }); // [1000, 28, 28, 1] and [1000]
   */
  tensors(options: TensorOptions = {}): ImageTensors {
    const tf = tensorflow();
    const part = this.slice(options.from, options.to);
    return {
      images: tf.tensor4d(this.floats(options), [...part.shape]),
      labels: tf.tensor1d(Int32Array.from(part.labels), "int32"),
    };
  }

  /** Labels of rows from..to as one-hot rows, [N, classes], which the caller disposes. */
  oneHot({ from, to }: Pick<TensorOptions, "from" | "to"> = {}): Tensor2D {
    const { labels } = this.slice(from, to);
    const classes = this.classNames.length;
    const rows = new Float32Array(labels.length * classes);
    for (const [row, label] of labels.entries()) rows[row * classes + label] = 1;
    return tensorflow().tensor2d(rows, [labels.length, classes]);
  }

  private withCount(count: number): ImageShape {
    return [count, this.shape[1], this.shape[2], this.shape[3]];
  }

  private checkIndex(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new DataError("DATA_ARGUMENT", `index must be an integer from 0 to ${this.length - 1}, got ${index}`);
    }
  }
}
