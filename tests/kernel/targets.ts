// The kernels that the suite can be run against. Ours is started from the kernelspec that our own installation writes; the peers
// lie where `ftt bench kernel --install-peers` puts them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { peerModules, peerPython } from "../../bench/peers";
import { installKernel, type KernelSpecOptions } from "../../kernel-extensions/install";
import type { KernelSpec } from "./client/launch";

export interface Target {
  name: "ours" | "tslab" | "deno" | "ipykernel";
  language: "typescript" | "python";
  spec: KernelSpec;
}

export const repository = resolve(__dirname, "../..");

const kernelFolder = join(repository, "kernel-extensions");

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (["node_modules", "dist"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

/** Builds the kernel when its bundle is missing or older than its sources; two workers do not build at once. */
function ensureBuilt(): void {
  const dist = join(kernelFolder, "dist");
  const lock = join(repository, ".ftt", "kernel-build.lock");
  const isFresh = () =>
    existsSync(dist) &&
    Math.max(0, ...readdirSync(dist).map(name => statSync(join(dist, name)).mtimeMs)) >= newest(kernelFolder);
  if (isFresh()) return;
  mkdirSync(join(repository, ".ftt"), { recursive: true });
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    if (isFresh()) return;
    const built = spawnSync(process.execPath, [join(kernelFolder, "build.mjs")], { cwd: repository, encoding: "utf8" });
    if (built.status !== 0)
      throw new Error(`expected the kernel to build, it did not:\n${built.stdout}${built.stderr}`);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Our kernel's spec, freshly written by our own installation. */
export async function installedSpec(options: KernelSpecOptions = {}): Promise<KernelSpec> {
  ensureBuilt();
  const prefix = mkdtempSync(join(tmpdir(), "ftt-prefix-"));
  try {
    const folder = await installKernel({ prefix, ...options });
    return JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as KernelSpec;
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
}

let own: Promise<KernelSpec> | undefined;

/** Our kernel; FTT_KERNEL_SPEC names a kernel.json to try instead, such as an older version's. */
export async function ours(): Promise<Target> {
  const { FTT_KERNEL_SPEC: file } = process.env;
  own ??= file === undefined ? installedSpec() : Promise.resolve(JSON.parse(readFileSync(file, "utf8")) as KernelSpec);
  return { name: "ours", language: "typescript", spec: await own };
}

const node = process.execPath;

/** The peers that are installed. */
export function peers(): Target[] {
  const modules = join(peerModules(repository), "node_modules");
  const tslab = join(modules, "tslab", "bin", "tslab");
  const denoFolder = join(modules, "@deno");
  const denoPlatform = existsSync(denoFolder) ? readdirSync(denoFolder)[0] : undefined;
  const python = peerPython(repository);
  const found: Target[] = [];
  if (existsSync(tslab)) {
    // As `tslab install` writes it.
    const argv = [node, tslab, "kernel", "--config-path={connection_file}"];
    found.push({
      name: "tslab",
      language: "typescript",
      spec: { argv, display_name: "tslab", language: "typescript" },
    });
  }
  if (denoPlatform !== undefined) {
    // As `deno jupyter --install` writes it.
    const argv = [join(denoFolder, denoPlatform, "deno"), "jupyter", "--kernel", "--conn", "{connection_file}"];
    const env = { NO_COLOR: "1" };
    found.push({
      name: "deno",
      language: "typescript",
      spec: { argv, env, display_name: "Deno", language: "typescript" },
    });
  }
  if (existsSync(python) && spawnSync(python, ["-c", "import ipykernel"]).status === 0) {
    const argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"];
    found.push({ name: "ipykernel", language: "python", spec: { argv, display_name: "Python", language: "python" } });
  }
  return found;
}
