// A container of the image under test, and what a person would ask of it.
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { findByEnvironment } from "../harness/process-tree";
import type { Engine, Result } from "./engine";

const READY_MS = 120_000;

export interface StartOptions {
  /** Options of `docker run`. */
  options?: string[];
  command?: string[];
  /** The port that its server listens on, when the container uses the host's network. */
  hostPort?: number;
}

export class Container {
  private constructor(
    private readonly engine: Engine,
    readonly name: string,
    private readonly marker: Record<string, string>,
    readonly url: string,
  ) {}

  static async start(engine: Engine, image: string, start: StartOptions = {}): Promise<Container> {
    const name = `ftt-test-${randomBytes(6).toString("hex")}`;
    const marker = { FTT_IMAGE_TEST: name };
    const network = start.hostPort === undefined ? ["--publish", "127.0.0.1::8888"] : ["--network", "host"];
    const { code, output } = await engine.run([
      ...["run", "--detach", "--name", name, "--env", `FTT_IMAGE_TEST=${name}`, ...network, ...(start.options ?? [])],
      ...[image, ...(start.command ?? [])],
    ]);
    if (code !== 0) throw new Error(`the container did not start: ${output}`);
    let port = start.hostPort;
    if (port === undefined) {
      const { stdout } = await engine.run(["port", name, "8888"]);
      port = Number(/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
      if (!port) throw new Error(`expected port 8888 to be published, got: ${stdout}`);
    }
    return new Container(engine, name, marker, `http://127.0.0.1:${port}`);
  }

  exec(command: string[], options: { cwd?: string; timeoutMs?: number } = {}): Promise<Result> {
    const where = options.cwd ? ["--workdir", options.cwd] : [];
    return this.engine.run(["exec", ...where, this.name, ...command], { timeoutMs: options.timeoutMs ?? 120_000 });
  }

  async log(): Promise<string> {
    return (await this.engine.run(["logs", this.name])).output;
  }

  /** Asks until `found` finds something in what the container has logged. */
  async waitForLog(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + READY_MS;
    for (;;) {
      const log = await this.log();
      const match = pattern.exec(log);
      if (match) return match;
      if (!(await this.isRunning())) throw new Error(`the container ended: ${log}`);
      if (Date.now() > deadline) throw new Error(`expected ${pattern} in the log, got: ${log}`);
      await pause(250);
    }
  }

  /** Runs a command inside until it succeeds. */
  async waitUntil(command: string[]): Promise<void> {
    const deadline = Date.now() + READY_MS;
    for (;;) {
      const { code, output } = await this.exec(command);
      if (code === 0) return;
      if (!(await this.isRunning())) throw new Error(`the container ended: ${await this.log()}`);
      if (Date.now() > deadline) throw new Error(`"${command.join(" ")}" did not succeed in time: ${output}`);
      await pause(250);
    }
  }

  /** The token that the server made up, once it answers. */
  async token(): Promise<string> {
    const [, token] = await this.waitForLog(/http:\/\/127\.0\.0\.1:8888\/\S*\?token=(\w+)/);
    return token!;
  }

  fetch(path: string, token?: string, init: RequestInit = {}): Promise<Response> {
    const headers: Record<string, string> = token ? { Authorization: `token ${token}` } : {};
    return fetch(`${this.url}${path}`, { redirect: "manual", ...init, headers });
  }

  async isRunning(): Promise<boolean> {
    const { stdout } = await this.engine.run(["inspect", "--format", "{{.State.Running}}", this.name]);
    return stdout.trim() === "true";
  }

  /** Runs the image's own health check once, as the engine does from time to time. */
  async health(): Promise<Result> {
    if (this.engine.tool === "podman") return this.engine.run(["healthcheck", "run", this.name]);
    const deadline = Date.now() + READY_MS;
    for (;;) {
      const { stdout } = await this.engine.run(["inspect", "--format", "{{.State.Health.Status}}", this.name]);
      if (stdout.trim() !== "starting" || Date.now() > deadline)
        return { code: stdout.trim() === "healthy" ? 0 : 1, stdout, output: stdout };
      await pause(500);
    }
  }

  /** Sends SIGTERM and waits; the exit code. A container that does not end in time is killed, which is 137. */
  async stop(seconds: number): Promise<number> {
    await this.engine.run(["stop", "--time", String(seconds), this.name]);
    const { stdout } = await this.engine.run(["inspect", "--format", "{{.State.ExitCode}}", this.name]);
    return Number(stdout.trim());
  }

  /** Processes of this container, as the host sees them. */
  processes(): number[] {
    return findByEnvironment(this.marker);
  }

  async remove(): Promise<void> {
    await this.engine.run(["rm", "--force", "--volumes", this.name]);
  }
}
