/** Bytes to text, strictly: what is not UTF-8 is refused with the offset of the first byte that is wrong. */
import { FormatError } from "../errors";

/** Offset of the first byte that breaks UTF-8, or -1. Follows table 3-7 of the Unicode Standard. */
export function findInvalidUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const extra = lead >= 0xc2 && lead <= 0xdf ? 1 : (lead & 0xf0) === 0xe0 ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
    if (extra === 0) return at;
    // The second byte is narrower for some leads: no overlong forms, no surrogates, nothing past U+10FFFF.
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let i = 1; i <= extra; i++) {
      const byte = bytes[at + i];
      if (byte === undefined || byte < (i === 1 ? low : 0x80) || byte > (i === 1 ? high : 0xbf)) return at;
    }
    at += extra + 1;
  }
  return -1;
}

/** @throws FormatError of the given format when the bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array, format: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const offset = Math.max(0, findInvalidUtf8(bytes));
    throw new FormatError(format, offset, `expected UTF-8, byte 0x${(bytes[offset] ?? 0).toString(16)} is not`, {
      cause,
    });
  }
}
