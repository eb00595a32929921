// A feature is one sentence about a kernel and the code that finds out whether it holds. The acceptance suite asserts every
// feature of our kernel; the feature table runs the same code against the peers. A feature gets a kernel of its own, started in
// a folder of its own, so that none depends on what an earlier one left behind.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KernelClient } from "../client";
import { within } from "../client/deadline";
import type { LaunchOptions } from "../client/launch";
import { repository, type Target } from "../targets";

export interface World {
  kernel: KernelClient;
  /** The folder in which the kernel runs. */
  folder: string;
  target: Target;
  /** Writes a file into the folder, making the folders on its way. */
  write(name: string, text: string): void;
  /** Starts one more kernel in the same folder; ended with the feature. */
  start(options?: LaunchOptions): Promise<KernelClient>;
}

export interface Feature {
  /** Unique and stable: the key of a row in the feature table. */
  id: string;
  /** A sentence. */
  title: string;
  run(world: World): Promise<void>;
  /** Files that are there before the kernel starts. */
  files?: Record<string, string>;
  /** Packages of this repository that the folder's node_modules links to. */
  packages?: string[];
  options?: LaunchOptions;
  /** Deadline for the whole feature, in seconds. */
  seconds?: number;
  /** Why a peer is not asked at all: the feature is by definition no part of it. */
  notFor?: Partial<Record<Target["name"], string>>;
}

export interface Group {
  name: string;
  title: string;
  features: Feature[];
}

/** A folder for a kernel to run in: files, and packages of this repository in its node_modules. */
export function makeFolder(files: Record<string, string> = {}, packages: readonly string[] = []): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ftt-cell-")));
  for (const [name, text] of Object.entries(files)) writeInto(folder, name, text);
  for (const name of packages) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(repository, "node_modules", name), link);
  }
  return folder;
}

function writeInto(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** For features that name no time of their own: generous, since a busy machine delays anything. */
export const defaultSeconds = 90;

/** Resolves when the feature holds; rejects with what was expected and what came when it does not. */
export async function runFeature(target: Target, feature: Feature): Promise<void> {
  const folder = makeFolder(feature.files, feature.packages);
  const kernels: KernelClient[] = [];
  const write = (name: string, text: string) => writeInto(folder, name, text);
  const start = async (options: LaunchOptions = {}) => {
    const kernel = await KernelClient.start(target.spec, { cwd: folder, ...feature.options, ...options });
    if (target.name !== "ours") kernel.graceMs = 1000;
    kernels.push(kernel);
    return kernel;
  };
  try {
    const work = (async () => feature.run({ kernel: await start(), folder, target, write, start }))();
    await within((feature.seconds ?? defaultSeconds) * 1000, `"${feature.title}" to be decided`, work);
  } finally {
    for (const kernel of kernels) await kernel.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A package.json that names what the folder's node_modules hold, which some runtimes ask for. */
export function manifest(...dependencies: string[]): string {
  const named = Object.fromEntries(dependencies.map(name => [name, "*"]));
  return JSON.stringify({ name: "notebooks", private: true, dependencies: named });
}
