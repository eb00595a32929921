/**
 * What has been verified already. Hashing is cheap but not free, and a file that has not changed since it was hashed need not be
 * hashed again: its size, time of change and expected SHA-256 are remembered in `.ftt/verified.json`. A checkout on a read-only
 * disk remembers nothing and hashes each time, which is slower and as safe.
 */

import type { Stats } from "node:fs";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { scratchFolder } from "./folders";

const ledgerPath = join(scratchFolder, "verified.json");

function fingerprint(stats: Stats, sha256: string): string {
  return `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.ino} ${sha256}`;
}

function readLedger(): Record<string, string> {
  try {
    const ledger: unknown = JSON.parse(readFileSync(ledgerPath, "utf8"));
    return typeof ledger === "object" && ledger !== null ? (ledger as Record<string, string>) : {};
  } catch {
    return {}; // Absent or damaged: everything is verified anew.
  }
}

/** Whether this very file has been found to have this checksum before. */
export function isVerified(path: string, stats: Stats, sha256: string): boolean {
  return readLedger()[path] === fingerprint(stats, sha256);
}

/** Remembers that this file has this checksum. */
export function rememberVerified(path: string, stats: Stats, sha256: string): void {
  try {
    mkdirSync(dirname(ledgerPath), { recursive: true });
    const draft = `${ledgerPath}.${process.pid}`;
    // Files that are gone are forgotten, so that the ledger does not grow for ever.
    const known = Object.entries(readLedger()).filter(([known]) => existsSync(known));
    const ledger = { ...Object.fromEntries(known), [path]: fingerprint(stats, sha256) };
    // Write, then rename: another process may do so at the same time. The later one wins whole; what is lost is hashed again.
    writeFileSync(draft, JSON.stringify(ledger, null, 1));
    renameSync(draft, ledgerPath);
  } catch {
    // A read-only checkout: nothing is remembered.
  }
}
