/**
 * MNIST: 70,000 handwritten digits, 28 by 28, grey, white ink on black. The files are the original IDX ones, in their original
 * order, Brotli-compressed; 60,000 to train on, 10,000 by other writers to test with.
 *
 * Fashion-MNIST has the same form with clothes in place of digits, and is loaded by the same code.
 */
import { DataError } from "../errors";
import { parseIdx } from "../formats/idx";
import { type ReadOptions, readDataset } from "../store/read";
import { ImageSplit } from "./image-split";

export interface ImageDataset {
  readonly name: string;
  readonly train: ImageSplit;
  readonly test: ImageSplit;
  readonly classNames: readonly string[];
  /** Mean and deviation of all training pixels on the scale from 0 to 1: what `tensors({ standardize })` takes. */
  readonly statistics: { readonly mean: number; readonly std: number };
}

const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/**
 * Loads MNIST.
 *
 * @example
 * const { train, test, classNames } = await data.mnist();
 * train.shape;                  // [60000, 28, 28, 1]
 * train.image(0);               // 784 bytes, a view
 * test.tensors({ to: 256 });    // { images: Tensor4D, labels: Tensor1D }
 */
export async function mnist(options: ReadOptions = {}): Promise<ImageDataset> {
  return readIdxImages("mnist", digits, { mean: 0.1307, std: 0.3081 }, options);
}

const clothes = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

/**
 * Loads Fashion-MNIST.
 *
 * @example const { train } = await data.fashionMnist(); train.labelName(0); // "Ankle boot"
 */
export async function fashionMnist(options: ReadOptions = {}): Promise<ImageDataset> {
  return readIdxImages("fashion-mnist", clothes, { mean: 0.286, std: 0.353 }, options);
}

async function readIdxImages(
  name: string,
  classNames: readonly string[],
  statistics: ImageDataset["statistics"],
  options: ReadOptions,
): Promise<ImageDataset> {
  const [trainImages, trainLabels, testImages, testLabels] = await readDataset(
    name,
    [
      "train-images-idx3-ubyte.br",
      "train-labels-idx1-ubyte.br",
      "t10k-images-idx3-ubyte.br",
      "t10k-labels-idx1-ubyte.br",
    ],
    options,
  );
  const split = (images: Uint8Array, labels: Uint8Array): ImageSplit => {
    const pixels = parseIdx(images);
    const classes = parseIdx(labels);
    const [count, height, width] = pixels.shape;
    if (!(pixels.values instanceof Uint8Array && classes.values instanceof Uint8Array && count && height && width)) {
      throw new DataError("DATA_DAMAGED", `${name}: expected bytes of shape [N, height, width], got [${pixels.shape}]`);
    }
    return new ImageSplit(pixels.values, classes.values, [count, height, width, 1], classNames);
  };
  return {
    name,
    train: split(trainImages!, trainLabels!),
    test: split(testImages!, testLabels!),
    classNames,
    statistics,
  };
}
