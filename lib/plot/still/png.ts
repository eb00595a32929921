// Writes a PNG that is small and always the same: one filter rule, one compression level, a palette where the picture has few colours.
//
// A chart holds some hundred colours, most of them shades of anti-aliased edges. Eight-bit palette images compress to half of what
// the canvas's own encoder makes and take a fraction of its time, and notebooks are kept in Git. Follows RFC 2083.

import { deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface PngOptions {
  /** How large a viewer should show the picture. */
  pixelsPerInch?: number;
  /**
   * How freely a rare shade may stand for a near one: in charts of "few" colours, with a colour "scale" beside them, or in pictures of
   * "smooth" gradients, where a coarse step would show as a band.
   */
  colors?: "few" | "scale" | "smooth";
}

/** Encodes opaque or transparent RGBA pixels. */
export function encodePng(
  rgba: Uint8ClampedArray | Uint8Array,
  width: number,
  height: number,
  { pixelsPerInch, colors = "smooth" }: PngOptions = {},
): Buffer {
  const palette = indexColors(rgba, TOLERANCES[colors]);
  const chunks: Buffer[] = [SIGNATURE];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  let rows: Buffer;
  if (palette) {
    header.set([8, 3, 0, 0, 0], 8);
    // Filters do not help indices: neighbouring palette entries mean nothing.
    rows = Buffer.alloc((width + 1) * height);
    for (let y = 0; y < height; y++)
      rows.set(palette.indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
    chunks.push(chunk("IHDR", header), chunk("PLTE", palette.colors));
    if (palette.alphas) chunks.push(chunk("tRNS", palette.alphas));
  } else {
    const opaque = isOpaque(rgba);
    header.set([8, opaque ? 2 : 6, 0, 0, 0], 8);
    rows = filterRows(rgba, width, height, opaque ? 3 : 4);
    chunks.push(chunk("IHDR", header));
  }
  if (pixelsPerInch) {
    const physical = Buffer.alloc(9);
    const perMetre = Math.round(pixelsPerInch / 0.0254);
    physical.writeUInt32BE(perMetre, 0);
    physical.writeUInt32BE(perMetre, 4);
    physical[8] = 1;
    chunks.push(chunk("pHYs", physical));
  }
  // Level 7 is within 2 % of level 9's size at half its time.
  chunks.push(chunk("IDAT", deflateSync(rows, { level: 7, memLevel: 9 })), chunk("IEND", Buffer.alloc(0)));
  return Buffer.concat(chunks);
}

interface Indexed {
  /** One palette index per pixel. */
  indices: Uint8Array;
  colors: Buffer;
  alphas: Buffer | undefined;
}

/** The picture as indices into at most 256 colours, or undefined when it needs more to look the same. */
function indexColors(rgba: Uint8ClampedArray | Uint8Array, tolerances: readonly number[]): Indexed | undefined {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.byteLength >> 2);
  const counts = new Map<number, number>();
  let last = -1;
  let run = 0;
  for (let i = 0; i <= pixels.length; i++) {
    const pixel = pixels[i];
    if (pixel === last) {
      run++;
      continue;
    }
    if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
    // Photographs are told early: they have more colours than any chart.
    if (counts.size > MOST_COLORS) return undefined;
    last = pixel ?? -1;
    run = 1;
  }
  const colors = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
  const palette = choosePalette(colors, tolerances);
  if (!palette) return undefined;
  const indices = new Uint8Array(pixels.length);
  last = -1;
  let index = 0;
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    if (pixel !== last) {
      index = palette.indexOf.get(pixel)!;
      last = pixel;
    }
    indices[i] = index;
  }
  const bytes = new Uint8Array(Uint32Array.from(palette.entries).buffer);
  const packed = Buffer.alloc(palette.entries.length * 3);
  const alphas = Buffer.alloc(palette.entries.length);
  for (let i = 0; i < palette.entries.length; i++) {
    packed.set(bytes.subarray(i * 4, i * 4 + 3), i * 3);
    alphas[i] = bytes[i * 4 + 3]!;
  }
  return { indices, colors: packed, alphas: alphas.every(alpha => alpha === 255) ? undefined : alphas };
}

const MOST_COLORS = 20_000;
/** Distances in RGB (0..441) below which a shade may stand for another; 12 on the edge of a letter is not seen. */
const TOLERANCES = { few: [0, 4, 8, 12], scale: [0, 3, 6, 8, 12], smooth: [0, 2, 4, 6] } as const;

/** Keeps the frequent colours exact and lets each rare one be shown by a near one, as closely as 256 entries allow. */
function choosePalette(
  colors: number[],
  tolerances: readonly number[],
): { entries: number[]; indexOf: Map<number, number> } | undefined {
  for (const tolerance of tolerances) {
    if (tolerance === 0 && colors.length > 256) continue;
    const entries: number[] = [];
    const indexOf = new Map<number, number>();
    for (const color of colors) {
      const near = tolerance === 0 ? -1 : nearIndex(entries, color, tolerance * tolerance);
      if (near >= 0) {
        indexOf.set(color, near);
      } else {
        indexOf.set(color, entries.length);
        entries.push(color);
        if (entries.length > 256) break;
      }
    }
    if (entries.length <= 256) return { entries, indexOf: tolerance === 0 ? indexOf : nearestEntries(colors, entries) };
  }
  return undefined;
}

/** Each colour by its nearest entry, not merely by one near enough. */
function nearestEntries(colors: number[], entries: number[]): Map<number, number> {
  const indexOf = new Map<number, number>();
  for (const color of colors) {
    let best = -1;
    let least = Infinity;
    for (let i = 0; i < entries.length && least > 0; i++) {
      const far = squaredDistance(entries[i]!, color);
      if (far < least) [best, least] = [i, far];
    }
    indexOf.set(color, best);
  }
  return indexOf;
}

function nearIndex(entries: number[], color: number, squared: number): number {
  for (let i = 0; i < entries.length; i++) if (squaredDistance(entries[i]!, color) <= squared) return i;
  return -1;
}

/** Between two packed pixels; a difference in alpha is never tolerated. */
function squaredDistance(a: number, b: number): number {
  if (a >>> 24 !== b >>> 24) return Infinity;
  const red = (a & 255) - (b & 255);
  const green = ((a >> 8) & 255) - ((b >> 8) & 255);
  const blue = ((a >> 16) & 255) - ((b >> 16) & 255);
  return red * red + green * green + blue * blue;
}

function isOpaque(rgba: Uint8ClampedArray | Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false;
  return true;
}

/** Paeth's predictor: whichever of left, up and corner lies nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const [dl, du, dc] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return dl <= du && dl <= dc ? left : du <= dc ? up : corner;
}

/** Every eighth pixel is enough to choose a row's filter by. */
const SAMPLE = 8;

/** Each row filtered by its difference from the left, from above or from Paeth's guess, whichever leaves least. */
function filterRows(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number, channels: 3 | 4): Buffer {
  const stride = width * channels;
  const rows = Buffer.alloc((stride + 1) * height);
  let above = new Uint8Array(stride + channels);
  let row = new Uint8Array(stride + channels);
  for (let y = 0; y < height; y++) {
    // A pixel of zeros before each row stands for what lies left of the picture.
    for (let from = y * width * 4, to = channels; to < stride + channels; from += 4, to += channels) {
      row[to] = rgba[from]!;
      row[to + 1] = rgba[from + 1]!;
      row[to + 2] = rgba[from + 2]!;
      if (channels === 4) row[to + 3] = rgba[from + 3]!;
    }
    const filter = chooseFilter(row, above, channels);
    const start = y * (stride + 1);
    rows[start] = filter;
    for (let i = channels, to = start + 1; i < stride + channels; i++, to++) {
      const guess =
        filter === 1
          ? row[i - channels]!
          : filter === 2
            ? above[i]!
            : paeth(row[i - channels]!, above[i]!, above[i - channels]!);
      rows[to] = row[i]! - guess;
    }
    [above, row] = [row, above];
  }
  return rows;
}

function chooseFilter(row: Uint8Array, above: Uint8Array, channels: number): 1 | 2 | 4 {
  let [left, up, both] = [0, 0, 0];
  for (let i = channels; i < row.length; i += channels * SAMPLE) {
    const value = row[i]!;
    left += Math.abs(value - row[i - channels]!);
    up += Math.abs(value - above[i]!);
    both += Math.abs(value - paeth(row[i - channels]!, above[i]!, above[i - channels]!));
  }
  return up <= left && up <= both ? 2 : both <= left ? 4 : 1;
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
