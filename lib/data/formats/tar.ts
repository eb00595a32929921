/**
 * TAR, as far as datasets need it: plain files of an archive, in its order, as views of its bytes. Names longer than 100 characters
 * come by POSIX's prefix or by GNU's and PAX's extra headers; links, folders and devices are passed over.
 */
import { gunzipSync } from "node:zlib";
import { FormatError } from "../errors";

const block = 512;

export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("utf8");
}

/** @throws FormatError when the archive is damaged or cut short */
export function* parseTar(bytes: Uint8Array): Generator<TarEntry> {
  const fail = (offset: number, reason: string): never => {
    throw new FormatError("tar", offset, reason);
  };
  let longName: string | undefined;
  for (let at = 0; ; ) {
    if (at + block > bytes.length) fail(bytes.length, "the archive ends before its mark of two empty blocks");
    const header = bytes.subarray(at, at + block);
    if (header.every(byte => byte === 0)) return;
    const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
    if (Number.parseInt(readText(header.subarray(148, 156)), 8) !== sum)
      fail(at + 148, "the checksum of a header is wrong");
    const octal = readText(header.subarray(124, 136)).trim();
    if (!/^[0-7]{1,11}$/.test(octal)) fail(at + 124, `${JSON.stringify(octal)} is no size`);
    const size = Number.parseInt(octal, 8);
    const start = at + block;
    if (size > bytes.length - start) fail(at + 124, `an entry claims ${size} bytes, ${bytes.length - start} are there`);
    const content = bytes.subarray(start, start + size);
    const type = String.fromCharCode(header[156]!);
    if (type === "L") longName = readText(content);
    else if (type === "x") longName = /^\d+ path=(.*)$/m.exec(Buffer.from(content).toString("utf8"))?.[1];
    else {
      if (type === "0" || type === "\0") {
        const posix = readText(header.subarray(257, 262)) === "ustar";
        const prefix = posix ? readText(header.subarray(345, 500)) : "";
        const name = readText(header.subarray(0, 100));
        yield { name: longName ?? (prefix ? `${prefix}/${name}` : name), bytes: content };
      }
      longName = undefined;
    }
    at = start + Math.ceil(size / block) * block;
  }
}

/** Decompresses a `.tar.gz`. @param limit bytes it may hold; 2 GB unless told */
export function parseTarGz(bytes: Uint8Array, limit = 2_000_000_000): Generator<TarEntry> {
  let content: Uint8Array;
  try {
    content = gunzipSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError("tar.gz", 0, `the archive does not decompress: ${reason}`, { cause });
  }
  return parseTar(content);
}
