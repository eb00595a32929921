// One Jupyter Server for a run of the harness: its own port, token and folders, so that it neither sees nor disturbs the user's. Kernels
// are found where the virtual environment keeps them (its sys-prefix) and nowhere else, unless the caller names further folders.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ServerConnection } from "@jupyterlab/services";
import { HarnessError } from "./errors";
import { descendants, findByEnvironment, killAll } from "./process-tree";
import { findPython, pythonEnvironment } from "./project";
import { quietServices } from "./quiet-services";

export interface ServerOptions {
  /** The Python that has jupyter_server; the checkout's `.venv` when not given. */
  python?: string;
  /** The folder that holds the notebooks; kernels start in the folder of theirs. */
  root: string;
  /** Further folders with `kernels/NAME/kernel.json` (JUPYTER_PATH). */
  kernelPaths?: string[];
  /** How long the server may take to answer. */
  startTimeoutMs?: number;
}

export interface JupyterServer {
  settings: ServerConnection.ISettings;
  root: string;
  pid: number;
  /** A variable that every process started by this server carries. */
  marker: Record<string, string>;
  /** What the server has logged so far. */
  log(): string;
  /** Ends the server and every process that it or its kernels started. */
  stop(): Promise<void>;
}

/** Starts a server and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<JupyterServer> {
  quietServices();
  const python = options.python ?? findPython();
  const root = resolve(options.root);
  const token = randomBytes(24).toString("hex");
  const home = mkdtempSync(join(tmpdir(), "ftt-jupyter-"));
  const marker = { FTT_HARNESS_SERVER: randomBytes(12).toString("hex") };
  const folder = (name: string) => {
    mkdirSync(join(home, name));
    return join(home, name);
  };
  const child = spawn(
    python,
    [
      "-m",
      "jupyter_server",
      "--no-browser",
      "--ServerApp.ip=127.0.0.1",
      // The server picks a free port itself and writes it into its runtime folder: no race between picking and listening.
      "--ServerApp.port=0",
      "--ServerApp.port_retries=0",
      `--ServerApp.root_dir=${root}`,
      "--ServerApp.allow_root=True",
      "--ServerApp.jpserver_extensions={}",
      "--ServerApp.terminals_enabled=False",
      // A dead kernel is noticed after one second in place of three.
      "--KernelRestarter.time_to_dead=1.0",
      // IOPub rate limits would drop the output of a cell that prints much.
      "--ZMQChannelsWebsocketConnection.limit_rate=False",
    ],
    {
      cwd: root,
      env: {
        ...pythonEnvironment(python),
        ...marker,
        JUPYTER_TOKEN: token,
        JUPYTER_RUNTIME_DIR: folder("runtime"),
        JUPYTER_CONFIG_DIR: folder("config"),
        JUPYTER_DATA_DIR: folder("data"),
        JUPYTER_PATH: (options.kernelPaths ?? []).map(path => resolve(path)).join(delimiter),
        JUPYTER_NO_CONFIG: "1",
        JUPYTER_PREFER_ENV_PATH: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in a terminal reaches us alone, and we end the server after its kernels.
      detached: process.platform !== "win32",
    },
  );
  let log = "";
  const keep = (chunk: Buffer) => {
    log += chunk;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);

  const stop = async () => {
    await killAll(() => [
      ...(running(child) ? [child.pid!, ...descendants(child.pid!)] : []),
      ...findByEnvironment(marker),
    ]);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const url = await waitForUrl(child, join(home, "runtime"), options.startTimeoutMs ?? 60_000, () => log);
    const settings = ServerConnection.makeSettings({
      baseUrl: url,
      wsUrl: url.replace(/^http/, "ws"),
      token,
      appendToken: true,
      fetch: fetchWhile(child),
    });
    return { settings, root, pid: child.pid!, marker, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function running(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/**
 * Asks the server; says "not found" when it has ended. After a network failure the library would ask again in 10 to 30 seconds, and keep Node
 * alive until then.
 */
function fetchWhile(child: ChildProcess): typeof fetch {
  return async (request, init) => {
    try {
      return await fetch(request, init);
    } catch (error) {
      // The connection may break a moment before the system tells of the end.
      for (let i = 0; i < 10 && running(child); i++) await delay(20);
      if (running(child)) throw error;
      return new Response("Jupyter Server ended", { status: 404 });
    }
  };
}

async function waitForUrl(child: ChildProcess, runtime: string, timeoutMs: number, log: () => string): Promise<string> {
  let failure: Error | undefined;
  child.once("error", error => {
    failure = error;
  });
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (failure || !running(child)) break;
    const info = readdirSync(runtime).find(name => /^jpserver-\d+\.json$/.test(name));
    if (info) {
      const address = readAddress(join(runtime, info));
      if (address && (await answers(address))) return address.url;
    }
    await delay(30);
  }
  const how = failure?.message ?? (running(child) ? `no answer after ${timeoutMs / 1000} s` : "it ended at once");
  throw new HarnessError(
    "SERVER_FAILED",
    `harness: expected Jupyter Server to start, but: ${how}; its last words:\n${log().trimEnd().split("\n").slice(-8).join("\n")}`,
  );
}

interface Address {
  url: string;
  token: string;
}

function readAddress(file: string): Address | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Address;
  } catch {
    // The server is still writing it.
    return undefined;
  }
}

async function answers({ url, token }: Address): Promise<boolean> {
  try {
    return (await fetch(`${url}api/status`, { headers: { Authorization: `token ${token}` } })).ok;
  } catch {
    return false;
  }
}
