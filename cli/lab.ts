// `ftt lab`, which `npm start` calls: JupyterLab on notebooks/, from the checkout's own environment.
//
// The server gets a token made here, so that its address can be printed once it really answers, instead of what it logs on the way.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import { EXIT_TROUBLE } from "./attempt";
import { examples } from "./help";

const ROOT = join(__dirname, "..");
const DEFAULT_PORT = 8888;

interface LabOptions {
  browser: boolean;
  port?: number;
  ip: string;
}

export function registerLab(program: Command): void {
  const command = program
    .command("lab")
    .description("set up what is missing, then open the notebooks in JupyterLab (what `npm start` does)")
    .option("--no-browser", "print the address instead of opening a browser")
    .option("--port <n>", `port to serve on (default: the first free one from ${DEFAULT_PORT})`, parsePort)
    .option("--ip <address>", "address to listen on", "127.0.0.1")
    .action(lab);
  examples(
    command,
    ["ftt lab", "serve on a free port and open the browser; Ctrl-C ends it"],
    ["ftt lab --no-browser --port 9000", "print the address to open"],
    ["ftt lab --ip 0.0.0.0 --no-browser", "let other machines in; the token in the address is the key"],
  );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new InvalidArgumentError("expected a whole number from 1 to 65535.");
  return port;
}

async function lab(options: LabOptions): Promise<void> {
  const port = await choosePort(options);
  const token = process.env.JUPYTER_TOKEN || randomBytes(24).toString("hex");
  const args = [
    join(ROOT, "notebooks"),
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.ip=${options.ip}`,
    "--ServerApp.answer_yes=True", // Ctrl-C once is enough
    "--Application.log_level=WARN",
    ...(options.browser ? [] : ["--no-browser"]),
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []), // in a container
  ];
  const program = join(ROOT, ".venv", process.platform === "win32" ? "Scripts/jupyter-lab.exe" : "bin/jupyter-lab");
  const server = spawn(program, args, { stdio: "inherit", env: { ...process.env, JUPYTER_TOKEN: token } });
  let ended = false;
  const stop = (signal: NodeJS.Signals) => {
    ended = true;
    server.kill(signal);
  };
  process.on("SIGINT", () => {}); // the terminal sends it to the server too, which closes its kernels and ends
  process.on("SIGTERM", stop);
  if (process.env.npm_lifecycle_event) stopWithParent(() => stop("SIGTERM"));
  const exit = new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
  const host = options.ip === "127.0.0.1" || options.ip === "0.0.0.0" ? "localhost" : options.ip;
  const ready = await Promise.race([answers(`http://${host}:${port}/api`), exit.then(() => false)]);
  if (ready)
    process.stdout.write(`\nJupyterLab is ready: http://${host}:${port}/lab?token=${token}\nStop it with Ctrl-C.\n`);
  const code = await exit;
  process.exitCode = ended ? 143 : code === 0 ? 0 : EXIT_TROUBLE;
}

/** npm gives SIGTERM to the shell between it and us, which ends without a word: what is seen of it is another parent. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}

/** The port asked for, which must be free, or the first free one from the default. */
async function choosePort({ port, ip }: LabOptions): Promise<number> {
  if (port !== undefined) {
    if (await isFree(port, ip)) return port;
    throw new Error(
      `Port ${port} is in use: stop the program that holds it, or choose another, as in "npm start -- --port ${port + 1}".`,
    );
  }
  for (let candidate = DEFAULT_PORT; candidate < DEFAULT_PORT + 50; candidate++)
    if (await isFree(candidate, ip)) return candidate;
  throw new Error(
    `Ports ${DEFAULT_PORT} to ${DEFAULT_PORT + 49} are all in use; choose one with "npm start -- --port N".`,
  );
}

function isFree(port: number, ip: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, ip, () => probe.close(() => resolve(true)));
  });
}

async function answers(url: string): Promise<boolean> {
  for (;;) {
    const ok = await fetch(url).then(
      response => response.ok,
      () => false,
    );
    if (ok) return true;
    await pause(100);
  }
}
