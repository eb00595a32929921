/**
 * What a PNG or JPEG says about itself, checked before any decoder sees it.
 *
 * Decoders trust the size in the header and allocate for it. A file of a hundred bytes may claim 65,535 by 65,535 pixels, and a file
 * cut short decodes to a picture with a grey half. So the whole structure is walked first: every chunk of a PNG with its checksum,
 * every segment of a JPEG, the size against a limit and against what so few bytes can hold. It also gives errors an offset.
 * Sources: W3C's PNG specification; ITU-T T.81, annex B.
 */
import { crc32 } from "node:zlib";
import { FormatError } from "../errors";

export interface ImageStructure {
  readonly format: "png" | "jpeg";
  readonly width: number;
  readonly height: number;
  /** Channels after decoding: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const pngDepths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16], // grey
  2: [8, 16], // colour
  3: [1, 2, 4, 8], // palette
  4: [8, 16], // grey and alpha
  6: [8, 16], // colour and alpha
};
/** Deflate codes at most 258 bytes in 2 bits. */
const maxExpansion = 1032;

function checkSize(format: "png" | "jpeg", offset: number, width: number, height: number, maxPixels: number): void {
  if (width === 0 || height === 0)
    throw new FormatError(format, offset, `expected at least one pixel, got ${width} x ${height}`);
  if (width * height > maxPixels) {
    throw new FormatError(format, offset, `${width} x ${height} pixels are more than the limit of ${maxPixels}`);
  }
}

/** Walks a PNG. @throws FormatError */
export function inspectPng(bytes: Uint8Array, maxPixels: number): ImageStructure {
  const fail = (offset: number, reason: string): never => {
    throw new FormatError("png", offset, reason);
  };
  for (const [at, byte] of pngSignature.entries())
    if (bytes[at] !== byte) fail(Math.min(at, bytes.length), "expected the PNG signature");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [width, height, type, bits, interlace, packed, transparent, palette] = [0, 0, 0, 0, 0, 0, false, false];
  let at = 8;
  for (;;) {
    if (at + 12 > bytes.length) fail(bytes.length, "the file ends before its IEND chunk");
    const length = view.getUint32(at);
    const name = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    if (length > bytes.length - at - 12)
      fail(at, `chunk ${JSON.stringify(name)} claims ${length} bytes, the file ends before`);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      fail(at, `chunk ${JSON.stringify(name)} is damaged: its CRC-32 is not the one recorded`);
    }
    if ((at === 8) !== (name === "IHDR")) fail(at, `expected IHDR first and only once, got ${JSON.stringify(name)}`);
    if (name === "IHDR") {
      if (length !== 13) fail(at, `expected IHDR of 13 bytes, got ${length}`);
      width = view.getUint32(at + 8);
      height = view.getUint32(at + 12);
      bits = view.getUint8(at + 16);
      type = view.getUint8(at + 17);
      interlace = view.getUint8(at + 20);
      if (!pngDepths[type]?.includes(bits)) fail(at + 16, `colour type ${type} with ${bits} bits does not exist`);
      if (view.getUint8(at + 18) !== 0 || view.getUint8(at + 19) !== 0)
        fail(at + 18, "unknown compression or filter method");
      if (interlace > 1) fail(at + 20, `unknown interlace method ${interlace}`);
      checkSize("png", at + 8, width, height, maxPixels);
    } else if (name === "PLTE") {
      palette = true;
      if (length === 0 || length % 3 !== 0 || length > 768) fail(at, `a palette of ${length} bytes is no palette`);
    } else if (name === "tRNS") transparent = true;
    else if (name === "IDAT") packed += length;
    else if (name === "IEND") break;
    at += 12 + length;
  }
  if (packed === 0) fail(at, "there is no IDAT chunk: a picture without pixels");
  if (type === 3 && !palette) fail(at, "colour type 3 needs a palette");
  const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[type]!;
  if ((width * height * samples * bits) / 8 > packed * maxExpansion) {
    fail(16, `${width} x ${height} pixels cannot come out of ${packed} compressed bytes`);
  }
  const colour = (type & 2) !== 0;
  const alpha = (type & 4) !== 0 || transparent;
  return { format: "png", width, height, channels: ((colour ? 3 : 1) + (alpha ? 1 : 0)) as ImageStructure["channels"] };
}

/** Walks a JPEG. @throws FormatError */
export function inspectJpeg(bytes: Uint8Array, maxPixels: number): ImageStructure {
  const fail = (offset: number, reason: string): never => {
    throw new FormatError("jpeg", offset, reason);
  };
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) fail(0, "expected the JPEG marker FF D8");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [at, width, height, components, scanned] = [2, 0, 0, 0, 0];
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++; // Fill bytes.
    if (at + 2 > bytes.length) fail(bytes.length, "the file ends before its end marker FF D9");
    if (bytes[at] !== 0xff) fail(at, `expected a marker, got 0x${bytes[at]!.toString(16)}`);
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) break;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    if (marker === 0x00 || marker === 0xd8) fail(at, `marker FF ${marker.toString(16)} has no place here`);
    if (at + 4 > bytes.length) fail(bytes.length, "the file ends within a segment");
    const length = view.getUint16(at + 2);
    if (length < 2 || at + 2 + length > bytes.length)
      fail(at, `a segment claims ${length} bytes, the file ends before`);
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) {
      if (components > 0) fail(at, "a second frame header");
      if (length < 8) fail(at, `a frame header of ${length} bytes is too short`);
      if (view.getUint8(at + 4) !== 8) fail(at + 4, `expected 8 bits a sample, got ${view.getUint8(at + 4)}`);
      height = view.getUint16(at + 5);
      width = view.getUint16(at + 7);
      components = view.getUint8(at + 9);
      if (components !== 1 && components !== 3 && components !== 4)
        fail(at + 9, `expected 1, 3 or 4 components, got ${components}`);
      checkSize("jpeg", at + 5, width, height, maxPixels);
    }
    const scan = marker === 0xda;
    at += 2 + length;
    if (!scan) continue;
    if (components === 0) fail(at, "a scan before the frame header");
    const start = at;
    // Within a scan FF is followed by 00 (a byte FF) or a restart marker; anything else ends it.
    for (;;) {
      const next = bytes.indexOf(0xff, at);
      if (next < 0 || next + 1 >= bytes.length) fail(bytes.length, "the file ends within a scan");
      at = next;
      const code = bytes[at + 1]!;
      if (code !== 0x00 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) break;
      at += code === 0xff ? 1 : 2;
    }
    scanned += at - start;
  }
  if (scanned === 0) fail(at, "there is no scan: a picture without pixels");
  // A block of 8 x 8 takes a bit at the very least; a file that claims more blocks than bits is made to hurt.
  const blocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  if (blocks > scanned * 8) fail(0, `${width} x ${height} pixels cannot come out of ${scanned} compressed bytes`);
  return { format: "jpeg", width, height, channels: components === 1 ? 1 : 3 };
}

/** Walks a PNG or a JPEG, by its first bytes. @throws FormatError */
export function inspectImage(bytes: Uint8Array, maxPixels: number): ImageStructure {
  if (bytes[0] === 0x89) return inspectPng(bytes, maxPixels);
  if (bytes[0] === 0xff) return inspectJpeg(bytes, maxPixels);
  throw new FormatError("image", 0, `expected a PNG or a JPEG, the file begins with 0x${(bytes[0] ?? 0).toString(16)}`);
}
