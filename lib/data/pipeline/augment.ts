/**
 * Augmentation: changes to pictures that leave their meaning, so that a network learns the meaning and not the pixels.
 *
 * Each function here makes an augmentation, which changes a batch in place: floats, [B, height, width, channels], with targets
 * [B, classes]. What is shifted or turned in from outside is 0, so standardize after, not before. Chain them with `augment`.
 * Sources: cutout: DeVries and Taylor, 2017; mixup: Zhang, Cissé, Dauphin and Lopez-Paz, 2017.
 */
import { DataError } from "../errors";
import type { ImageBatch } from "./image-batch";
import type { Random } from "./random";

export type Augmentation = (batch: ImageBatch, random: Random) => void;

/** Calls `change` with each image of a batch, a view. */
function eachImage(
  { images, shape: [count, height, width, channels] }: ImageBatch,
  change: (image: Float32Array) => void,
): void {
  const size = height * width * channels;
  for (let index = 0; index < count; index++) change(images.subarray(index * size, (index + 1) * size));
}

function positive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new DataError("DATA_ARGUMENT", `${name} must be more than 0, got ${value}`);
}

/** Moves each image by up to `pixels` whole pixels in either direction. */
export function shift(pixels: number): Augmentation {
  positive("shift: pixels", pixels);
  return (batch, random) => {
    const [, height, width, channels] = batch.shape;
    const before = new Float32Array(height * width * channels);
    eachImage(batch, image => {
      const down = random.below(2 * pixels + 1) - pixels;
      const right = random.below(2 * pixels + 1) - pixels;
      before.set(image);
      image.fill(0);
      const [from, to] = [Math.max(0, -right), Math.min(width, width - right)];
      for (let y = Math.max(0, down); y < Math.min(height, height + down) && from < to; y++) {
        const row = (y - down) * width;
        image.set(
          before.subarray((row + from) * channels, (row + to) * channels),
          (y * width + from + right) * channels,
        );
      }
    });
  };
}

/** Turns each image about its centre by up to `degrees` either way, with bilinear interpolation. */
export function rotate(degrees: number): Augmentation {
  positive("rotate: degrees", degrees);
  return (batch, random) => {
    const [, height, width, channels] = batch.shape;
    const before = new Float32Array(height * width * channels);
    const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
    const pixel = (y: number, x: number, channel: number) =>
      y < 0 || y >= height || x < 0 || x >= width ? 0 : before[(y * width + x) * channels + channel]!;
    eachImage(batch, image => {
      const angle = ((2 * random.uniform() - 1) * degrees * Math.PI) / 180;
      const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
      before.set(image);
      for (let y = 0, at = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          // Where this pixel comes from: turned back.
          const fromX = cosine * (x - middleX) + sine * (y - middleY) + middleX;
          const fromY = -sine * (x - middleX) + cosine * (y - middleY) + middleY;
          const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
          const [right, bottom] = [fromX - left, fromY - top];
          for (let channel = 0; channel < channels; channel++, at++) {
            const upper = (1 - right) * pixel(top, left, channel) + right * pixel(top, left + 1, channel);
            const lower = (1 - right) * pixel(top + 1, left, channel) + right * pixel(top + 1, left + 1, channel);
            image[at] = (1 - bottom) * upper + bottom * lower;
          }
        }
      }
    });
  };
}

/** Mirrors each image left to right with this probability. Not for digits. */
export function flip(probability = 0.5): Augmentation {
  return (batch, random) => {
    const [, height, width, channels] = batch.shape;
    eachImage(batch, image => {
      if (random.uniform() >= probability) return;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width >> 1; x++) {
          for (let channel = 0; channel < channels; channel++) {
            const [a, b] = [(y * width + x) * channels + channel, (y * width + width - 1 - x) * channels + channel];
            [image[a], image[b]] = [image[b]!, image[a]!];
          }
        }
      }
    });
  };
}

/** Blackens a square of this side in each image, its centre anywhere, so that part of it may lie outside. */
export function cutout(side: number): Augmentation {
  positive("cutout: side", side);
  return (batch, random) => {
    const [, height, width, channels] = batch.shape;
    eachImage(batch, image => {
      const top = random.below(height) - (side >> 1);
      const left = random.below(width) - (side >> 1);
      for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
        image.fill(
          0,
          (y * width + Math.max(0, left)) * channels,
          (y * width + Math.min(width, left + side)) * channels,
        );
      }
    });
  };
}

/** Blends each image, and its target, with another of the batch; the share is drawn from Beta(alpha, alpha). */
export function mixup(alpha: number): Augmentation {
  positive("mixup: alpha", alpha);
  return (batch, random) => {
    const { images, targets, shape } = batch;
    const size = shape[1] * shape[2] * shape[3];
    const partners = random.permutation(shape[0]);
    const [imagesBefore, targetsBefore] = [images.slice(), targets.slice()];
    const blend = (values: Float32Array, before: Float32Array, width: number, row: number, share: number) => {
      for (let i = 0; i < width; i++) {
        values[row * width + i] = share * before[row * width + i]! + (1 - share) * before[partners[row]! * width + i]!;
      }
    };
    for (let row = 0; row < shape[0]; row++) {
      const share = random.beta(alpha, alpha);
      blend(images, imagesBefore, size, row, share);
      blend(targets, targetsBefore, batch.classes, row, share);
    }
  };
}

/**
 * A `map` for batches of images that applies these augmentations in order.
 *
 * @example batches(mnist.train, { size: 64, seed: 1, map: augment(shift(2), rotate(10)) });
 */
export function augment(...augmentations: readonly Augmentation[]): (batch: ImageBatch, random: Random) => ImageBatch {
  return (batch, random) => {
    for (const change of augmentations) change(batch, random);
    return batch;
  };
}
