// Results of notebooks that passed, by key. An entry counts only when it is whole and its own: its seal covers key and result, so that a
// file that was cut, edited or copied from another notebook's is no entry at all.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../notebook";
import { projectRoot } from "../project";
import type { NotebookResult } from "../results";
import { sha256 } from "./fingerprint";

const VERSION = 1;

interface Entry {
  version: number;
  key: string;
  result: NotebookResult;
  seal: string;
}

export const defaultCacheFolder = join(projectRoot, ".ftt", "cache", "notebooks");

/** The result kept for `key`, or undefined. */
export function readCached(key: string, path: string, folder = defaultCacheFolder): NotebookResult | undefined {
  let entry: Entry;
  try {
    entry = JSON.parse(readFileSync(file(folder, key), "utf8")) as Entry;
  } catch {
    return undefined;
  }
  if (entry.version !== VERSION || entry.key !== key || entry.seal !== seal(key, entry.result)) return undefined;
  const { result } = entry;
  if (result.path !== path || !passed(result)) return undefined;
  return { ...result, cached: true };
}

/** Keeps a result if it is one of a notebook in which everything passed. */
export function keepResult(key: string, result: NotebookResult, folder = defaultCacheFolder): void {
  if (!passed(result) || result.updated > 0) return;
  // Outputs are in the notebook; a second copy of megabytes helps nobody.
  const small = { ...result, cells: result.cells.map(cell => ({ ...cell, saved: [], fresh: [] })) };
  const entry: Entry = { version: VERSION, key, result: small, seal: seal(key, small) };
  mkdirSync(folder, { recursive: true });
  writeAtomically(file(folder, key), JSON.stringify(entry));
}

function passed({ cells, problems }: NotebookResult): boolean {
  return (
    problems.length === 0 &&
    cells.every(({ status, problems: own }) => own.length === 0 && (status === "passed" || status === "skipped"))
  );
}

function seal(key: string, result: NotebookResult): string {
  return sha256(`${VERSION} ${key} ${JSON.stringify(result)}`);
}

function file(folder: string, key: string): string {
  return join(folder, `${key}.json`);
}
