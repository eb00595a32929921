// The engine that runs the image under test: Docker where its engine answers, else podman as root, with a store and settings of its own so that
// what the machine's user keeps there is neither seen nor changed. On a Debian without either, podman is installed.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildImage, ROOT } from "../../cli/image/build";
import { reasonAgainst as reasonAgainstTool, type Tool } from "../../cli/image/tools";
import { baseArchive, CACHE, installPackages, onPath, reasonAgainst as reasonAgainstRoot } from "./clean-root";

const OWN_BASE = "localhost/from-the-tensor-base";
const PULL_MS = 180_000; // Node's image is 80 MB
const NEEDED_GB = 8;

/** This machine offers no way to build and run an image: the test is skipped, and this says why. */
export class Skip extends Error {
  override name = "Skip";
}

export interface Result {
  code: number;
  stdout: string;
  /** Standard error is here too, in the order in which it came. */
  output: string;
}

export interface Engine {
  tool: Tool;
  /** The base that is built on, when it is not the Dockerfile's own. */
  base?: string;
  run(args: string[], options?: { timeoutMs?: number }): Promise<Result>;
  build(context: string, tag: string): Promise<string>;
}

export async function prepareEngine(say: (text: string) => void): Promise<Engine> {
  const engine = reasonAgainstTool("docker") === undefined ? docker() : podman();
  const base = await chooseBase(engine, say);
  if (base) engine.base = base;
  const trial = await engine.run(["run", "--rm", "--entrypoint", "node", base ?? defaultBase(), "-p", "1 + 1"]);
  if (trial.stdout.trim() !== "2")
    throw new Skip(`${engine.tool} cannot run a container here (${lastLine(trial.output)})`);
  return engine;
}

function docker(): Engine {
  return engineOf("docker", {});
}

function podman(): Engine {
  if (process.platform !== "linux") throw new Skip("it needs Docker's engine, which does not answer");
  if (process.getuid?.() !== 0) throw new Skip("it needs Docker's engine, which does not answer, or root for podman");
  if (reasonAgainstTool("podman") !== undefined && onPath("apt-get"))
    installPackages(["podman", "buildah", "runc", "iptables", "containernetworking-plugins"]);
  const why = reasonAgainstTool("podman");
  if (why) throw new Skip(`it needs Docker's engine or podman, and podman ${why}`);
  const { bavail, bsize } = statfsSync(ROOT);
  if (bavail * bsize < NEEDED_GB * 1e9) throw new Skip(`it needs ${NEEDED_GB} GB of free disk for images`);
  return engineOf("podman", podmanSettings());
}

/** Settings that also hold inside of another container, where limits cannot be raised and systemd does not run. */
function podmanSettings(): Record<string, string> {
  const folder = join(CACHE, "containers");
  mkdirSync(folder, { recursive: true });
  const storage = join(folder, "storage.conf");
  const containers = join(folder, "containers.conf");
  writeFileSync(
    storage,
    `[storage]\ndriver = "overlay"\ngraphroot = "${join(folder, "store")}"\nrunroot = "/run/from-the-tensor-containers"\n`,
  );
  const runtime = ["runc", "crun"].find(onPath);
  writeFileSync(
    containers,
    `[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n${runtime ? `runtime = "${runtime}"\n` : ""}`,
  );
  return { CONTAINERS_STORAGE_CONF: storage, CONTAINERS_CONF: containers, BUILDAH_ISOLATION: "chroot" };
}

function engineOf(tool: Tool, env: Record<string, string>): Engine {
  const engine: Engine = {
    tool,
    run: (args, { timeoutMs = 120_000 } = {}) => {
      const child = spawn(tool, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
      return collect(child, timeoutMs);
    },
    async build(context, tag) {
      let log = "";
      try {
        await buildImage({
          ...{ tool, tag, context, env, hostRegistries: true },
          ...(engine.base ? { base: engine.base } : {}),
          onOutput: text => {
            log += text;
          },
        });
      } catch (error) {
        throw new Error(`${log.trim().split("\n").slice(-30).join("\n")}\n${(error as Error).message}`);
      }
      return log;
    },
  };
  return engine;
}

function collect(child: ChildProcess, timeoutMs: number): Promise<Result> {
  const result = { stdout: "", output: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]!.setEncoding("utf8").on("data", (text: string) => {
      if (name === "stdout") result.stdout += text;
      result.output += text;
    });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("error", reject);
    child.once("close", code => {
      clearTimeout(timer);
      resolve({ code: code ?? 137, ...result });
    });
  });
}

/** The Dockerfile's own base where a registry has it; else one like it, made of Debian's packages and of npm's. */
async function chooseBase(engine: Engine, say: (text: string) => void): Promise<string | undefined> {
  const wanted = defaultBase();
  if ((await engine.run(["image", "inspect", wanted])).code === 0) return undefined;
  const own = (await engine.run(["image", "inspect", OWN_BASE])).code === 0;
  if (own) return OWN_BASE;
  const pull = await engine.run(["pull", wanted], { timeoutMs: PULL_MS });
  if (pull.code === 0) return undefined;
  const why = reasonAgainstRoot();
  if (why) throw new Skip(`${wanted} cannot be fetched (${lastLine(pull.output)}), and to make a base like it, ${why}`);
  say(`${wanted} cannot be fetched here (${lastLine(pull.output)}); making a base like it`);
  const archive = baseArchive({ node: "22", user: "node" });
  const made = await engine.run(["import", archive, OWN_BASE]);
  if (made.code !== 0) throw new Error(`the base could not be imported: ${made.output}`);
  rmSync(archive); // it is in the store now
  return OWN_BASE;
}

export function defaultBase(): string {
  const [, base] = /^ARG BASE=(\S+)$/m.exec(readFileSync(join(ROOT, "Dockerfile"), "utf8")) ?? [];
  if (!base) throw new Error('expected a line "ARG BASE=..." in the Dockerfile, got none');
  return base;
}

/** Keeps all layers for the next build, until they have grown beyond what is decent: then the image's and the base's alone. */
export async function tidy(engine: Engine): Promise<void> {
  if (engine.tool !== "podman") return;
  const store = join(CACHE, "containers", "store");
  if (!existsSync(store)) return;
  const [megabytes] = execFileSync("du", ["-sm", store], { encoding: "utf8" }).split("\t");
  if (Number(megabytes) > 15_000) await engine.run(["image", "prune", "--force"], { timeoutMs: 300_000 });
}

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
