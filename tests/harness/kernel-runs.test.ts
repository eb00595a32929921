// The parts of a run that mutants do not show: the server and its processes, cancelling, parameters, the command line's exit status.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { KernelConnection, SessionAPI } from "@jupyterlab/services";
import { EXIT_FAILED, EXIT_TROUBLE } from "../../cli/attempt";
import { describeNotebook } from "./jest";
import { startServer } from "./jupyter-server";
import { type Cell, formatNotebook, type Notebook, readNotebook } from "./notebook";
import { findByEnvironment, isAlive } from "./process-tree";
import { projectRoot } from "./project";
import { runNotebookFile } from "./run-with-parameters";
import { serverOptions, testNotebook, testNotebooks } from "./test-notebooks";

mkdirSync(join(projectRoot, ".ftt"), { recursive: true });
const folder = mkdtempSync(join(projectRoot, ".ftt", "kernel-runs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = join(projectRoot, "tests", "mutants", "fixtures", "90-fixture.ipynb");

function python(...sources: string[]): Notebook {
  const cells = sources.map(
    (source, i): Cell => ({ cell_type: "code", id: `c${i}`, metadata: {}, source, outputs: [], execution_count: null }),
  );
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "python3", display_name: "Python", language: "python" } },
    cells,
  };
}

function write(name: string, notebook: Notebook): string {
  const path = join(folder, name);
  writeFileSync(path, formatNotebook(notebook));
  return path;
}

test("stopping a server ends every process that it or its kernels started, detached ones too", async () => {
  const server = await startServer({ root: folder });
  let pids: number[];
  try {
    // A kernel that nobody closes, with a child that has left its process group.
    const path = "detached.ipynb";
    const options = { path, type: "notebook", name: path, kernel: { name: "python3" } };
    const { kernel: model } = await SessionAPI.startSession(options, server.settings);
    const kernel = new KernelConnection({ model: model!, serverSettings: server.settings });
    const sleep = "[sys.executable, '-c', 'import time; time.sleep(600)']";
    const code = `import subprocess, sys\nprint(subprocess.Popen(${sleep}, start_new_session=True).pid)`;
    await kernel.requestExecute({ code }).done;
    kernel.dispose();
    pids = findByEnvironment(server.marker);
    // The server, the kernel and the child.
    expect(pids.length).toBeGreaterThanOrEqual(3);
  } finally {
    await server.stop();
  }
  expect(pids.filter(isAlive)).toEqual([]);
  expect(findByEnvironment(server.marker)).toEqual([]);
}, 90_000);

test("a server that cannot start says why", async () => {
  const fake = join(folder, "not-python");
  writeFileSync(fake, "#!/bin/sh\necho 'No module named jupyter_server' >&2\nexit 1\n", { mode: 0o755 });
  await expect(startServer({ root: folder, python: fake })).rejects.toThrow(
    /expected Jupyter Server to start.*it ended at once[\s\S]*No module named/,
  );
});

test("a notebook of another language runs too, and an update writes what it shows", async () => {
  const ci = process.env.CI;
  delete process.env.CI;
  try {
    const path = write("python.ipynb", python("x = 20", "print(x + 1)\nx * 2.5"));
    const options = { outputFolder: join(folder, "executed") };
    const first = await testNotebooks([path], options);
    expect(first).toMatchObject({ passed: 1, failed: 1 });
    expect(await testNotebooks([path], { ...options, update: true })).toMatchObject({
      passed: 2,
      failed: 0,
      updated: 1,
    });
    expect(readNotebook(path).cells[1]).toMatchObject({
      execution_count: 2,
      outputs: [
        { output_type: "stream", text: ["21\n"] },
        { output_type: "execute_result", data: { "text/plain": ["50.0"] } },
      ],
    });
    expect(await testNotebooks([path], options)).toMatchObject({ passed: 2, failed: 0 });
  } finally {
    if (ci !== undefined) process.env.CI = ci;
  }
}, 120_000);

test("cancelling ends the run and its kernel at once", async () => {
  const path = write("long.ipynb", python("import time\nprint('begun', flush=True)\ntime.sleep(600)", "print(2)"));
  const controller = new AbortController();
  const began = Date.now();
  const running = testNotebooks([path], {
    outputFolder: join(folder, "executed"),
    signal: controller.signal,
    progress: {
      total() {},
      start() {},
      cell: () => setTimeout(() => controller.abort(new Error("enough")), 300),
      end() {},
    },
  });
  const { notebooks } = await running;
  expect(notebooks[0]!.cells.map(({ status }) => status)).toEqual(["failed", "not run"]);
  expect(notebooks[0]!.cells[0]!.problems[0]!.message).toMatch(/^cancelled; last output: begun/);
  expect(Date.now() - began).toBeLessThan(60_000);
}, 90_000);

test("Ctrl-C in a terminal, which every process of the group hears, ends the command and its kernels at once", async () => {
  const begun = join(folder, "begun");
  const path = write("terminal.ipynb", python(`import time\nopen(${JSON.stringify(begun)}, 'w')\ntime.sleep(600)`));
  const report = join(folder, "interrupted");
  const command = [join(projectRoot, "cli", "ftt.mjs"), "test", path, "--report", report];
  const child = spawn(process.execPath, command, { detached: true, env: { ...process.env, FTT_SKIP_SETUP: "1" } });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", chunk => said.push(String(chunk)));
  const ended = new Promise<number | null>(done => child.once("exit", done));
  const deadline = Date.now() + 60_000;
  while (!existsSync(begun)) {
    if (Date.now() > deadline) throw new Error(`expected the cell to run within 60 s, but: ${said.join("")}`);
    await delay(50);
  }
  const before = Date.now();
  process.kill(-child.pid!, "SIGINT");
  expect(await ended).not.toBe(0);
  expect(Date.now() - before).toBeLessThan(30_000);
  expect(findByEnvironment({ JPY_SESSION_NAME: path })).toEqual([]);
}, 120_000);

test("a server that dies ends the run of its notebooks, and is named", async () => {
  const path = write("orphan.ipynb", python("import time\nprint('begun', flush=True)\ntime.sleep(600)", "print(2)"));
  const server = await startServer(serverOptions([path], {}));
  try {
    const kill = () => setTimeout(() => process.kill(server.pid, "SIGKILL"), 300);
    const { cells } = await testNotebook(server, path, {
      outputFolder: join(folder, "executed"),
      progress: { total() {}, start() {}, cell: kill, end() {} },
    });
    expect(cells[0]!.problems[0]!.message).toMatch(/^(Jupyter Server ended|the kernel)/);
    expect(cells[1]!.status).toBe("not run");
  } finally {
    await server.stop();
  }
}, 90_000);

test("`ftt run` executes with parameters into a new file, and keeps what a failing run has reached", async () => {
  const notebook = python("lr = 0.1", "print('lr', lr)", "raise ValueError(lr)");
  notebook.cells[0]!.metadata.tags = ["parameters"];
  const input = write("parameters.ipynb", notebook);
  const before = readFileSync(input, "utf8");
  const output = join(folder, "out", "lr.ipynb");
  const run = await runNotebookFile(input, output, { parameters: { lr: 0.5 } });
  expect(run.cells.map(({ status }) => status)).toEqual(["passed", "passed", "passed", "failed"]);
  expect(readFileSync(input, "utf8")).toBe(before);
  const cells = readNotebook(output).cells;
  expect(cells[1]!.metadata.tags).toEqual(["injected-parameters"]);
  expect(cells[2]!.outputs).toMatchObject([{ text: ["lr 0.5\n"] }]);
  expect(cells[3]!.outputs).toMatchObject([{ ename: "ValueError", evalue: "0.5" }]);
  await expect(runNotebookFile(input, input)).rejects.toThrow(/expected another file to write/);
}, 90_000);

describe("the command line", () => {
  const ftt = (...args: string[]) =>
    new Promise<{ status: number | null; words: string }>((done, fail) => {
      // The set-up is done, or these tests could not run.
      const child = spawn(process.execPath, [join(projectRoot, "cli", "ftt.mjs"), ...args], {
        cwd: folder,
        env: { ...process.env, FTT_SKIP_SETUP: "1" },
      });
      let words = "";
      child.stdout.on("data", chunk => (words += chunk));
      child.stderr.on("data", chunk => (words += chunk));
      child.once("error", fail);
      child.once("close", status => done({ status, words }));
    });

  test("leaves with 0 when all is well, and says little", async () => {
    cpSync(fixture, join(folder, "90-fixture.ipynb"));
    const { status, words } = await ftt("test", "90-fixture.ipynb", "--report", "report");
    expect(words).toMatch(/^18 passed, 0 failed in .*\n$/);
    expect(status).toBe(0);
    for (const name of ["report.html", "junit.xml"]) expect(existsSync(join(folder, "report", name))).toBe(true);
  }, 120_000);

  test(`leaves with ${EXIT_FAILED} when a cell fails, and names it`, async () => {
    const path = join(folder, "91-broken.ipynb");
    writeFileSync(path, readFileSync(fixture, "utf8").replace("0.978312", "0.978712"));
    const { status, words } = await ftt("test", "91-broken.ipynb", "--report", "report");
    expect(words).toMatch(
      /91-broken\.ipynb: cell 5 \[numbers\]: output 1 stdout, line 1: number after "accuracy" differs: saved 0\.978712, run 0\.978312/,
    );
    expect(status).toBe(EXIT_FAILED);
  }, 120_000);

  test(`leaves with ${EXIT_TROUBLE} when it cannot do its work`, async () => {
    const { status, words } = await ftt("test", "no-such.ipynb");
    expect(words).toMatch(/expected a notebook or a folder/);
    expect(status).toBe(EXIT_TROUBLE);
  }, 60_000);
});

describe("as jest tests", () => {
  describeNotebook(fixture, { outputFolder: join(folder, "executed") });
});
