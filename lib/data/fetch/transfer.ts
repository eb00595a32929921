/**
 * One transfer over HTTP into a file that may hold the beginning already.
 *
 * What has arrived stays in `<file>.part`, with the server's tag of the version beside it, so that an interrupted download goes on
 * where it stopped, and only if the server still has the same version; else it begins anew.
 */
import { open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { DataError } from "../errors";

/** A server that sends nothing for so long has gone away. */
const stallMilliseconds = 30_000;

export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes there are so far. */
  readonly onProgress?: (bytes: number) => void;
  readonly stallMilliseconds?: number;
}

/** Length of a file, 0 when there is none. */
export async function fileSize(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * Fetches what is missing of `part`.
 *
 * @throws DataError DATA_OFFLINE when the server refuses; whatever the network throws when it breaks
 */
export async function transfer(url: string, part: string, bytes: number, options: TransferOptions = {}): Promise<void> {
  const tagFile = `${part}.tag`;
  const tag = await readFile(tagFile, "utf8").catch(() => "");
  let present = await fileSize(part);
  if (present === bytes) return;
  if (present > bytes || tag === "") {
    await rm(part, { force: true });
    present = 0;
  }
  const stalled = new AbortController();
  const limit = options.stallMilliseconds ?? stallMilliseconds;
  let timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${limit / 1000} s`)), limit);
  const signal = options.signal ? AbortSignal.any([options.signal, stalled.signal]) : stalled.signal;
  try {
    // identity: a range of a compressed answer would be a range of other bytes.
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (present > 0) Object.assign(headers, { range: `bytes=${present}-`, "if-range": tag });
    const response = await fetch(url, { headers, signal });
    if (response.status !== 200 && response.status !== 206) {
      await response.body?.cancel();
      throw new DataError(
        "DATA_OFFLINE",
        `${new URL(url).host} answered ${response.status} ${response.statusText}`.trimEnd(),
      );
    }
    if (response.status === 200) present = 0; // Another version, or a server without ranges.
    const fresh = response.headers.get("etag") ?? response.headers.get("last-modified") ?? "";
    // A weak tag may not be resumed by; without a tag an interrupted download begins anew.
    await writeFile(tagFile, fresh.startsWith("W/") ? "" : fresh);
    if (!response.body) throw new DataError("DATA_OFFLINE", `${new URL(url).host} answered without content`);
    // Each piece is on disk before the next is asked for: what has arrived is kept, however the connection ends.
    const file = await open(part, response.status === 206 ? "a" : "w");
    try {
      for await (const piece of Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])) {
        const chunk = piece as Uint8Array;
        present += chunk.length;
        if (present > bytes) throw new DataError("DATA_DAMAGED", `expected ${bytes} bytes, the server sends more`);
        await file.writeFile(chunk);
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${limit / 1000} s`)), limit);
        options.onProgress?.(present);
      }
    } finally {
      await file.close();
    }
  } finally {
    clearTimeout(timer);
  }
}
