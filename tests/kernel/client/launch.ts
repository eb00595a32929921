// Starts the process that a kernelspec describes: five free endpoints, a key, a connection file, and the argv with the file's
// path put in. The kernel leads a process group of its own, as under Jupyter Server, so that an interrupt by signal and the
// final kill reach all that it began.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killTree } from "./process-tree";

export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode?: "signal" | "message";
  env?: Record<string, string>;
  metadata?: Record<string, unknown>;
}

export interface LaunchOptions {
  transport?: "tcp" | "ipc";
  cwd?: string;
  /** The connection file names the sockets of IPC relative to `cwd`, as jupyter_client does without a server. */
  relativeSockets?: boolean;
  env?: Record<string, string>;
  /** Changes the spec before it is started, such as its heap limit. */
  spec?: (spec: KernelSpec) => KernelSpec;
}

export interface Connection {
  transport: "tcp" | "ipc";
  ip: string;
  key: string;
  signature_scheme: "hmac-sha256";
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

export interface Launched {
  process: ChildProcess;
  pid: number;
  connection: Connection;
  spec: KernelSpec;
  /** What the process itself wrote on its standard output and error: what Jupyter Server's log would show. */
  log: () => string;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill: () => void;
}

const living = new Set<number>();
// A test run that dies must not leave kernels behind.
process.on("exit", () => {
  for (const pid of living) killTree(pid);
});

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>((resolve, reject) => {
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

export async function launch(original: KernelSpec, options: LaunchOptions = {}): Promise<Launched> {
  const spec = options.spec ? options.spec(original) : original;
  const folder = mkdtempSync(join(tmpdir(), "ftt-conn-"));
  const cwd = options.cwd ?? folder;
  const transport = options.transport ?? "tcp";
  const [shell, iopub, stdin, control, heartbeat] = transport === "tcp" ? await freePorts(5) : [1, 2, 3, 4, 5];
  const connection: Connection = {
    transport,
    ip: transport === "tcp" ? "127.0.0.1" : join(options.relativeSockets ? cwd : folder, "kernel"),
    key: randomBytes(16).toString("hex"),
    signature_scheme: "hmac-sha256",
    shell_port: shell!,
    iopub_port: iopub!,
    stdin_port: stdin!,
    control_port: control!,
    hb_port: heartbeat!,
  };
  const file = join(folder, "connection.json");
  const told = transport === "ipc" && options.relativeSockets ? { ...connection, ip: "kernel" } : connection;
  writeFileSync(file, JSON.stringify(told));
  const [command, ...args] = spec.argv.map(arg => arg.replaceAll("{connection_file}", file));
  // A kernel must not learn from jest that it is under test.
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _env, ...inherited } = process.env;
  const child = spawn(command!, args, {
    cwd,
    // As Jupyter Server does, so that a kernel can end with whoever started it.
    env: { ...inherited, JPY_PARENT_PID: String(process.pid), ...spec.env, ...options.env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const pid = child.pid;
  if (pid === undefined) {
    const cause = await new Promise<Error>(resolve => child.once("error", resolve));
    throw new Error(`launch: expected ${command} to start, it did not: ${cause.message}`);
  }
  living.add(pid);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  return {
    process: child,
    pid,
    connection,
    spec,
    log: () => Buffer.concat(chunks).toString("utf8"),
    exited,
    kill: () => {
      killTree(pid);
      living.delete(pid);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
