/**
 * Contact sheets: what a set of images looks like at a glance, for `data/README.md` and for whoever builds the data. One row a class,
 * the first of each in the order of the file. The emoji need none: their sheets are the data.
 */
import { sharp } from "../codecs";
import { encodePng, type Pixels } from "../formats/image";
import type { ImageDataset } from "../sets/mnist";
import { fashionMnist, mnist } from "../sets/mnist";
import { photograph, photographNames } from "../sets/photographs";
import { digits } from "../sets/tables";

const columns = 24;
const gap = 2;

/** Grey tiles of one size in rows, on white. */
function arrange(rows: readonly (readonly Uint8Array[])[], height: number, width: number): Pixels {
  const shape = [rows.length * (height + gap) + gap, columns * (width + gap) + gap, 1] as const;
  const values = new Uint8Array(shape[0] * shape[1]).fill(255);
  for (const [row, tiles] of rows.entries()) {
    for (const [column, tile] of tiles.entries()) {
      const start = (row * (height + gap) + gap) * shape[1] + column * (width + gap) + gap;
      for (let y = 0; y < height; y++) values.set(tile.subarray(y * width, (y + 1) * width), start + y * shape[1]);
    }
  }
  return { values, shape };
}

function byClass(labels: ArrayLike<number>, classes: number, tile: (index: number) => Uint8Array): Uint8Array[][] {
  const rows: Uint8Array[][] = Array.from({ length: classes }, () => []);
  for (let index = 0; index < labels.length; index++) {
    const row = rows[labels[index]!]!;
    if (row.length < columns) row.push(tile(index));
  }
  return rows;
}

function imageSheet({ train }: ImageDataset): Promise<Uint8Array> {
  return encodePng(
    arrange(
      byClass(train.labels, train.classNames.length, index => train.image(index)),
      train.shape[1],
      train.shape[2],
    ),
  );
}

/** Each pixel of the 8x8 digits as a square of this side. */
const digitScale = 3;

async function digitSheet(folder: string): Promise<Uint8Array> {
  const table = await digits({ folder });
  const side = 8 * digitScale;
  const tile = (index: number) => {
    const pixels = table.row(index);
    const at = (i: number) => Math.floor(Math.floor(i / side) / digitScale) * 8 + Math.floor((i % side) / digitScale);
    return Uint8Array.from({ length: side * side }, (_, i) => Math.min(255, pixels[at(i)]! * 16));
  };
  return encodePng(arrange(byClass(table.labels, 10, tile), side, side));
}

const thumbnailHeight = 120;

async function photographSheet(folder: string): Promise<Uint8Array> {
  const thumbnails = await Promise.all(
    photographNames.map(async name => {
      const { values, shape } = await photograph(name, { folder });
      const raw = { width: shape[1], height: shape[0], channels: shape[2] as 1 | 3 };
      return sharp()(values, { raw })
        .resize({ height: thumbnailHeight })
        .toColourspace("srgb")
        .png()
        .toBuffer({ resolveWithObject: true });
    }),
  );
  let left = gap;
  const input = thumbnails.map(({ data, info }) => {
    const place = { input: data, left, top: gap };
    left += info.width + gap;
    return place;
  });
  const background = { width: left, height: thumbnailHeight + 2 * gap, channels: 3 as const, background: "#fff" };
  return sharp()({ create: background }).composite(input).jpeg({ quality: 80 }).toBuffer();
}

/** The sheet of a dataset, and its name; nothing for a dataset without images. */
export async function makeContactSheet(
  name: string,
  folder: string,
): Promise<{ file: string; bytes: Uint8Array } | undefined> {
  if (name === "mnist") return { file: "mnist.png", bytes: await imageSheet(await mnist({ folder })) };
  if (name === "fashion-mnist")
    return { file: "fashion-mnist.png", bytes: await imageSheet(await fashionMnist({ folder })) };
  if (name === "digits") return { file: "digits.png", bytes: await digitSheet(folder) };
  if (name === "photographs") return { file: "photographs.jpg", bytes: await photographSheet(folder) };
  return undefined;
}

/** The pictures that the page shows for each dataset, relative to `data/`. */
export const picturesOnPage: Readonly<Record<string, readonly string[]>> = {
  mnist: ["contact-sheets/mnist.png"],
  "fashion-mnist": ["contact-sheets/fashion-mnist.png"],
  digits: ["contact-sheets/digits.png"],
  photographs: ["contact-sheets/photographs.jpg"],
  emoji: ["emoji/fluent-flat.png", "emoji/fluent.png", "emoji/noto.png", "emoji/twemoji.png"],
};
