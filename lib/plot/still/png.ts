// Writes a PNG that is small and always the same: one filter rule, one compression level, a palette where the picture has few colours.
//
// A chart holds some hundred colours, most of them shades of anti-aliased edges. Eight-bit palette images compress to half of what
// the canvas's own encoder makes and take a fraction of its time, and notebooks are kept in Git. Follows RFC 2083.

import { deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export interface PngOptions {
  /** How large a viewer should show the picture. */
  pixelsPerInch?: number;
  /** Lets rare shades, such as those on the edges of letters, stand for near ones; not for gradients and photographs. */
  fewColors?: boolean;
}

/** Encodes opaque or transparent RGBA pixels. */
export function encodePng(
  rgba: Uint8ClampedArray | Uint8Array,
  width: number,
  height: number,
  { pixelsPerInch, fewColors = false }: PngOptions = {},
): Buffer {
  const palette = indexColors(rgba, fewColors ? TOLERANCES : CLOSE_TOLERANCES);
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

const MOST_COLORS = 8000;
/** Distances in RGB (0..441) below which a shade may stand for another; 12 on the edge of a letter is not seen. */
const TOLERANCES = [0, 4, 8, 12];
/** For gradients: a step of 4 between bands of one colour is below what an eye can tell. */
const CLOSE_TOLERANCES = [0, 2, 4];

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
      const near = tolerance === 0 ? -1 : entries.findIndex(entry => colorDistance(entry, color) <= tolerance);
      if (near >= 0) {
        indexOf.set(color, near);
      } else {
        indexOf.set(color, entries.length);
        entries.push(color);
        if (entries.length > 256) break;
      }
    }
    if (entries.length <= 256) return { entries, indexOf };
  }
  return undefined;
}

/** Between two packed pixels; a difference in alpha is never tolerated. */
function colorDistance(a: number, b: number): number {
  if (a >>> 24 !== b >>> 24) return Infinity;
  return Math.hypot((a & 255) - (b & 255), ((a >> 8) & 255) - ((b >> 8) & 255), ((a >> 16) & 255) - ((b >> 16) & 255));
}

function isOpaque(rgba: Uint8ClampedArray | Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false;
  return true;
}

/** Each row filtered by its difference from the left, from above or from a guess of both (Paeth), whichever leaves least. */
function filterRows(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number, channels: 3 | 4): Buffer {
  const stride = width * channels;
  const rows = Buffer.alloc((stride + 1) * height);
  let above = new Uint8Array(stride);
  let row = new Uint8Array(stride);
  const tries = [new Uint8Array(stride), new Uint8Array(stride), new Uint8Array(stride)] as const;
  for (let y = 0; y < height; y++) {
    for (let x = 0, from = y * width * 4, to = 0; x < width; x++, from += 4, to += channels) {
      row[to] = rgba[from]!;
      row[to + 1] = rgba[from + 1]!;
      row[to + 2] = rgba[from + 2]!;
      if (channels === 4) row[to + 3] = rgba[from + 3]!;
    }
    const sums = [0, 0, 0];
    for (let i = 0; i < stride; i++) {
      const left = i >= channels ? row[i - channels]! : 0;
      const up = above[i]!;
      const corner = i >= channels ? above[i - channels]! : 0;
      const guess = left + up - corner;
      const [dl, du, dc] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
      const paeth = dl <= du && dl <= dc ? left : du <= dc ? up : corner;
      const value = row[i]!;
      tries[0][i] = value - left;
      tries[1][i] = value - up;
      tries[2][i] = value - paeth;
      // Differences count as signed bytes: 255 is one step down.
      for (let k = 0; k < 3; k++) sums[k]! += tries[k]![i]! < 128 ? tries[k]![i]! : 256 - tries[k]![i]!;
    }
    const best = sums.indexOf(Math.min(...sums));
    rows[y * (stride + 1)] = [1, 2, 4][best]!;
    rows.set(tries[best]!, y * (stride + 1) + 1);
    [above, row] = [row, above];
  }
  return rows;
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
