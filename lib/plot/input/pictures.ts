// Pictures in: tensors and arrays in NHWC, NHW, HWC, HW or flat, with values of any range, to bytes for the screen.

import { PlotError } from "../errors";
import { describe, isTensor, isTypedArray, type TensorLike, type TypedArray } from "./numbers";

/** One picture as an array: flat with a size, or rows of columns (of channels). */
export type PictureArray =
  | TypedArray
  | readonly number[]
  | readonly (readonly number[])[]
  | readonly (readonly (readonly number[])[])[];

/** A batch as one tensor, one flat list, or a list with one entry per picture. */
export type PicturesInput = TensorLike | TypedArray | readonly (TensorLike | PictureArray | number)[];

export interface Pictures {
  count: number;
  height: number;
  width: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  channels: number;
  /** All pixels, NHWC. */
  values: ArrayLike<number>;
  /** Whether values are bytes by their type. */
  bytes: boolean;
}

export type PictureShape =
  | readonly [height: number, width: number]
  | readonly [height: number, width: number, channels: number];

export function readPictures(verb: string, input: PicturesInput, shape?: PictureShape): Pictures {
  if (isTensor(input)) return fromFlat(verb, input.dataSync() as ArrayLike<number>, input.shape, shape, false);
  if (isTypedArray(input)) return fromFlat(verb, input, [input.length], shape, isBytes(input));
  if (!Array.isArray(input)) {
    throw new PlotError("PLOT_VALUE", `${verb}: expected a tensor or a list of pictures, got ${describe(input)}`);
  }
  if (input.length === 0) throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one picture, got none`);
  if (typeof input[0] === "number") return fromFlat(verb, input as number[], [input.length], shape, false);
  const pictures = input.map((one, i) => onePicture(verb, one, i, shape));
  const first = pictures[0]!;
  const odd = pictures.findIndex(
    one => one.height !== first.height || one.width !== first.width || one.channels !== first.channels,
  );
  if (odd >= 0) {
    const size = (one: Pictures) => `[${one.height}, ${one.width}, ${one.channels}]`;
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: pictures must be of one size, picture 0 is ${size(first)} and picture ${odd} is ${size(pictures[odd]!)}`,
    );
  }
  const each = first.height * first.width * first.channels;
  const values = new Float32Array(each * pictures.length);
  for (const [i, one] of pictures.entries()) values.set(Array.from(one.values), i * each);
  return { ...first, count: pictures.length, values };
}

function isBytes(values: unknown): boolean {
  return values instanceof Uint8Array || values instanceof Uint8ClampedArray;
}

function onePicture(verb: string, one: unknown, index: number, shape: PictureShape | undefined): Pictures {
  const name = `${verb}: picture ${index}`;
  if (isTensor(one)) {
    const sizes = one.shape.length === 4 && one.shape[0] === 1 ? one.shape.slice(1) : one.shape;
    return fromFlat(
      name,
      one.dataSync() as ArrayLike<number>,
      sizes.length === 1 ? sizes : [1, ...sizes],
      shape,
      false,
    );
  }
  if (isTypedArray(one)) return fromFlat(name, one, [one.length], shape ?? squareShape(one.length), isBytes(one));
  if (!Array.isArray(one))
    throw new PlotError(
      "PLOT_VALUE",
      `${name}: expected a tensor, a typed array or rows of numbers, got ${describe(one)}`,
    );
  const sizes: number[] = [];
  for (let level: unknown = one; Array.isArray(level); level = level[0]) sizes.push(level.length);
  const flat = one.flat(2) as number[];
  if (flat.length !== sizes.reduce((product, size) => product * size, 1)) {
    throw new PlotError("PLOT_LENGTH", `${name}: rows must be equally long`);
  }
  return fromFlat(
    name,
    flat,
    sizes.length === 1 ? sizes : [1, ...sizes],
    sizes.length === 1 ? (shape ?? squareShape(flat.length)) : shape,
    false,
  );
}

/** 784 numbers are a square of 28, the way digits usually come. */
function squareShape(length: number): PictureShape | undefined {
  const side = Math.round(Math.sqrt(length));
  return side * side === length && side > 0 ? [side, side] : undefined;
}

function fromFlat(
  verb: string,
  values: ArrayLike<number>,
  sizes: readonly number[],
  shape: PictureShape | undefined,
  bytes: boolean,
): Pictures {
  const [height, width, channels] = pictureSize(verb, sizes, shape);
  const each = height * width * channels;
  if (values.length === 0 || each === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one pixel, got shape [${sizes}]`);
  if (![1, 3, 4].includes(channels)) {
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: expected 1, 3 or 4 channels in the last dimension, got ${channels} (shape [${sizes}]); for feature maps use plot.filters`,
    );
  }
  if (values.length % each !== 0) {
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: ${values.length} values are no whole number of ${height}x${width}x${channels} pictures; pass shape: [height, width, channels]`,
    );
  }
  return { count: values.length / each, height, width, channels, values, bytes };
}

function pictureSize(
  verb: string,
  sizes: readonly number[],
  shape: PictureShape | undefined,
): [number, number, number] {
  if (shape) return [shape[0], shape[1], shape[2] ?? 1];
  const last = sizes.at(-1)!;
  if (sizes.length === 4) return [sizes[1]!, sizes[2]!, sizes[3]!];
  if (sizes.length === 3) {
    // [H, W, 3] is one colour picture; [N, H, W] a batch of grey ones.
    return last === 3 || last === 4 || last === 1 ? [sizes[0]!, sizes[1]!, last] : [sizes[1]!, last, 1];
  }
  const square = squareShape(last);
  if (sizes.length === 2) {
    // [N, 784] is a batch of flat squares when its rows are square numbers and it is no plausible picture itself.
    if (square && last >= 64 && sizes[0] !== last) return [square[0], square[1], 1];
    return [sizes[0]!, last, 1];
  }
  if (sizes.length === 1 && square) return [square[0], square[1], 1];
  throw new PlotError(
    "PLOT_SHAPE",
    `${verb}: expected pictures of shape [N, H, W, C], [N, H, W], [H, W, C] or [H, W], got [${sizes}]; pass shape: [height, width, channels]`,
  );
}

export interface ValueRange {
  low: number;
  high: number;
  /** How many values were clipped, and how many were no numbers. */
  clipped: number;
  notFinite: number;
}

/** The range shown as black to white: as given, else 0..255 for bytes, 0..1 or -1..1 where values fit, else what they span. */
export function valueRange(verb: string, pictures: Pictures, given?: readonly [number, number]): ValueRange {
  let [min, max, notFinite] = [Infinity, -Infinity, 0];
  for (let i = 0; i < pictures.values.length; i++) {
    const value = pictures.values[i]!;
    if (!Number.isFinite(value)) notFinite++;
    else {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) throw new PlotError("PLOT_VALUE", `${verb}: expected finite pixel values, got none`);
  if (given && !(given[0] < given[1])) {
    throw new PlotError("PLOT_OPTION", `${verb}: range must be [low, high] with low below high, got [${given}]`);
  }
  const [low, high] = given ?? naturalRange(pictures.bytes, min, max);
  let clipped = 0;
  if (min < low || max > high) {
    for (let i = 0; i < pictures.values.length; i++)
      if (pictures.values[i]! < low || pictures.values[i]! > high) clipped++;
  }
  return { low, high, clipped, notFinite };
}

function naturalRange(bytes: boolean, min: number, max: number): [number, number] {
  if (bytes) return [0, 255];
  // Rounding puts outputs of a sigmoid or tanh a hair outside.
  const slack = 1e-5;
  if (min >= -slack && max <= 1 + slack) return [0, 1];
  if (min >= -1 - slack && max <= 1 + slack) return [-1, 1];
  if (min >= 0 && max <= 255 && max > 1.5 && Number.isInteger(min) && Number.isInteger(max)) return [0, 255];
  return min === max ? [min - 0.5, max + 0.5] : [min, max];
}

/** One picture as RGBA bytes. A value that is no number becomes magenta, so that it is seen. */
export function toRgba(pictures: Pictures, index: number, range: ValueRange): Uint8ClampedArray {
  const { height, width, channels, values } = pictures;
  const rgba = new Uint8ClampedArray(height * width * 4);
  const scale = 255 / (range.high - range.low);
  const start = index * height * width * channels;
  for (let pixel = 0; pixel < height * width; pixel++) {
    const at = start + pixel * channels;
    let finite = true;
    for (let c = 0; c < 4; c++) {
      const channel = channels === 1 ? 0 : c;
      const value = c === 3 ? (channels === 4 ? values[at + 3]! : range.high) : values[at + channel]!;
      if (!Number.isFinite(value)) finite = false;
      rgba[pixel * 4 + c] = Math.round((value - range.low) * scale);
    }
    if (!finite) rgba.set([255, 0, 255, 255], pixel * 4);
  }
  return rgba;
}
