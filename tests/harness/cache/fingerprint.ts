// All that can change what a notebook shows, as one key. What is not in the key cannot be seen, so whenever it is unclear what a notebook
// reads (unseen.ts), there is no key and it always runs.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative, sep } from "node:path";
import { type Notebook, parseNotebook, text } from "../notebook";
import { projectRoot } from "../project";
import { hasGpu } from "../skip";
import { parseCell } from "../source/parse-cell";
import { importGraph } from "./import-graph";
import { importedModules, readings } from "./unseen";

/** Options of a run that change what it finds. */
export type FingerprintOptions = Record<string, string | boolean | undefined>;

/** The key of a notebook, or the reason why it has none. */
export async function fingerprint(
  path: string,
  raw: string,
  options: FingerprintOptions,
  shared: Promise<Record<string, string>>,
): Promise<{ key: string } | { reason: string }> {
  const kernel = typeof options.kernelName === "string" ? options.kernelName : undefined;
  const read = readings(raw, path, kernel);
  if ("reason" in read) return read;
  const graph = await importGraph(imports(parseNotebook(raw, path), path), path);
  if ("reason" in graph) return graph;
  const files = await hashFiles([...new Set([...graph.files, ...read.files])]);
  const parts = { path: relative(projectRoot, path), notebook: sha256(raw), files, options, shared: await shared };
  return { key: sha256(JSON.stringify(parts)) };
}

/** The part of the key that all notebooks share; it reads all data, so it is made once for a run. */
export async function sharedInputs(): Promise<Record<string, string>> {
  const environment = Object.entries(process.env).filter(([name]) =>
    /^(FTT_|ORT_|OMP_|TF_|UV_|NODE_|CUDA_|VK_|LANG$|LC_|TZ$)/.test(name),
  );
  const inputs: Record<string, string> = {
    node: process.version,
    machine: `${process.platform} ${process.arch} ${cpus().length} x ${cpus()[0]?.model ?? "unknown"} gpu ${hasGpu()}`,
    environment: sha256(JSON.stringify(environment.sort())),
  };
  const single = ["package-lock.json", "node_modules/.package-lock.json", "cli/requirements.txt", "tsconfig.json"];
  for (const name of single) inputs[name] = await hashFile(join(projectRoot, name));
  // Sources of the kernel and of the harness that judges; what they are built into lies beside them.
  const folders = { kernel: "kernel-extensions", harness: "tests/harness", data: "data" };
  for (const [name, folder] of Object.entries(folders)) {
    const files = walk(join(projectRoot, folder)).filter(file => !file.endsWith(".test.ts"));
    inputs[name] = sha256(JSON.stringify(await hashFiles(files)));
  }
  // Downloads are checked by their sums when they are read; which are there decides what a notebook can do.
  const downloads = walk(process.env.FTT_DOWNLOADS ?? join(projectRoot, ".ftt", "downloads"));
  inputs.downloads = sha256(JSON.stringify(downloads.map(file => [file, statSync(file).size])));
  // Modules of the library are keyed by the import graph; files that they read beside themselves are not in it.
  const assets = walk(join(projectRoot, "lib")).filter(file => !file.endsWith(".ts"));
  inputs.assets = sha256(JSON.stringify(await hashFiles(assets)));
  return inputs;
}

function imports(notebook: Notebook, name: string): string[] {
  const found = notebook.cells.flatMap(cell => {
    if (cell.cell_type !== "code") return [];
    try {
      return importedModules(parseCell(text(cell.source), name));
    } catch {
      return [];
    }
  });
  return [...new Set(found)];
}

async function hashFiles(files: string[]): Promise<[string, string][]> {
  const hashes: [string, string][] = [];
  // One after another: the data are read from disk once, not all into memory.
  for (const file of [...files].sort())
    hashes.push([relative(projectRoot, file).split(sep).join("/"), await hashFile(file)]);
  return hashes;
}

/** By content, always: a file's date and size can stay while its content changes. */
async function hashFile(file: string): Promise<string> {
  if (!existsSync(file)) return "absent";
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

export function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

function walk(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (entry.name === "node_modules" || entry.name.startsWith(".")) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}
