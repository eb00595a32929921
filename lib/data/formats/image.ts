/**
 * PNG and JPEG to pixels and back, by sharp (libvips), after image-structure.ts has found the file sound.
 *
 * Pixels are bytes, row-major, [height, width, channels]: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. A picture that a
 * camera turned is turned upright; 16 bits become 8; a palette becomes colour. PNG gives back what was put in, JPEG nearly.
 */
import type { Tensor3D } from "@tensorflow/tfjs";
import { sharp } from "../codecs";
import { DataError, FormatError } from "../errors";
import { tensorflow } from "../tensorflow";
import { type ImageStructure, inspectImage } from "./image-structure";

export interface Pixels {
  readonly values: Uint8Array;
  readonly shape: readonly [height: number, width: number, channels: number];
}

export interface DecodeOptions {
  /** Convert to so many channels; as the file has them unless told. Alpha is laid over white when it goes. */
  channels?: 1 | 3 | 4;
  /** Larger pictures are refused; 2^26 (a square of 8,192) unless told. */
  maxPixels?: number;
}

const defaultMaxPixels = 2 ** 26;

/**
 * Decodes a PNG or a JPEG.
 *
 * @example const { values, shape } = await decodeImage(await readFile("cat.png")); // shape [300, 451, 3]
 * @throws FormatError when the file is cut short, damaged, too large or of another format
 */
export async function decodeImage(
  bytes: Uint8Array,
  { channels, maxPixels = defaultMaxPixels }: DecodeOptions = {},
): Promise<Pixels> {
  const structure = inspectImage(bytes, maxPixels);
  let image = sharp()(bytes, { failOn: "warning", limitInputPixels: maxPixels }).autoOrient();
  const wanted: number = channels ?? structure.channels;
  // libvips gives grey with alpha as grey alone: take colour with alpha and pick the two.
  const given = wanted === 2 ? 4 : wanted;
  if (wanted === 1 || wanted === 3) image = hasAlpha(structure) ? image.flatten({ background: "#fff" }) : image;
  if (given === 4) image = image.ensureAlpha();
  image = image.toColourspace(given === 1 ? "b-w" : "srgb");
  try {
    const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    if (info.channels !== given) {
      throw new FormatError(
        structure.format,
        0,
        `internal: expected ${given} channels, the decoder gave ${info.channels}`,
      );
    }
    const values = wanted === 2 ? data.filter((_, at) => at % 4 === 0 || at % 4 === 3) : data;
    return { values, shape: [info.height, info.width, wanted] };
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const reason = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
    throw new FormatError(structure.format, 0, `the structure is sound, the pixels are not: ${reason}`, { cause });
  }
}

function hasAlpha({ channels }: ImageStructure): boolean {
  return channels === 2 || channels === 4;
}

function checkPixels(verb: string, { values, shape: [height, width, channels] }: Pixels): void {
  const whole =
    [height, width, channels].every(Number.isInteger) && height > 0 && width > 0 && channels >= 1 && channels <= 4;
  if (!whole || values.length !== height * width * channels) {
    const message = `${verb}: expected [height, width, 1 to 4] and as many bytes, got [${[height, width, channels]}] and ${values.length}`;
    throw new DataError("DATA_ARGUMENT", message);
  }
}

/** Encodes pixels as PNG, without loss. */
export async function encodePng(pixels: Pixels): Promise<Uint8Array> {
  checkPixels("encodePng", pixels);
  const [height, width, channels] = pixels.shape;
  const image = sharp()(pixels.values, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } });
  return image
    .toColourspace(channels <= 2 ? "b-w" : "srgb")
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer();
}

/** Encodes pixels as JPEG; alpha is laid over white. @param quality 1 to 100 */
export async function encodeJpeg(pixels: Pixels, quality = 90): Promise<Uint8Array> {
  checkPixels("encodeJpeg", pixels);
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100)) {
    throw new DataError("DATA_ARGUMENT", `encodeJpeg: quality must be an integer from 1 to 100, got ${quality}`);
  }
  const [height, width, channels] = pixels.shape;
  const image = sharp()(pixels.values, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } }).flatten({
    background: "#fff",
  });
  return image
    .toColourspace(channels <= 2 ? "b-w" : "srgb")
    .jpeg({ quality })
    .toBuffer();
}

/** Pixels as a tensor of floats in [0, 1], [height, width, channels], which the caller disposes. */
export function pixelsToTensor({ values, shape }: Pixels): Tensor3D {
  return tensorflow().tensor3d(
    Float32Array.from(values, byte => byte / 255),
    [...shape],
  );
}

/** A tensor of floats in [0, 1], [height, width, 1 to 4], as pixels; what lies outside is clipped. */
export async function tensorToPixels(tensor: Tensor3D): Promise<Pixels> {
  const floats = await tensor.data();
  const values = Uint8Array.from(floats, value => Math.round(Math.min(Math.max(value, 0), 1) * 255));
  const pixels: Pixels = { values, shape: tensor.shape };
  checkPixels("tensorToPixels", pixels);
  return pixels;
}
