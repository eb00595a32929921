// Runs the code cells of one notebook, in order, in a fresh kernel, and says what each did. It compares nothing: whether the outputs are
// the saved ones is judged afterwards, when late updates have arrived.
import { setTimeout as delay } from "node:timers/promises";
import { OutputCollector } from "./collect-outputs";
import { defaultRules, type Rules, readRules } from "./compare/rules";
import { HarnessError } from "./errors";
import type { JupyterServer } from "./jupyter-server";
import { type Execution, KernelSession } from "./kernel-session";
import { leftoverProbe } from "./leftover-work";
import { type Cell, cellName, type Notebook, tags, text } from "./notebook";
import type { CellResult, Problem } from "./results";
import { reasonToSkip } from "./skip";

export interface RunLimits {
  startMs: number;
  cellMs: number;
  notebookMs: number;
  /** After an interrupt, before the kill. */
  graceMs: number;
  /** How long the kernel must be silent after the last cell. */
  quietMs: number;
}

/** A start takes a second, a training cell minutes, a chapter at most ten on a slow machine; a hang must not cost hours. */
export const defaultLimits: RunLimits = {
  startMs: 60_000,
  cellMs: 600_000,
  notebookMs: 1_800_000,
  graceMs: 5_000,
  quietMs: 150,
};

// A cell tagged `slow` may take this many times the limit of others.
const SLOW = 6;

export interface RunNotebookOptions {
  limits?: Partial<RunLimits>;
  /** In place of the notebook's own. */
  kernelName?: string;
  /** Cells tagged `slow` are left out. */
  skipSlow?: boolean;
  /** Whether there is a GPU for cells tagged `gpu`. */
  gpu?: boolean;
  onCell?: (index: number, count: number) => void;
  signal?: AbortSignal;
}

export interface NotebookRun {
  cells: CellResult[];
  problems: Problem[];
  startMs: number;
}

/** Runs `notebook`, which lies at `path`, on `server`. Never throws for what the notebook does: that is in the result. */
export async function runNotebook(
  server: JupyterServer,
  path: string,
  notebook: Notebook,
  options: RunNotebookOptions = {},
): Promise<NotebookRun> {
  const limits = { ...defaultLimits, ...options.limits };
  const began = performance.now();
  const problems: Problem[] = [];
  const code = notebook.cells.flatMap((cell, index) => (cell.cell_type === "code" ? [{ cell, index }] : []));
  const results = code.map(({ cell, index }) => emptyResult(cell, index));
  const collector = new OutputCollector();
  const result = (index: number) => results.find(entry => entry.index === index)!;

  let session: KernelSession;
  try {
    session = await KernelSession.start(server, {
      path,
      kernelName: options.kernelName ?? kernelOf(notebook, path),
      timeoutMs: limits.startMs,
      onMessage: (index, message, late) => {
        if (index < 0) return;
        const isOutput = collector.add(index, message);
        if (!late || !isOutput) return;
        const { problems: found } = result(index);
        if (found.some(({ kind }) => kind === "late output")) return;
        found.push({
          kind: "late output",
          message: `${message.header.msg_type} arrived after the cell had ended: ${excerpt(message.content)}`,
        });
      },
    });
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    for (const entry of results) Object.assign(entry, { status: "not run", reason: "the kernel did not start" });
    return {
      cells: results,
      problems: [{ kind: "start", message: error.message }],
      startMs: performance.now() - began,
    };
  }

  const abort = () => void session.cancel();
  options.signal?.addEventListener("abort", abort, { once: true });
  const startMs = performance.now() - began;
  try {
    const probe = await leftoverProbe(session, notebook);
    let stopped: string | undefined;
    let count = 0;
    for (const [i, { cell, index }] of code.entries()) {
      const entry = results[i]!;
      let rules: Rules;
      try {
        const base = readRules(notebook.metadata, defaultRules, "notebook");
        rules = readRules(cell.metadata, base, cellName(cell, index));
      } catch (error) {
        entry.status = "failed";
        entry.problems.push({ kind: "metadata", message: (error as Error).message });
        stopped ??= `${entry.name} has broken metadata`;
        continue;
      }
      const skip = reasonToSkip(cell, rules, options);
      if (skip) {
        Object.assign(entry, skip);
        continue;
      }
      if (stopped ?? options.signal?.aborted) {
        Object.assign(entry, { status: "not run", reason: stopped ?? "cancelled" });
        continue;
      }
      if (entry.source.trim() === "") continue;
      options.onCell?.(i, code.length);
      const left = limits.notebookMs - (performance.now() - began);
      const own = rules.timeoutSeconds === undefined ? limits.cellMs : rules.timeoutSeconds * 1000;
      const cellMs = tags(cell).includes("slow") ? own * SLOW : own;
      const timeoutMs = Math.max(0, Math.min(left, cellMs));
      const limit =
        left < cellMs
          ? `no end within the ${limits.notebookMs / 1000} s of the notebook`
          : `no end after ${cellMs / 1000} s`;
      const execution = await session.execute(index, entry.source, { timeoutMs, limit, graceMs: limits.graceMs });
      entry.ms = execution.ms;
      entry.executionCount = execution.echo ?? null;
      const found = judge(execution, cell, collector, index, count);
      entry.problems.push(...found.map(problem => withLastOutput(problem, collector, index)));
      if (entry.executionCount !== null) count = entry.executionCount;
      if (found.some(({ kind }) => kind !== "no error" && kind !== "not executed")) stopped = `${entry.name} failed`;
    }
    if (!session.lost) {
      await delay(limits.quietMs);
      const leftover = await probe();
      if (leftover) problems.push({ kind: "leftover work", message: leftover });
    }
    // The kernel may end between the last cell and the end of the notebook.
    if (
      session.lost &&
      !results.some(entry => entry.problems.some(({ kind }) => kind === "kernel died" || kind === "timeout"))
    ) {
      problems.push({ kind: "kernel died", message: `after the last cell: ${session.lost}` });
    }
  } finally {
    options.signal?.removeEventListener("abort", abort);
    await session.close();
  }
  for (const entry of results) {
    entry.fresh = collector.outputs(entry.index);
    if (entry.problems.length > 0) entry.status = "failed";
  }
  return { cells: results, problems, startMs };
}

function emptyResult(cell: Cell, index: number): CellResult {
  return {
    index,
    ...(cell.id === undefined ? {} : { id: cell.id }),
    name: cellName(cell, index),
    source: text(cell.source),
    status: "passed",
    problems: [],
    ms: 0,
    saved: cell.outputs ?? [],
    fresh: [],
    executionCount: null,
  };
}

function kernelOf(notebook: Notebook, path: string): string {
  const name = notebook.metadata.kernelspec?.name;
  if (name) return name;
  throw new HarnessError(
    "BAD_NOTEBOOK",
    `${path}: expected metadata.kernelspec.name, got none; save it in JupyterLab with a kernel chosen`,
  );
}

// Whether the kernel did with this cell what it says. Status, echo, count and outputs must agree.
function judge(
  execution: Execution,
  cell: Cell,
  collector: OutputCollector,
  index: number,
  countBefore: number,
): Problem[] {
  const { end, detail, reply, echo } = execution;
  if (end === "died") return [{ kind: "kernel died", message: detail }];
  if (end !== "done") return [{ kind: "timeout", message: detail }];
  const errors = collector.outputs(index).flatMap(output => (output.output_type === "error" ? [output] : []));
  const raised = errors.map(({ ename, evalue }) => `${ename}: ${evalue}`).join("; ");
  const status = reply?.status as "ok" | "error" | "aborted" | "abort" | undefined;
  if (status === "aborted" || status === "abort") {
    return [{ kind: "aborted", message: "the kernel skipped it: its reply says aborted" }];
  }
  if (status !== "ok" && status !== "error") {
    return [
      { kind: "not executed", message: `the reply has status ${JSON.stringify(status)}, expected "ok" or "error"` },
    ];
  }
  if (echo === undefined)
    return [
      { kind: "aborted", message: `the reply says ${status}, but the kernel never announced that it ran the code` },
    ];
  if (echo !== countBefore + 1 || (reply!.execution_count ?? echo) !== echo) {
    const said = `its execution count is ${echo} (in the reply ${reply!.execution_count ?? "none"}) after ${countBefore}`;
    return [{ kind: "aborted", message: `${said}: the code did not run, or ran twice` }];
  }
  if (tags(cell).includes("raises-exception")) {
    if (status === "ok" || errors.length === 0)
      return [{ kind: "no error", message: "tagged raises-exception, but it raised nothing" }];
    return [];
  }
  if (errors.length > 0)
    return [{ kind: "error", message: `raised ${raised}${status === "ok" ? " (and the reply says ok)" : ""}` }];
  if (status === "error") {
    const { ename, evalue } = reply as { ename?: string; evalue?: string };
    return [{ kind: "error", message: `the reply says error (${ename}: ${evalue}), but the kernel showed none` }];
  }
  return [];
}

// What a cell last said tells where it hung or died.
function withLastOutput(problem: Problem, collector: OutputCollector, index: number): Problem {
  if (problem.kind !== "timeout" && problem.kind !== "kernel died") return problem;
  // The error that an interrupt raises says nothing about where the cell was.
  const last = collector.outputs(index).findLast(output => output.output_type !== "error");
  if (!last) return { ...problem, message: `${problem.message}; it had shown nothing` };
  const words = last.output_type === "stream" ? text(last.text).trimEnd().split("\n").at(-1)! : excerpt(last);
  return { ...problem, message: `${problem.message}; last output: ${words.slice(0, 200)}` };
}

function excerpt(content: unknown): string {
  const { text: words, data, evalue } = content as { text?: string; data?: Record<string, unknown>; evalue?: string };
  const shown =
    words ?? evalue ?? (data ? String(data["text/plain"] ?? Object.keys(data).join(", ")) : JSON.stringify(content));
  return shown.trim().replaceAll("\n", " ⏎ ").slice(0, 120);
}
