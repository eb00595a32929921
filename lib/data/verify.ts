/** Verification of everything, from the manifest down to the decompressed content: what `ftt data verify` and the tests run. */
import { DataError } from "./errors";
import { findDataset } from "./store/manifest";
import { type ReadOptions, readContent, sha256 } from "./store/read";

export interface Finding {
  readonly path: string;
  /** Nothing when all is well. */
  readonly problem?: string;
}

/**
 * Hashes every file of a dataset, and what it decompresses to, whatever is remembered as verified.
 *
 * @example for (const { path, problem } of await verifyDataset("mnist")) console.log(path, problem ?? "ok");
 */
export async function verifyDataset(name: string, options: ReadOptions = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of (await findDataset(name, options.folder)).files) {
    try {
      const actual = sha256(await readContent(name, file, { ...options, again: true }));
      const expected = file.content.sha256;
      findings.push(
        actual === expected
          ? { path: file.path }
          : { path: file.path, problem: `expected content with SHA-256 ${expected}, got ${actual}` },
      );
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      findings.push({ path: file.path, problem: error.message });
    }
  }
  return findings;
}
