/** Datasets that are downloaded by name: read from the files that `data.fetch` gives. */
import { readFile } from "node:fs/promises";
import { DataError } from "../errors";
import { type FetchOptions, fetchFile } from "../fetch/fetch";
import { parseTarGz } from "../formats/tar";
import { ImageSplit } from "./image-split";
import type { ImageDataset } from "./mnist";

/** Karpathy's Tiny Shakespeare. @example const text = await data.tinyShakespeare(); */
export async function tinyShakespeare(options: FetchOptions = {}): Promise<string> {
  return readFile(await fetchFile("tiny-shakespeare", options), "utf8");
}

const cifarClasses = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
/** A label, then 1,024 bytes each of red, green and blue. */
const cifarRecord = 1 + 3 * 1024;

/** Reads CIFAR-10's archive of binary batches. */
export function readCifar10(archive: Uint8Array): ImageDataset {
  const batches = new Map<string, Uint8Array>();
  for (const { name, bytes } of parseTarGz(archive))
    if (name.endsWith(".bin")) batches.set(name.split("/").at(-1)!, bytes);
  const split = (files: readonly string[]): ImageSplit => {
    const parts = files.map(file => batches.get(file));
    const wrong = files.find((_, i) => !parts[i] || parts[i]!.length % cifarRecord !== 0);
    if (wrong)
      throw new DataError(
        "DATA_DAMAGED",
        `cifar-10: ${wrong} is missing or does not consist of records of ${cifarRecord} bytes`,
      );
    const count = parts.reduce((sum, part) => sum + part!.length / cifarRecord, 0);
    const images = new Uint8Array(count * 3072);
    const labels = new Uint8Array(count);
    let row = 0;
    for (const part of parts as Uint8Array[]) {
      for (let start = 0; start < part.length; start += cifarRecord, row++) {
        labels[row] = part[start]!;
        // Planes of colour become colours of pixels.
        for (let pixel = 0; pixel < 1024; pixel++) {
          for (let channel = 0; channel < 3; channel++) {
            images[row * 3072 + pixel * 3 + channel] = part[start + 1 + channel * 1024 + pixel]!;
          }
        }
      }
    }
    return new ImageSplit(images, labels, [count, 32, 32, 3], cifarClasses);
  };
  return {
    name: "cifar-10",
    train: split([1, 2, 3, 4, 5].map(batch => `data_batch_${batch}.bin`)),
    test: split(["test_batch.bin"]),
    classNames: cifarClasses,
    // From the published figures of the three channels: means 0.4914, 0.4822, 0.4465, deviations 0.2470, 0.2435, 0.2616.
    statistics: { mean: 0.4734, std: 0.2516 },
  };
}

/** CIFAR-10: 50,000 pictures to train on, 10,000 to test with. @example const { train } = await data.cifar10(); */
export async function cifar10(options: FetchOptions = {}): Promise<ImageDataset> {
  return readCifar10(await readFile(await fetchFile("cifar-10", options)));
}

export interface Review {
  readonly positive: boolean;
  /** What the writer gave, 1 to 10. */
  readonly stars: number;
  readonly text: string;
}

/** Reads the archive of the Large Movie Review Dataset; the unlabelled reviews are left out. */
export function readImdb(archive: Uint8Array): { train: Review[]; test: Review[] } {
  const reviews = { train: [] as Review[], test: [] as Review[] };
  for (const { name, bytes } of parseTarGz(archive)) {
    const match = /(train|test)\/(pos|neg)\/\d+_(\d+)\.txt$/.exec(name);
    if (!match) continue;
    const text = new TextDecoder().decode(bytes);
    reviews[match[1] as "train" | "test"].push({ positive: match[2] === "pos", stars: Number(match[3]), text });
  }
  if (reviews.train.length === 0 || reviews.test.length === 0) {
    throw new DataError("DATA_DAMAGED", "imdb: the archive holds no reviews under train/ and test/");
  }
  return reviews;
}

/** 25,000 reviews of films to train on, 25,000 to test with. @example const { train } = await data.imdb(); */
export async function imdb(options: FetchOptions = {}): Promise<{ train: Review[]; test: Review[] }> {
  return readImdb(await readFile(await fetchFile("imdb", options)));
}
