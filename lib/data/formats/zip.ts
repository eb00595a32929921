/**
 * ZIP, as far as archives of arrays need it: stored and deflated entries, checked by CRC-32, found through the central directory.
 * No encryption, no multiple disks, no archives of 4 GiB and more (ZIP64).
 *
 * A small archive can claim to hold anything. So an entry must lie within the file, may not claim more than deflate can expand
 * (1,032 to 1) nor more than the limit given, and is decompressed only when it is asked for. Source: PKWARE's APPNOTE.TXT.
 */
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { FormatError } from "../errors";

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

/** A comment of 65,535 bytes may follow the end record. */
const maxComment = 0xffff;
/** Deflate codes at most 258 bytes in 2 bits. */
const maxExpansion = 1032;
/** One gigabyte an entry, unless told. */
const defaultLimit = 1 << 30;

export interface ZipEntry {
  readonly name: string;
  /** Decompressed. */
  readonly bytes: number;
  /** Decompresses, and checks length and CRC-32. */
  read(): Uint8Array;
}

/**
 * Lists a ZIP archive.
 *
 * @param limit bytes that one entry may decompress to
 * @throws FormatError when the directory is wrong; `read()` throws it when an entry is
 */
export function parseZip(bytes: Uint8Array, limit: number = defaultLimit): ZipEntry[] {
  const fail = (offset: number, reason: string): never => {
    throw new FormatError("zip", offset, reason);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  const earliest = Math.max(0, end - maxComment);
  while (end >= earliest && view.getUint32(end, true) !== endSignature) end--;
  if (end < earliest) fail(Math.max(0, bytes.length - 22), "found no end of central directory: cut short, or no zip");

  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || start === 0xffffffff) fail(end, "ZIP64 archives are not supported");
  if (start > end) fail(end + 16, `the central directory is said to begin at ${start}, after its own end`);

  const entries: ZipEntry[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 46 > end) fail(at, `the central directory ends before entry ${index + 1} of ${count}`);
    if (view.getUint32(at, true) !== entrySignature) fail(at, `expected entry ${index + 1} of the central directory`);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const checksum = view.getUint32(at + 16, true);
    const [packed, unpacked] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const lengths = [28, 30, 32].map(offset => view.getUint16(at + offset, true)) as [number, number, number];
    const local = view.getUint32(at + 42, true);
    const next = at + 46 + lengths[0] + lengths[1] + lengths[2];
    if (next > end) fail(at, "an entry of the central directory runs past its end");
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + lengths[0])).toString("utf8");
    if (flags & 1) fail(at + 8, `"${name}" is encrypted`);
    if (method !== 0 && method !== 8)
      fail(at + 10, `"${name}" is compressed by method ${method}; stored and deflated are supported`);
    if (local + 30 > start || view.getUint32(local, true) !== localSignature)
      fail(at + 42, `"${name}" is not at ${local}`);
    const body = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (body + packed > start) fail(at + 20, `"${name}" runs past the central directory`);
    if (unpacked > limit) fail(at + 24, `"${name}" claims ${unpacked} bytes, more than the limit of ${limit}`);
    if (method === 0 ? packed !== unpacked : unpacked > packed * maxExpansion) {
      fail(at + 24, `"${name}" claims to hold ${unpacked} bytes in ${packed}`);
    }
    entries.push({
      name,
      bytes: unpacked,
      read() {
        const stored = bytes.subarray(body, body + packed);
        let content = stored;
        if (method === 8) {
          try {
            content = unpacked === 0 ? new Uint8Array() : inflateRawSync(stored, { maxOutputLength: unpacked });
          } catch (cause) {
            throw new FormatError("zip", body, `"${name}" does not decompress`, { cause });
          }
        }
        if (content.length !== unpacked) fail(body, `"${name}" holds ${content.length} bytes, not ${unpacked}`);
        if (crc32(content) !== checksum) fail(body, `"${name}" is damaged: its CRC-32 is not the one recorded`);
        return content;
      },
    });
    at = next;
  }
  return entries;
}

/** Writes a ZIP archive of deflated entries, without times, so that the same content gives the same bytes. */
export function formatZip(contents: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of contents) {
    const label = Buffer.from(name, "utf8");
    const packed = deflateRawSync(content);
    // What both headers share: version 2.0, names in UTF-8, deflate, 1 January 1980.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(label.length, 22);
    const signature = Buffer.alloc(4);
    signature.writeUInt32LE(localSignature);
    pieces.push(signature, common, label, packed);

    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(entrySignature, 0);
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, label);
    offset += 30 + label.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(contents.size, 8);
  end.writeUInt16LE(contents.size, 10);
  end.writeUInt32LE(
    directory.reduce((sum, piece) => sum + piece.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, ...directory, end]);
}
