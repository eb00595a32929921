// What others say to the same notebooks: `nbconvert --execute` (runs), nbval (runs and compares) and nbmake (runs). They come from the Python
// index into an environment of their own, and see the same kernels. Each runs one notebook at a time, because a hang of one must not be
// taken for a hang of all. nbval knows neither updates nor clearing of displays nor our tags: the fixture tags those cells for it, so that it
// passes what is sound and the table shows what it catches.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { descendants, killAll } from "../harness/process-tree";
import { findPython, projectRoot } from "../harness/project";

export const peerNames = ["nbconvert --execute", "nbval", "nbmake"] as const;
export type PeerName = (typeof peerNames)[number];
export type PeerVerdict = "passes" | "fails" | "hangs";

const home = join(projectRoot, ".ftt", "notebook-tools");
const bin = process.platform === "win32" ? "Scripts" : "bin";
const python = join(home, bin, "python");

// Exact, so that the table is the same tomorrow.
const packages = ["nbval==0.11.0", "nbmake==1.5.5", "nbconvert==7.17.2", "ipykernel==7.4.0"];

// A cell may take this long; the whole must end a while later, or it hangs.
const CELL_SECONDS = 15;
const WHOLE_SECONDS = 90;

export function peersInstalled(): boolean {
  return existsSync(join(home, bin, "jupyter-nbconvert")) && existsSync(join(home, bin, "py.test"));
}

export async function installPeers(): Promise<void> {
  await mkdir(dirname(home), { recursive: true });
  const steps: [string, string[]][] = [
    [findPython(), ["-m", "venv", home]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]],
  ];
  for (const [program, args] of steps) {
    const { status, words } = await run(program, args, 900);
    if (status !== 0) throw new Error(`mutants: expected ${args.slice(0, 3).join(" ")} to succeed, got:\n${words}`);
  }
}

/** What a peer says to one notebook; kernels are looked for in the checkout's environment and in `kernels`. */
export async function askPeer(peer: PeerName, notebook: string, kernels: string): Promise<PeerVerdict> {
  const commands: Record<PeerName, string[]> = {
    "nbconvert --execute": [
      "nbconvert",
      "--to=notebook",
      "--execute",
      `--ExecutePreprocessor.timeout=${CELL_SECONDS}`,
      "--output=executed-by-nbconvert",
      notebook,
    ],
    nbval: ["pytest", "-q", "-p", "no:cacheprovider", "--nbval", `--nbval-cell-timeout=${CELL_SECONDS}`, notebook],
    nbmake: ["pytest", "-q", "-p", "no:cacheprovider", "--nbmake", `--nbmake-timeout=${CELL_SECONDS}`, notebook],
  };
  const kernelHome = resolve(dirname(findPython()), "..", "share", "jupyter");
  const environment = { JUPYTER_PATH: [kernelHome, kernels].join(delimiter), PYTEST_ADDOPTS: "--rootdir=." };
  const { status } = await run(python, ["-m", ...commands[peer]], WHOLE_SECONDS, dirname(notebook), environment);
  if (status === undefined) return "hangs";
  return status === 0 ? "passes" : "fails";
}

async function run(
  program: string,
  args: string[],
  seconds: number,
  cwd = projectRoot,
  environment: Record<string, string> = {},
): Promise<{ status: number | undefined; words: string }> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let words = "";
  const keep = (chunk: Buffer) => {
    words += chunk;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void killAll(() =>
      child.exitCode === null && child.signalCode === null ? [...descendants(child.pid!), child.pid!] : [],
    );
  }, seconds * 1000);
  try {
    // Not "close": a detached child that survives holds the pipes open.
    const status = await new Promise<number>((done, fail) => {
      child.once("error", fail);
      child.once("exit", code => done(code ?? 1));
    });
    return { status: late ? undefined : status, words };
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}
