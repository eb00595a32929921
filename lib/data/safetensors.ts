/**
 * Safetensors files: read tensor by tensor, so that a model larger than one buffer may be opens too, and written so that a crash leaves either
 * the old file or the new one, never half of either.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError, FormatError } from "./errors";
import {
  formatHeader,
  lengthBytes,
  parseHeader,
  parseHeaderLength,
  type SafetensorsType,
  type TensorLayout,
} from "./formats/safetensors";

export type { SafetensorsType } from "./formats/safetensors";

/** One tensor: its type, shape and bytes, little-endian and row by row. */
export interface StoredTensor {
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One read or write of the system moves less than 2 GiB. */
const maxTransfer = 1 << 30;

/**
 * Reads a safetensors file.
 *
 * @example const { tensors } = await readSafetensors("model.safetensors"); tensors.get("wte.weight")!.shape
 * @throws FormatError when the header contradicts itself or the file; DataError when there is no file
 */
export async function readSafetensors(path: string): Promise<SafetensorsContent> {
  const file = await open(path, "r").catch(cause => {
    throw new DataError("DATA_MISSING", `safetensors: expected a file at ${path}, got ${cause.code ?? cause}`, {
      cause,
    });
  });
  try {
    const { size } = await file.stat();
    const start = await readAt(file, 0, Math.min(lengthBytes, size));
    const json = await readAt(file, lengthBytes, parseHeaderLength(start, size));
    const { entries, metadata } = parseHeader(json, size);
    const tensors = new Map<string, StoredTensor>();
    for (const { name, dtype, shape, begin, end } of entries) {
      tensors.set(name, { dtype, shape, bytes: await readAt(file, begin, end - begin) });
    }
    return { tensors, metadata };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(maxTransfer, length - done), position + done);
    if (bytesRead === 0)
      throw new FormatError("safetensors", position + done, "the file became shorter while it was read; read it again");
    done += bytesRead;
  }
  return bytes;
}

/**
 * Writes a safetensors file in one step: into a temporary file beside it, flushed to disk, then renamed over it.
 *
 * @example await writeSafetensors("model.safetensors", new Map([["w", { dtype: "F32", shape: [2], bytes }]]), { step: "100" });
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const layouts: TensorLayout[] = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, "wx");
  try {
    try {
      await writeAll(file, formatHeader(layouts, metadata));
      for (const { bytes } of tensors.values()) await writeAll(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // the first error is the one to report
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(maxTransfer, bytes.length - done));
    done += bytesWritten;
  }
}

/** Makes the rename itself durable. Windows cannot open folders, and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
