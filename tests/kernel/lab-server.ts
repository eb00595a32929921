// A JupyterLab of its own for a test: its own folder, settings and kernelspec, a free port, and an end that takes its kernels
// with it.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./client/deadline";
import type { KernelSpec } from "./client/launch";
import { killTree } from "./client/process-tree";
import { repository } from "./targets";

export interface LabServer {
  /** The folder that it serves. */
  folder: string;
  /** Address of a notebook in it. */
  url(notebook: string): string;
  log(): string;
  stop(): void;
}

/** A notebook file of code cells for the kernel "tslab". */
export function notebook(cells: string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
    cells: cells.map((source, i) => ({
      id: `cell-${i}`,
      cell_type: "code",
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
  });
}

export async function startLab(spec: KernelSpec, files: Record<string, string>): Promise<LabServer> {
  const program = join(repository, ".venv", "bin", "jupyter-lab");
  if (!existsSync(program)) throw new Error(`startLab: expected JupyterLab at .venv; make it with "ftt setup"`);
  const home = realpathSync(mkdtempSync(join(tmpdir(), "ftt-lab-")));
  const folder = join(home, "notebooks");
  const kernels = join(home, "data", "kernels", "tslab");
  for (const path of [folder, kernels]) mkdirSync(path, { recursive: true });
  writeFileSync(join(kernels, "kernel.json"), JSON.stringify(spec));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  // Without this a fresh JupyterLab asks whether it may fetch news, on top of what is to be seen.
  const notifications = join(home, "settings", "@jupyterlab", "apputils-extension");
  mkdirSync(notifications, { recursive: true });
  writeFileSync(
    join(notifications, "notification.jupyterlab-settings"),
    '{ "fetchNews": "false", "checkForUpdates": false }',
  );
  const token = randomBytes(16).toString("hex");
  const settings = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    // So that a page can tell when its notebook has a kernel; what JupyterLab shows does not say so.
    "--LabApp.expose_app_in_browser=True",
    `--ServerApp.info_file=${join(home, "server.json")}`,
  ];
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, ...inherited } = process.env;
  const child = spawn(program, settings, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...inherited,
      JUPYTER_TOKEN: token,
      JUPYTER_DATA_DIR: join(home, "data"),
      JUPYTER_CONFIG_DIR: join(home, "config"),
      JUPYTER_RUNTIME_DIR: join(home, "runtime"),
      JUPYTERLAB_WORKSPACES_DIR: join(home, "workspaces"),
      JUPYTERLAB_SETTINGS_DIR: join(home, "settings"),
    },
  });
  let log = "";
  child.stdout.on("data", chunk => {
    log += chunk;
  });
  child.stderr.on("data", chunk => {
    log += chunk;
  });
  const stop = () => {
    if (child.pid !== undefined) killTree(child.pid);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    // The port is the system's choice; the log is where the server tells it.
    const address = await eventually(
      60_000,
      "JupyterLab's address in its log",
      () => /http:\/\/127\.0\.0\.1:(\d+)\/lab/.exec(log)?.[1],
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${log.slice(-3000)}`);
    });
    return {
      folder,
      url: name => `http://127.0.0.1:${address}/lab/tree/${name}?token=${token}`,
      log: () => log,
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}
