// `ftt test`: runs notebooks side by side on one server, judges them, keeps what was executed, and rewrites outputs when asked to.
import { mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fingerprint, sharedInputs } from "./cache/fingerprint";
import { keepResult, readCached } from "./cache/result-cache";
import { compareRun } from "./compare-run";
import { type JupyterServer, type ServerOptions, startServer } from "./jupyter-server";
import { formatNotebook, type Notebook, parseNotebook, writeAtomically } from "./notebook";
import { pool } from "./pool";
import { displayPath, findNotebooks, projectRoot } from "./project";
import type { CellResult, NotebookResult, Summary } from "./results";
import { summarise } from "./results";
import { type RunNotebookOptions, runNotebook } from "./run-notebook";
import { executed } from "./run-with-parameters";
import { compareTwice } from "./twice";
import { canUpdate, refuseInCi, updateNotebook } from "./update-notebook";

export interface TestOptions extends RunNotebookOptions {
  /** Rewrites outputs that differ. */
  update?: boolean;
  /** Runs each notebook twice and names the cells that are not deterministic. */
  twice?: boolean;
  /** Leaves out notebooks that passed before and that nothing has changed for. */
  changed?: boolean;
  cacheFolder?: string;
  /** How many notebooks run at a time; as many as there are cores. */
  jobs?: number;
  /** Where executed notebooks are kept; `executed` in the checkout. */
  outputFolder?: string;
  /** For the server: Python and further kernels. */
  python?: string;
  kernelPaths?: string[];
  /** Told of each event, for a progress display. */
  progress?: Progress;
  signal?: AbortSignal;
}

export interface Progress {
  /** How many notebooks there are to run. */
  total(count: number): void;
  start(name: string, cells: number): void;
  cell(name: string, index: number, count: number): void;
  end(result: NotebookResult): void;
}

/** Runs and compares notebooks (files or folders; all chapters when none is named). */
export async function testNotebooks(paths: string[] = [], options: TestOptions = {}): Promise<Summary> {
  if (options.update) refuseInCi();
  const began = performance.now();
  const files = findNotebooks(paths);
  const results = new Map<string, NotebookResult>();
  const keys = options.changed ? await findCached(files, options, results) : new Map<string, string>();
  const toRun = files.filter(file => !results.has(file));
  options.progress?.total(toRun.length);
  if (toRun.length > 0) {
    const server = await startServer(serverOptions(toRun, options));
    try {
      await pool(toRun, options.jobs ?? availableParallelism(), async file => {
        const result = await testNotebook(server, file, options);
        results.set(file, result);
        const key = keys.get(file);
        if (key !== undefined) keepResult(key, result, options.cacheFolder);
      });
    } finally {
      await server.stop();
    }
  }
  return summarise(
    files.map(file => results.get(file)!),
    performance.now() - began,
  );
}

// Fills `results` with what the cache holds, and returns the keys of the others that have one.
async function findCached(
  files: string[],
  options: TestOptions,
  results: Map<string, NotebookResult>,
): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  const shared = sharedInputs();
  for (const file of files) {
    const key = await cacheKey(file, options, shared);
    if (key === undefined) continue;
    const kept = readCached(key, file, options.cacheFolder);
    if (kept) results.set(file, kept);
    else keys.set(file, key);
  }
  return keys;
}

/** The key under which a notebook's result is kept, or undefined when it must always run. */
export async function cacheKey(
  file: string,
  { kernelName, skipSlow, gpu, twice }: TestOptions,
  shared = sharedInputs(),
): Promise<string | undefined> {
  const print = await fingerprint(file, readFileSync(file, "utf8"), { kernelName, skipSlow, gpu, twice }, shared);
  return "key" in print ? print.key : undefined;
}

export function serverOptions(files: string[], options: Pick<TestOptions, "python" | "kernelPaths">): ServerOptions {
  return {
    root: commonFolder(files),
    ...(options.python === undefined ? {} : { python: options.python }),
    ...(options.kernelPaths === undefined ? {} : { kernelPaths: options.kernelPaths }),
  };
}

/** Runs and compares one notebook on a server that is already there. */
export async function testNotebook(
  server: JupyterServer,
  path: string,
  options: TestOptions = {},
): Promise<NotebookResult> {
  const began = performance.now();
  const name = displayPath(path);
  const raw = readFileSync(path, "utf8");
  const notebook = parseNotebook(raw, name);
  options.progress?.start(name, notebook.cells.filter(cell => cell.cell_type === "code").length);
  const run = await runNotebook(server, path, notebook, {
    ...options,
    onCell: (index, count) => options.progress?.cell(name, index, count),
  });
  if (options.twice) {
    const again = await runNotebook(server, path, notebook, options);
    compareTwice(notebook, run.cells, again.cells);
  }
  compareRun(path, notebook, run.cells);
  const kept = keepExecuted(path, notebook, run.cells, options.outputFolder ?? join(projectRoot, "executed"));
  let updated = 0;
  if (options.update) {
    const stale = run.cells.filter(canUpdate);
    updateNotebook(path, raw, run.cells, stale);
    for (const cell of stale) Object.assign(cell, { status: "passed", problems: [] });
    updated = stale.length;
  }
  const result: NotebookResult = {
    path,
    name,
    cells: run.cells,
    problems: run.problems,
    ms: performance.now() - began,
    startMs: run.startMs,
    executed: kept,
    updated,
    cached: false,
  };
  options.progress?.end(result);
  return result;
}

/** Writes the notebook with its fresh outputs, whether it passed or not. Returns the file. */
function keepExecuted(path: string, notebook: Notebook, cells: CellResult[], folder: string): string {
  const inside = relative(projectRoot, path);
  const target = join(folder, inside.startsWith("..") ? path.split(sep).at(-1)! : inside);
  mkdirSync(dirname(target), { recursive: true });
  writeAtomically(target, formatNotebook(executed(notebook, cells)));
  return target;
}

/** The innermost folder that holds all files. */
export function commonFolder(files: string[]): string {
  const parts = files.map(file => dirname(file).split(sep));
  const first = parts[0]!;
  const length = first.findIndex((part, i) => parts.some(other => other[i] !== part));
  return (length < 0 ? first : first.slice(0, length)).join(sep) || sep;
}
