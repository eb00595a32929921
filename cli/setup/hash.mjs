// @ts-check
// A short hash of words and of files, for the stamps.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {{ words?: string[], files?: string[] }} of */
export function hashOf({ words = [], files = [] }) {
  const hash = createHash("sha256");
  for (const word of words) hash.update(`${word}\0`);
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex").slice(0, 20);
}

/**
 * All files below a folder that are sources, sorted.
 * @param {string} folder
 * @returns {string[]}
 */
export function sourcesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.name !== "dist" && entry.name !== "node_modules")
    .flatMap(entry => (entry.isDirectory() ? sourcesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}
