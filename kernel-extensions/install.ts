/**
 * Makes the kernel known to Jupyter: a folder `kernels/tslab` with a kernel.json that says how to start it. The name is tslab's,
 * so that notebooks which were made for tslab open with this kernel.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, totalmem } from "node:os";
import { join } from "node:path";

export const kernelName = "tslab";
export const displayName = "TypeScript (From the Tensor)";

export interface KernelSpecOptions {
  /** The node that runs the kernel; default: the one that runs this. */
  node?: string;
  /** Limit of V8's heap in MB; default: half of the memory, at least 2048, at most 16384. Tensors do not live there. */
  heapMegabytes?: number;
  /** Threads of libuv's pool and of native libraries; default: left to them. */
  threads?: number;
  /** Where kernels run; default: where Jupyter starts them, which is the notebook's folder. For services that start all of them elsewhere. */
  directory?: string;
}

export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: "typescript";
  interrupt_mode: "message";
  env: Record<string, string>;
  metadata: Record<string, unknown>;
}

export interface InstallTarget {
  prefix?: string;
  sysPrefix?: boolean;
  user?: boolean;
  /** The Python whose environment `sysPrefix` means; default: `python3` on the PATH. */
  python?: string;
}

export class KernelInstallError extends Error {
  override name = "KernelInstallError";
}

/** The bundled kernel of this checkout. */
export const kernelProgram = join(__dirname, "dist", "kernel.cjs");

export function kernelSpec(options: KernelSpecOptions = {}): KernelSpec {
  const heap = options.heapMegabytes ?? Math.min(16384, Math.max(2048, Math.floor(totalmem() / 2 ** 21)));
  return {
    argv: [
      options.node ?? process.execPath,
      `--max-old-space-size=${heap}`,
      // Stop unwinds the stack through Node's own frames, which then have no chance to pop the hooks' stack.
      "--no-force-async-hooks-checks",
      "--disable-warning=ExperimentalWarning",
      kernelProgram,
      "{connection_file}",
      ...(options.directory === undefined ? [] : [options.directory]),
    ],
    display_name: displayName,
    language: "typescript",
    // By message: a signal would also reach the programs that a cell has started.
    interrupt_mode: "message",
    env: {
      ORT_DISABLE_TELEMETRY: "1",
      ...(options.threads
        ? { UV_THREADPOOL_SIZE: String(options.threads), OMP_NUM_THREADS: String(options.threads) }
        : {}),
    },
    metadata: { debugger: false },
  };
}

/** Writes the kernelspec; returns its folder. */
export async function installKernel(target: InstallTarget & KernelSpecOptions): Promise<string> {
  if (!existsSync(kernelProgram)) {
    throw new KernelInstallError(
      `kernel: expected ${kernelProgram}, which is missing; build it with: node kernel-extensions/build.mjs`,
    );
  }
  if (target.directory !== undefined && !statSync(target.directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new KernelInstallError(`kernel: expected --directory to name a folder, got "${target.directory}"`);
  }
  const folder = join(dataFolder(target), "kernels", kernelName);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(kernelSpec(target), null, 2)}\n`);
  writeFileSync(join(folder, "logo-svg.svg"), logo);
  cpSync(join(__dirname, "lab-extension"), labExtension(target), { recursive: true });
  return folder;
}

/** Removes the kernelspec if it is ours; returns its folder, or undefined when there was none. */
export async function uninstallKernel(target: InstallTarget): Promise<string | undefined> {
  const folder = join(dataFolder(target), "kernels", kernelName);
  const file = join(folder, "kernel.json");
  if (!existsSync(file)) return undefined;
  const spec = JSON.parse(readFileSync(file, "utf8")) as { display_name?: string };
  if (spec.display_name !== displayName) return undefined;
  rmSync(folder, { recursive: true });
  rmSync(labExtension(target), { recursive: true, force: true });
  return folder;
}

/** Where JupyterLab finds the extension that makes saved figures come alive. */
function labExtension(target: InstallTarget): string {
  return join(dataFolder(target), "labextensions", "from-the-tensor-figures");
}

/** Jupyter's data folder of the target. Source: "Common Directories and File Locations", Jupyter documentation. */
export function dataFolder(target: InstallTarget): string {
  if (target.prefix) return join(target.prefix, "share", "jupyter");
  if (target.sysPrefix) return join(sysPrefix(target.python ?? "python3"), "share", "jupyter");
  if (target.user) {
    if (process.env.JUPYTER_DATA_DIR) return process.env.JUPYTER_DATA_DIR;
    if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
    if (process.platform === "win32")
      return join(process.env.APPDATA ?? join(homedir(), "AppData", "Roaming"), "jupyter");
    return join(process.env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter");
  }
  throw new KernelInstallError("kernel: expected one of prefix, sysPrefix or user, got none of them");
}

function sysPrefix(python: string): string {
  try {
    return execFileSync(python, ["-c", "import sys; print(sys.prefix)"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    throw new KernelInstallError(
      `kernel: expected ${python} to be a Python that runs; name one with --python, or install with --user`,
    );
  }
}

/** A blue square with the letters TS. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64"><rect width="64" height="64" rx="6" fill="#3178c6"/><path fill="#fff" d="M14 30h20v5h-7v21h-6V35h-7zM37 50c2 1.600 4.600 2.400 7 2.400 2.600 0 4-.9 4-2.500 0-1.800-1.800-2.300-4.700-3.300C39.600 45.300 37 43.500 37 39c0-5 3.600-8 9.400-8 2.800 0 5.200.6 7.200 1.600v5.400c-2-1.300-4.500-2.100-7-2.100-2.300 0-3.700.9-3.700 2.400 0 1.700 1.700 2.300 4.500 3.200 4.300 1.400 6.600 3.300 6.600 7.900 0 5.400-4 8.100-10 8.100-2.800 0-5.400-.6-7-1.500z"/></svg>
`;
