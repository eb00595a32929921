/**
 * Captioned emoji art: the same objects in four styles, 32x32, with transparency. Small enough to train a text-to-image model on in
 * minutes, varied enough that style and subject are two things to learn.
 */
import { DataError } from "../errors";
import { decodeImage } from "../formats/image";
import type { Source } from "../pipeline/source";
import { type ReadOptions, readDataset } from "../store/read";

export const emojiStyles = ["fluent-flat", "fluent", "noto", "twemoji"] as const;
export type EmojiStyle = (typeof emojiStyles)[number];

export interface EmojiObject {
  /** The character itself. */
  readonly emoji: string;
  /** Unicode's name, e.g. "grinning face". */
  readonly name: string;
  /** Unicode's group, e.g. "Animals & Nature". */
  readonly group: string;
  readonly keywords: readonly string[];
}

export interface EmojiBatch {
  /** On the background, in [0, 1], [B, 32, 32, 3]. */
  readonly images: Float32Array;
  readonly shape: readonly [count: number, height: 32, width: 32, channels: 3];
  /** What each image shows and who drew it. */
  readonly objects: readonly EmojiObject[];
  readonly styles: readonly EmojiStyle[];
}

/** Pixels in a tile, and bytes. */
const side = 32;
const tileBytes = side * side * 4;

export class EmojiArt implements Source<EmojiBatch> {
  /** Pictures: objects times styles. Picture i shows object i mod objects.length in style floor(i / objects.length). */
  readonly length: number;

  constructor(
    readonly objects: readonly EmojiObject[],
    /** For each style all tiles, [objects, 32, 32, 4], colour and alpha. */
    readonly tiles: Readonly<Record<EmojiStyle, Uint8Array>>,
    /** Red, green and blue, 0 to 255, that transparent pixels are laid over. */
    private readonly background: readonly [number, number, number] = [255, 255, 255],
  ) {
    this.length = objects.length * emojiStyles.length;
  }

  /** The same art on another background; nothing is copied. */
  on(background: readonly [number, number, number]): EmojiArt {
    return new EmojiArt(this.objects, this.tiles, background);
  }

  /** One picture with transparency, a view, [32, 32, 4]. */
  tile(style: EmojiStyle, object: number): Uint8Array {
    if (!(Number.isInteger(object) && object >= 0 && object < this.objects.length)) {
      const message = `tile: object must be an integer from 0 to ${this.objects.length - 1}, got ${object}`;
      throw new DataError("DATA_ARGUMENT", message);
    }
    return this.tiles[style].subarray(object * tileBytes, (object + 1) * tileBytes);
  }

  gather(indices: ArrayLike<number>): EmojiBatch {
    const images = new Float32Array(indices.length * side * side * 3);
    const objects: EmojiObject[] = [];
    const styles: EmojiStyle[] = [];
    for (let row = 0; row < indices.length; row++) {
      const style = emojiStyles[Math.floor(indices[row]! / this.objects.length)]!;
      const object = indices[row]! % this.objects.length;
      const tile = this.tile(style, object);
      let to = row * side * side * 3;
      for (let from = 0; from < tileBytes; from += 4) {
        const alpha = tile[from + 3]! / 255;
        for (let channel = 0; channel < 3; channel++) {
          images[to++] = (alpha * tile[from + channel]! + (1 - alpha) * this.background[channel]!) / 255;
        }
      }
      objects.push(this.objects[object]!);
      styles.push(style);
    }
    return { images, shape: [indices.length, side, side, 3], objects, styles };
  }
}

/** From tiles side by side in a sheet to tiles one after another. */
function cutTiles(sheet: Uint8Array, width: number, count: number): Uint8Array {
  const tiles = new Uint8Array(count * tileBytes);
  const columns = width / side;
  for (let index = 0; index < count; index++) {
    const start = (Math.floor(index / columns) * side * width + (index % columns) * side) * 4;
    for (let row = 0; row < side; row++) {
      tiles.set(
        sheet.subarray(start + row * width * 4, start + (row * width + side) * 4),
        index * tileBytes + row * side * 4,
      );
    }
  }
  return tiles;
}

/**
 * Loads the emoji art.
 *
 * @example
 * const art = await data.emoji();
 * art.objects[0];         // { emoji: "😀", name: "grinning face", group: "Smileys & Emotion", keywords: [...] }
 * art.tile("twemoji", 0); // 4096 bytes, a view
 * for await (const { images, objects, styles } of data.batches(art, { size: 64, seed: 1 })) train(images, objects);
 */
export async function emoji(options: ReadOptions = {}): Promise<EmojiArt> {
  const files = ["captions.jsonl.br", ...emojiStyles.map(style => `${style}.png`)];
  const [captions, ...sheets] = await readDataset("emoji", files, options);
  const lines = new TextDecoder().decode(captions).trimEnd().split("\n");
  const objects = lines.map(line => JSON.parse(line) as EmojiObject);
  const tiles = await Promise.all(
    sheets.map(async bytes => {
      const { values, shape } = await decodeImage(bytes, { channels: 4 });
      return cutTiles(values, shape[1], objects.length);
    }),
  );
  return new EmojiArt(
    objects,
    Object.fromEntries(emojiStyles.map((style, i) => [style, tiles[i]!])) as Record<EmojiStyle, Uint8Array>,
  );
}
