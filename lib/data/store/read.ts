/**
 * Reading vendored files, trusted only after a look: size first, then SHA-256 (once, see verified.ts), then decompression into a
 * buffer whose length is known beforehand.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { DataError } from "../errors";
import { dataFolder } from "./folders";
import { type DataFile, findDataset } from "./manifest";
import { isVerified, rememberVerified } from "./verified";

const decompress = promisify(brotliDecompress);

export interface ReadOptions {
  /** The data folder, when it is not the checkout's own. */
  folder?: string;
  /** Hash even what is remembered as verified. */
  again?: boolean;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function restore(name: string, file: DataFile): string {
  return `restore it with \`git checkout -- data/${file.path}\`, or make it again with \`ftt data build ${name}\``;
}

/** The bytes of one file as they lie on disk, verified. */
async function readStored(
  name: string,
  file: DataFile,
  { folder = dataFolder, again = false }: ReadOptions,
): Promise<Uint8Array> {
  const path = join(folder, file.path);
  const stats = await stat(path).catch((cause: unknown) => {
    throw new DataError("DATA_MISSING", `${path} is missing; ${restore(name, file)}`, { cause });
  });
  if (stats.size !== file.bytes) {
    throw new DataError(
      "DATA_DAMAGED",
      `${path} is damaged: expected ${file.bytes} bytes, got ${stats.size}; ${restore(name, file)}`,
    );
  }
  const bytes = await readFile(path);
  if (!again && isVerified(path, stats, file.sha256)) return bytes;
  const actual = sha256(bytes);
  if (actual !== file.sha256) {
    throw new DataError(
      "DATA_DAMAGED",
      `${path} is damaged: expected SHA-256 ${file.sha256}, got ${actual}; ${restore(name, file)}`,
    );
  }
  rememberVerified(path, stats, file.sha256);
  return bytes;
}

/** The content of one file of a dataset: verified, then decoded. */
export async function readContent(name: string, file: DataFile, options: ReadOptions = {}): Promise<Uint8Array> {
  const stored = await readStored(name, file, options);
  if (file.encoding === "identity") return stored;
  const { bytes } = file.content;
  // One chunk of the final size: zlib then fills it in place instead of gathering pieces, which halves time and memory.
  const chunkSize = Math.max(bytes, 64);
  const content = await decompress(stored, { chunkSize, maxOutputLength: chunkSize }).catch((cause: unknown) => {
    throw new DataError("DATA_DAMAGED", `data/${file.path} does not decompress; ${restore(name, file)}`, { cause });
  });
  if (content.length !== bytes) {
    const message = `data/${file.path}: expected ${bytes} bytes of content, got ${content.length}; ${restore(name, file)}`;
    throw new DataError("DATA_DAMAGED", message);
  }
  return content;
}

/**
 * The contents of a dataset's files, in the order in which they are asked for.
 *
 * @example const [images, labels] = await readDataset("mnist", ["train-images-idx3-ubyte.br", "train-labels-idx1-ubyte.br"]);
 */
export async function readDataset(
  name: string,
  files: readonly string[],
  options: ReadOptions = {},
): Promise<Uint8Array[]> {
  const dataset = await findDataset(name, options.folder);
  return Promise.all(
    files.map(wanted => {
      const file = dataset.files.find(({ path }) => path.endsWith(`/${wanted}`));
      if (!file) {
        const message = `the manifest lists no "${wanted}" for ${name}; make it again with \`ftt data build ${name}\``;
        throw new DataError("DATA_UNKNOWN", message);
      }
      return readContent(name, file, options);
    }),
  );
}
