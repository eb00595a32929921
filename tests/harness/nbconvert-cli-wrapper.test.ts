// The wrapper against the real nbconvert of the checkout's virtual environment.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  findNbconvert,
  NbconvertCancelledError,
  NbconvertError,
  NbconvertNotFoundError,
  NbconvertOptionError,
  nbconvert,
  toFlags,
} from "nbconvert-cli-wrapper";
import { findByEnvironment } from "./process-tree";
import { findPython } from "./project";

const folder = mkdtempSync(join(tmpdir(), "nbconvert-wrapper-"));
const notebook = join(folder, "a notebook.ipynb");

beforeAll(() => {
  const cell = {
    cell_type: "code",
    execution_count: 1,
    id: "one",
    metadata: {},
    source: "6 * 7",
    outputs: [] as unknown[],
  };
  cell.outputs.push({
    output_type: "execute_result",
    data: { "text/plain": "forty-two" },
    metadata: {},
    execution_count: 1,
  });
  const hidden = { cell_type: "markdown", id: "two", metadata: { tags: ["secret"] }, source: "hidden words" };
  const metadata = { kernelspec: { name: "python3", display_name: "Python", language: "python" } };
  writeFileSync(notebook, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [cell, hidden] }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("finding nbconvert", () => {
  test("an explicit path wins, and a Python is asked for its module", () => {
    const python = findPython();
    expect(findNbconvert({ executable: python })).toEqual({ file: python, args: ["-m", "nbconvert"] });
  });

  test("without a path, the nearest .venv upwards is used", () => {
    expect(findNbconvert({ cwd: __dirname, env: { PATH: "" } }).file).toBe(
      join(dirname(findPython()), "jupyter-nbconvert"),
    );
  });

  test("PATH comes last, and a file that is not executable does not count", () => {
    const program = join(folder, "jupyter-nbconvert");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o644 });
    const look = () => findNbconvert({ cwd: folder, env: { PATH: folder } });
    expect(look).toThrow(NbconvertNotFoundError);
    chmodSync(program, 0o755);
    expect(look()).toEqual({ file: program, args: [] });
    rmSync(program);
  });

  test("the error names every place that was looked at", () => {
    expect(() => findNbconvert({ executable: join(folder, "nowhere") })).toThrow(join(folder, "nowhere"));
    expect(() => findNbconvert({ cwd: folder, env: { PATH: "" } })).toThrow(/\.venv of .* PATH/);
  });
});

describe("options", () => {
  test("become flags, lists by repetition, and a name with a dash first stays a name", () => {
    const flags = toFlags(["-odd.ipynb"], {
      to: "html",
      outputDir: "site",
      execute: true,
      timeout: null,
      removeCellTags: ["a", "b"],
      traits: { "HTMLExporter.theme": "dark" },
    });
    expect(flags).toEqual([
      "--to",
      "html",
      "--output-dir=site",
      "--execute",
      "--HTMLExporter.theme=dark",
      "--ExecutePreprocessor.timeout=-1",
      "--TagRemovePreprocessor.enabled=True",
      "--TagRemovePreprocessor.remove_cell_tags=a",
      "--TagRemovePreprocessor.remove_cell_tags=b",
      "./-odd.ipynb",
    ]);
  });

  test("that cannot be meant are refused before anything starts", () => {
    expect(() => toFlags([], { to: "html" })).toThrow(NbconvertOptionError);
    expect(() => toFlags(["a", "b"], { to: "html", output: "one" })).toThrow(/names one file, got 2/);
    expect(() => toFlags(["a"], { to: "html", allowErrors: true })).toThrow(/only with `execute`/);
    expect(() => toFlags(["a"], { to: "html", traits: { "no trait": 1 } })).toThrow(/expected a trait/);
  });
});

describe("running nbconvert", () => {
  test("writes the file, streams what it says, and leaves out cells by a single tag", async () => {
    let streamed = "";
    const { files, stderr } = await nbconvert(
      notebook,
      { to: "html", outputDir: folder, removeCellTags: ["secret"] },
      { cwd: __dirname, onStderr: text => (streamed += text) },
    );
    expect(files).toEqual([join(folder, "a notebook.html")]);
    expect(streamed).toBe(stderr);
    const html = readFileSync(files[0]!, "utf8");
    expect(html).toContain("forty-two");
    expect(html).not.toContain("hidden words");
  });

  test("a failure is an error that holds its standard error and its command", async () => {
    const missing = nbconvert(join(folder, "missing.ipynb"), { to: "markdown" }, { cwd: __dirname });
    await expect(missing).rejects.toThrow(NbconvertError);
    const error = (await missing.catch(caught => caught)) as NbconvertError;
    expect(error.stderr).toMatch(/missing\.ipynb/);
    expect(error.exitCode).toBeGreaterThan(0);
    expect(error.command.join(" ")).toContain("--to markdown");
  });

  test("a cancellation ends it and the kernel that it started", async () => {
    const sleeper = join(folder, "sleeper.ipynb");
    const cell = {
      cell_type: "code",
      execution_count: null,
      id: "z",
      metadata: {},
      outputs: [],
      source: "import time; time.sleep(600)",
    };
    const metadata = { kernelspec: { name: "python3", display_name: "Python", language: "python" } };
    writeFileSync(sleeper, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [cell] }));
    const controller = new AbortController();
    const marker = { FTT_WRAPPER_TEST: String(process.pid) };
    const running = nbconvert(
      sleeper,
      { to: "notebook", execute: true, outputDir: folder },
      { cwd: __dirname, env: { ...process.env, ...marker }, signal: controller.signal },
    );
    const outcome = expect(running).rejects.toThrow(NbconvertCancelledError);
    const deadline = Date.now() + 30_000;
    // nbconvert and its kernel: two processes that inherited the variable.
    while (findByEnvironment(marker).length < 2 && Date.now() < deadline)
      await new Promise(done => setTimeout(done, 50));
    expect(findByEnvironment(marker).length).toBeGreaterThanOrEqual(2);
    controller.abort(new Error("enough"));
    await outcome;
    while (findByEnvironment(marker).length > 0 && Date.now() < deadline)
      await new Promise(done => setTimeout(done, 50));
    expect(findByEnvironment(marker)).toEqual([]);
  });
});
