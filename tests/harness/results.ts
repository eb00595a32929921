// What a run of the harness finds, as plain data: reports, exit codes, caches and tests all read the same.
import type { Difference } from "./compare/difference";
import type { Output } from "./notebook";

export type ProblemKind =
  | "difference"
  | "error"
  | "no error"
  | "aborted"
  | "not executed"
  | "timeout"
  | "kernel died"
  | "late output"
  | "leftover work"
  | "missing output"
  | "not deterministic"
  | "exercise"
  | "metadata"
  | "start";

/** One reason why a cell or a notebook fails. */
export interface Problem {
  kind: ProblemKind;
  message: string;
  difference?: Difference;
}

export type CellStatus = "passed" | "failed" | "skipped" | "not run";

/** A code cell after a run. */
export interface CellResult {
  /** Place among all cells of the notebook, from 0. */
  index: number;
  id?: string;
  /** `cell 4 [id]`, as messages call it. */
  name: string;
  source: string;
  status: CellStatus;
  /** Why it was skipped or not run. */
  reason?: string;
  problems: Problem[];
  ms: number;
  saved: Output[];
  fresh: Output[];
  executionCount: number | null;
}

export interface NotebookResult {
  path: string;
  /** How messages call it. */
  name: string;
  cells: CellResult[];
  /** Problems of the notebook as a whole: it did not start, it left work behind. */
  problems: Problem[];
  /** The whole time, and of it the time until the kernel was ready. */
  ms: number;
  startMs: number;
  /** Where the executed notebook was kept. */
  executed?: string;
  /** Cells that `-u` rewrote. */
  updated: number;
  /** Whether the result comes from the cache of an earlier run. */
  cached: boolean;
}

export interface Summary {
  notebooks: NotebookResult[];
  /** Counts of code cells; problems of a notebook as a whole count as one failed cell each. */
  passed: number;
  failed: number;
  skipped: number;
  updated: number;
  ms: number;
}

export function summarise(notebooks: NotebookResult[], ms: number): Summary {
  const cells = notebooks.flatMap(notebook => notebook.cells);
  const count = (...statuses: CellStatus[]) => cells.filter(({ status }) => statuses.includes(status)).length;
  return {
    notebooks,
    passed: count("passed"),
    failed: count("failed", "not run") + notebooks.reduce((sum, { problems }) => sum + problems.length, 0),
    skipped: count("skipped"),
    updated: notebooks.reduce((sum, { updated }) => sum + updated, 0),
    ms,
  };
}
