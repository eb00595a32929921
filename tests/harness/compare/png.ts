// PNG against PNG: the same size, neither blank where the other is not, and no more than a small share of pixels that a person would see
// as different. The distance between colours is the one of Kotsarenko and Ramos, "Measuring perceived color difference using YIQ NTSC
// transmission color space in mobile applications" (2010), which weighs brightness as the eye does. A pixel counts only when it also
// differs from all neighbours of the same place: text that moved by less than a pixel is anti-aliased differently, not different.
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

/** The share of pixels that differ by more than `threshold` (1: from black to white). */
export function differentShare(a: Picture, b: Picture, threshold: number): number {
  const one = toYiq(a);
  const two = toYiq(b);
  // 35,215 is the squared distance from black to white in these units.
  const limit = 35215 * threshold * threshold;
  let different = 0;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      const here = y * a.width + x;
      if (squared(one, here, two, here) <= limit) continue;
      if (!nearby(one, two, x, y, a, limit) || !nearby(two, one, x, y, a, limit)) different++;
    }
  }
  return different / (a.width * a.height);
}

// Whether the pixel of one picture is found in the other within one pixel of its place.
function nearby(
  one: Float32Array,
  two: Float32Array,
  x: number,
  y: number,
  { width, height }: Picture,
  limit: number,
): boolean {
  const here = y * width + x;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const [nx, ny] = [x + dx, y + dy];
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
      if (squared(one, here, two, ny * width + nx) <= limit) return true;
    }
  }
  return false;
}

function squared(one: Float32Array, i: number, two: Float32Array, j: number): number {
  const y = one[3 * i]! - two[3 * j]!;
  const ci = one[3 * i + 1]! - two[3 * j + 1]!;
  const cq = one[3 * i + 2]! - two[3 * j + 2]!;
  return 0.5053 * y * y + 0.299 * ci * ci + 0.1957 * cq * cq;
}

// Transparent pixels are seen on white, as notebooks show them.
function toYiq({ width, height, data }: Picture): Float32Array {
  const yiq = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const alpha = data[4 * i + 3]! / 255;
    const r = 255 + (data[4 * i]! - 255) * alpha;
    const g = 255 + (data[4 * i + 1]! - 255) * alpha;
    const b = 255 + (data[4 * i + 2]! - 255) * alpha;
    yiq[3 * i] = 0.29889531 * r + 0.58662247 * g + 0.11448223 * b;
    yiq[3 * i + 1] = 0.59597799 * r - 0.2741761 * g - 0.32180189 * b;
    yiq[3 * i + 2] = 0.21147017 * r - 0.52261711 * g + 0.31114694 * b;
  }
  return yiq;
}
