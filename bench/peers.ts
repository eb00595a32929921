// Where peers live: Python's in a virtual environment, npm's in a folder, both under .ftt/ and never among our own dependencies.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Peer } from "./frame";

const run = promisify(execFile);

/** The Python that runs Python peers: FTT_PEER_PYTHON, or the environment that `--install-peers` makes. */
export function peerPython(root: string): string {
  const bin = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";
  return process.env.FTT_PEER_PYTHON ?? join(root, ".ftt", "peers", bin);
}

/** Folder whose node_modules holds npm peers. */
export function peerModules(root: string): string {
  return join(root, ".ftt", "peers-npm");
}

/** Whether the peers' Python can import a module. */
export async function pythonHas(root: string, module: string): Promise<boolean> {
  if (!existsSync(peerPython(root))) return false;
  return run(peerPython(root), [
    "-c",
    `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`,
  ]).then(
    () => true,
    () => false,
  );
}

/** Whether an npm peer is installed. */
export async function npmHas(root: string, name: string): Promise<boolean> {
  return existsSync(join(peerModules(root), "node_modules", name, "package.json"));
}

/** Installs what the package registries have of these peers; one that fails is reported and the rest go on. */
export async function installPeers(
  root: string,
  peers: Record<string, Peer>,
  log: (line: string) => void,
): Promise<void> {
  for (const [name, peer] of Object.entries(peers)) {
    if (await peer.available()) continue;
    if (!peer.install) {
      log(`${name}: no package registry has it; see bench/README.md`);
      continue;
    }
    log(`installing ${peer.title} ...`);
    try {
      if (peer.install.pip) await installPip(root, peer.install.pip);
      if (peer.install.npm) await installNpm(root, peer.install.npm);
    } catch (error) {
      log(`${name}: could not be installed: ${(error as Error).message.trim().split("\n").slice(-3).join(" ")}`);
    }
  }
}

async function installPip(root: string, packages: string[]): Promise<void> {
  const python = peerPython(root);
  if (!existsSync(python)) await run("python3", ["-m", "venv", join(root, ".ftt", "peers")]);
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages], {
    maxBuffer: 1 << 26,
  });
}

async function installNpm(root: string, packages: string[]): Promise<void> {
  const folder = peerModules(root);
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder, ...packages], { maxBuffer: 1 << 26 });
}
