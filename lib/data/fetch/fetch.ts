/**
 * `data.fetch`: a file by name, downloaded at most once.
 *
 * A download that breaks goes on where it stopped; one that arrives is hashed, and only then, by renaming, takes its name in the
 * cache: whoever finds a file there finds a whole one. Without a network the error says what to fetch by other means and how to hand
 * it over. The cache is `.ftt/downloads`, or the folder that FTT_DOWNLOADS names.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { notebookHost } from "../../plot/live/host";
import { progress } from "../../plot/live/progress";
import { DataError } from "../errors";
import { scratchFolder } from "../store/folders";
import { isVerified, rememberVerified } from "../store/verified";
import { catalogue, type Download, type DownloadName } from "./catalogue";
import { fileSize, transfer } from "./transfer";

export interface FetchOptions {
  /** A copy that is here already: it is checked and used in place of a download. */
  file?: string;
  /** The cache folder. */
  folder?: string;
  /** Ends the download; what has arrived is kept for the next time. In a notebook, Stop does, unless told. */
  signal?: AbortSignal | undefined;
  /** Show no bar. */
  quiet?: boolean;
  /** Go on after a break so many times; 4 unless told. */
  retries?: number;
}

async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

async function check(path: string, { bytes, sha256 }: Download): Promise<string | undefined> {
  const stats = await stat(path);
  if (stats.size !== bytes) return `expected ${bytes} bytes, got ${stats.size}`;
  if (isVerified(path, stats, sha256)) return undefined;
  const actual = await fileSha256(path);
  if (actual !== sha256) return `expected SHA-256 ${sha256}, got ${actual}`;
  rememberVerified(path, stats, sha256);
  return undefined;
}

/** What went wrong, out of the layers that fetch wraps it in. */
function reasonOf(error: unknown): string {
  const { cause, code, message = String(error) } = error as { cause?: unknown; code?: string; message?: string };
  if (typeof cause === "object" && cause !== null && "message" in cause) return reasonOf(cause);
  return code && !message.includes(code) && !(error instanceof DataError) ? `${message} (${code})` : message;
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Downloads with a bar, going on after breaks as long as something arrives in between. */
async function transferAll(name: string, download: Download, part: string, options: FetchOptions): Promise<void> {
  const { signal, quiet = false, retries = 4 } = options;
  const megabytes = Math.ceil(download.bytes / 1e6);
  const bar = quiet ? undefined : progress(megabytes, { label: name, unit: "MB" });
  const onProgress = (bytes: number) => {
    while (bar && bar.count < Math.ceil(bytes / 1e6)) bar.tick();
  };
  for (let broken = 0; ; ) {
    const before = await fileSize(part);
    try {
      await transfer(download.url, part, download.bytes, { signal, onProgress });
      if ((await fileSize(part)) < download.bytes) throw new Error("the connection closed early");
      bar?.done();
      return;
    } catch (error) {
      const refused = error instanceof DataError;
      broken = (await fileSize(part)) > before ? 1 : broken + 1;
      if (refused || signal?.aborted || broken > retries) {
        bar?.fail(reasonOf(error));
        throw error;
      }
      await pause(250 * 2 ** broken, signal);
    }
  }
}

function describe(name: string): Download {
  const download = Object.hasOwn(catalogue, name) ? catalogue[name as DownloadName] : undefined;
  if (download) return download;
  throw new DataError("DATA_UNKNOWN", `no download "${name}"; there are: ${Object.keys(catalogue).join(", ")}`);
}

/**
 * The path of a file, downloaded if need be.
 *
 * @example
 * const path = await data.fetch("tiny-shakespeare");
 * const same = await data.fetch("tiny-shakespeare", { file: "/media/stick/input.txt" }); // no network
 * @param wanted a name of the catalogue, or a description of any other file
 * @throws DataError DATA_OFFLINE with what to do instead; DATA_DAMAGED when the checksum is another
 */
export async function fetchFile(wanted: DownloadName | Download, given: FetchOptions = {}): Promise<string> {
  const options = { ...given, signal: given.signal ?? notebookHost()?.signal };
  const name = typeof wanted === "string" ? wanted : wanted.file;
  const download: Download = typeof wanted === "string" ? describe(wanted) : wanted;
  if (options.file !== undefined) {
    const problem = await check(options.file, download).catch((cause: unknown) => {
      throw new DataError("DATA_MISSING", `${name}: cannot read ${options.file}: ${reasonOf(cause)}`, { cause });
    });
    if (problem) throw new DataError("DATA_DAMAGED", `${name}: ${options.file} is not the published file: ${problem}`);
    return options.file;
  }
  const folder = options.folder ?? process.env.FTT_DOWNLOADS ?? join(scratchFolder, "downloads");
  const path = join(folder, download.file);
  if ((await fileSize(path)) > 0) {
    if ((await check(path, download)) === undefined) return path;
    await rm(path); // Damaged since: fetch it again.
  }
  await mkdir(folder, { recursive: true });
  const part = `${path}.part`;
  try {
    await transferAll(name, download, part, options);
  } catch (cause) {
    if (options.signal?.aborted) throw options.signal.reason;
    const kept = await fileSize(part);
    const message =
      `${name} could not be downloaded: ${reasonOf(cause)}; try again with a network` +
      `${kept > 0 ? ` (${kept} of ${download.bytes} bytes are kept)` : ""}, or fetch ${download.url} by other means and pass its path: ` +
      `data.fetch("${name}", { file: "..." })`;
    throw new DataError(cause instanceof DataError ? cause.code : "DATA_OFFLINE", message, { cause });
  }
  const problem = await check(part, download);
  if (problem) {
    await rm(part);
    throw new DataError(
      "DATA_DAMAGED",
      `${name}: what ${new URL(download.url).host} sent is not the published file: ${problem}`,
    );
  }
  await rename(part, path);
  rememberVerified(path, await stat(path), download.sha256); // Renaming changed what it was remembered by.
  await rm(`${part}.tag`, { force: true });
  return path;
}
