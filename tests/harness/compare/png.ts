// PNG against PNG: the same size, neither blank where the other is not, and hardly a pixel that a person would see as different. Colours are
// compared as the eye weighs them, in the YIQ space of Kotsarenko and Ramos, "Measuring perceived color difference using YIQ NTSC
// transmission color space in mobile applications" (2010). Edges that are anti-aliased in another way are not seen, so a pixel differs only
// when it lies outside of what the other picture has around the same place, or when the ink of the neighbourhood is not the same.
import { PNG } from "pngjs";
import type { Difference } from "./difference";
import type { Rules } from "./rules";

export interface Picture {
  width: number;
  height: number;
  /** Red, green, blue, alpha of each pixel, 0 to 255. */
  data: Uint8Array;
}

export function decodePng(base64: string): Picture {
  const { width, height, data } = PNG.sync.read(Buffer.from(base64, "base64"));
  return { width, height, data };
}

/** Whether all pixels look the same: nothing was drawn. */
export function isBlank({ width, height, data }: Picture): boolean {
  const first = [data[0]!, data[1]!, data[2]!, data[3]!];
  for (let i = 4; i < width * height * 4; i++) {
    // Two steps of 255 are below what an encoder's dithering may add.
    if (Math.abs(data[i]! - first[i % 4]!) > 2) return false;
  }
  return true;
}

export function comparePng(saved: string, fresh: string, rules: Rules): Difference[] {
  if (saved === fresh) return [];
  const differ = (what: string, a: string, b: string): Difference[] => [{ where: "", what, saved: a, fresh: b }];
  const [a, b] = [tryDecode(saved), tryDecode(fresh)];
  if (typeof a === "string" || typeof b === "string") {
    return differ("png", typeof a === "string" ? a : "an image", typeof b === "string" ? b : "an image");
  }
  if (a.width !== b.width || a.height !== b.height) return differ("png size", size(a), size(b));
  if (isBlank(a) !== isBlank(b))
    return differ("png", isBlank(a) ? "blank" : "a picture", isBlank(b) ? "blank" : "a picture");
  const distance = differentShare(a, b, rules.image.threshold);
  if (distance <= rules.image.pixels) return [];
  const count = Math.round(distance * a.width * a.height);
  return [
    {
      where: "",
      what: "png",
      saved: size(a),
      fresh: `${count} of its pixels look different`,
      distance,
      allowed: rules.image.pixels,
    },
  ];
}

function tryDecode(base64: string): Picture | string {
  try {
    return decodePng(base64);
  } catch (error) {
    return `not a PNG (${(error as Error).message})`;
  }
}

function size({ width, height }: Picture): string {
  return `${width}×${height}`;
}

// Half the side of the neighbourhood whose ink is compared: 7 by 7 pixels, in which half a step to the side of an edge changes 1/14 of the
// ink (below the threshold) and a line of two pixels that fades to grey changes 1/7 (above it).
const REACH = 3;

/** The share of pixels that differ by more than `threshold` (1: from black to white). */
export function differentShare(a: Picture, b: Picture, threshold: number): number {
  const { width, height } = a;
  const one = toYiq(a);
  const two = toYiq(b);
  const limit = threshold * 255;
  const different = new Uint8Array(width * height);
  for (let channel = 0; channel < 3; channel++) {
    const [p, q] = [one[channel]!, two[channel]!];
    const [ink, inkOther] = [blur(p, width, height), blur(q, width, height)];
    for (let i = 0; i < different.length; i++) {
      if (different[i] || (p[i] === q[i] && Math.abs(ink[i]! - inkOther[i]!) <= limit)) continue;
      const [x, y] = [i % width, Math.floor(i / width)];
      const outside = !within(p[i]!, q, x, y, width, height, limit) || !within(q[i]!, p, x, y, width, height, limit);
      if (outside || Math.abs(ink[i]! - inkOther[i]!) > limit) different[i] = 1;
    }
  }
  return different.reduce((sum, value) => sum + value, 0) / different.length;
}

// Whether a value lies between the least and the greatest of the other picture within one pixel of its place.
function within(
  value: number,
  other: Float32Array,
  x: number,
  y: number,
  width: number,
  height: number,
  limit: number,
): boolean {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
      const near = other[ny * width + nx]!;
      least = Math.min(least, near);
      most = Math.max(most, near);
    }
  }
  return value >= least - limit && value <= most + limit;
}

// The mean around each pixel, by running sums: rows, then columns. Beyond the border the last pixel goes on.
function blur(channel: Float32Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(channel.length);
  const result = new Float32Array(channel.length);
  const pass = (
    from: Float32Array,
    to: Float32Array,
    lines: number,
    length: number,
    lineStep: number,
    step: number,
  ) => {
    for (let line = 0; line < lines; line++) {
      const at = (i: number) => from[line * lineStep + Math.min(length - 1, Math.max(0, i)) * step]!;
      let sum = 0;
      for (let i = -REACH; i <= REACH; i++) sum += at(i);
      for (let i = 0; i < length; i++) {
        to[line * lineStep + i * step] = sum / (2 * REACH + 1);
        sum += at(i + REACH + 1) - at(i - REACH);
      }
    }
  };
  pass(channel, rows, height, width, width, 1);
  pass(rows, result, width, height, 1, width);
  return result;
}

// Transparent pixels are seen on white, as notebooks show them.
function toYiq({ width, height, data }: Picture): [Float32Array, Float32Array, Float32Array] {
  const [luma, inPhase, quadrature] = [0, 1, 2].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let i = 0; i < width * height; i++) {
    const alpha = data[4 * i + 3]! / 255;
    const r = 255 + (data[4 * i]! - 255) * alpha;
    const g = 255 + (data[4 * i + 1]! - 255) * alpha;
    const b = 255 + (data[4 * i + 2]! - 255) * alpha;
    luma[i] = 0.29889531 * r + 0.58662247 * g + 0.11448223 * b;
    inPhase[i] = 0.59597799 * r - 0.2741761 * g - 0.32180189 * b;
    quadrature[i] = 0.21147017 * r - 0.52261711 * g + 0.31114694 * b;
  }
  return [luma, inPhase, quadrature];
}
