/**
 * `ftt data build`: runs recipes and keeps the manifest and its page in step with the files.
 *
 * Building twice changes nothing. A file whose content is already there is left as it is, even when this machine's Brotli would
 * compress it to other bytes: git keeps every version of a binary file for ever, so none is rewritten without need.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { DataError } from "../errors";
import { dataFolder } from "../store/folders";
import { type DataFile, type Dataset, type Manifest, readManifest } from "../store/manifest";
import { sha256 } from "../store/read";
import { makeContactSheet, picturesOnPage } from "./contact-sheets";
import { renderReadme } from "./readme";
import type { Recipe } from "./recipe";
import { recipes } from "./recipes";
import { fetchPackage } from "./source";

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** What lies at the path, when it decodes to this very content. */
async function findExisting(
  path: string,
  content: Uint8Array,
  encoding: DataFile["encoding"],
): Promise<Uint8Array | undefined> {
  const stored = await readFile(path).catch(() => undefined);
  if (!stored) return undefined;
  const present = encoding === "identity" ? stored : await decompress(stored).catch(() => undefined);
  return present && Buffer.compare(present, content) === 0 ? stored : undefined;
}

/** Builds one dataset into the folder and describes it. */
export async function buildDataset(recipe: Recipe, folder: string, say: (line: string) => void): Promise<Dataset> {
  const files: DataFile[] = [];
  await recipe.build({
    say,
    async source(index) {
      const source = recipe.sources[index];
      if (!source) throw new DataError("DATA_ARGUMENT", `internal: recipe ${recipe.name} has no source ${index}`);
      return fetchPackage(source);
    },
    async write(path, given, encoding) {
      const content = typeof given === "string" ? Buffer.from(given, "utf8") : given;
      const stored = `${recipe.name}/${path}${encoding === "br" ? ".br" : ""}`;
      let bytes = await findExisting(join(folder, stored), content, encoding);
      say(`  ${stored}: ${bytes ? "unchanged" : "writing"}`);
      if (!bytes) {
        bytes = encoding === "identity" ? content : await compress(content, { params: brotliSettings(content.length) });
        await writeWhole(join(folder, stored), bytes);
      }
      files.push({
        path: stored,
        bytes: bytes.length,
        sha256: sha256(bytes),
        encoding,
        content: { bytes: content.length, sha256: sha256(content) },
      });
    },
  });
  const { name: _, build: __, ...description } = recipe;
  return { ...description, files };
}

/** Drawn once: another version of the encoder would give other bytes for the same picture. */
async function writeContactSheet(name: string, folder: string, say: (line: string) => void): Promise<void> {
  const [picture] = picturesOnPage[name] ?? [];
  if (!picture?.startsWith("contact-sheets/") || existsSync(join(folder, picture))) return;
  const sheet = await makeContactSheet(name, folder);
  if (!sheet) return;
  say(`  ${picture}: writing`);
  await writeWhole(join(folder, "contact-sheets", sheet.file), sheet.bytes);
}

/** The slowest and smallest: compressed once, downloaded with every checkout. */
function brotliSettings(size: number): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: size,
  };
}

/**
 * Builds the datasets named, or all.
 *
 * @throws DataError DATA_UNKNOWN for a name without a recipe
 */
export async function build(
  names: readonly string[],
  say: (line: string) => void,
  folder: string = dataFolder,
): Promise<void> {
  const unknown = names.filter(name => !recipes.some(recipe => recipe.name === name));
  if (unknown.length > 0) {
    const known = recipes.map(recipe => recipe.name).join(", ");
    throw new DataError("DATA_UNKNOWN", `no recipe for ${unknown.join(", ")}; there are: ${known}`);
  }
  for (const recipe of recipes) {
    if (names.length > 0 && !names.includes(recipe.name)) continue;
    say(`${recipe.name}:`);
    const dataset = await buildDataset(recipe, folder, say);
    // Read anew each time: two builds may run side by side.
    const { datasets } = await readManifest(folder).catch((error: unknown): Manifest => {
      if (error instanceof DataError && error.code === "DATA_MISSING") return { datasets: {} };
      throw error;
    });
    const all: Record<string, Dataset> = { ...datasets, [recipe.name]: dataset };
    // In the order of the recipes, whatever the order of building.
    const order = recipes.map(({ name }) => name).filter(name => all[name]);
    const manifest: Manifest = { datasets: Object.fromEntries(order.map(name => [name, all[name]!])) };
    await writeWhole(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    await writeWhole(join(folder, "README.md"), renderReadme(manifest));
    await writeContactSheet(recipe.name, folder, say);
  }
}
