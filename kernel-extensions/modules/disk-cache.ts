/**
 * Compiled modules and V8's byte code, kept between kernels in the user's cache folder. The key is a hash of everything that
 * the entry depends on, so an entry is never wrong, only unused; entries unused for thirty days are deleted.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "fromthetensor-kernel");
const day = 24 * 3600 * 1000;

export function cacheKey(...parts: (string | Uint8Array)[]): string {
  const hash = createHash("sha1");
  for (const part of [process.version, process.arch, ...parts]) hash.update(part).update("\0");
  return hash.digest("hex");
}

export function readCache(name: string): Buffer | undefined {
  const path = join(folder, name);
  try {
    const content = readFileSync(path);
    if (Date.now() - statSync(path).mtimeMs > day) utimesSync(path, new Date(), new Date());
    return content;
  } catch {
    return undefined; // not there yet
  }
}

/** Writes beside and renames, so that another kernel never reads half an entry. A full disk or a read-only home only costs time. */
export function writeCache(name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  const beside = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(beside, content);
    renameSync(beside, path);
  } catch {
    rmSync(beside, { force: true });
  }
}

export function pruneCache(): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (Date.now() - statSync(path).mtimeMs > 30 * day) rmSync(path, { force: true });
    }
  } catch {
    // nothing cached yet, or another kernel is pruning
  }
}
