// Notebook files as values: nbformat 4 as types, reading with clear errors, and writing that never leaves half a file.
import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { HarnessError } from "./errors";

export type Multiline = string | string[];
export type MimeBundle = Record<string, unknown>;

export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: Multiline }
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | {
      output_type: "execute_result";
      data: MimeBundle;
      metadata: Record<string, unknown>;
      execution_count: number | null;
    }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

export interface Cell {
  id?: string;
  cell_type: "code" | "markdown" | "raw";
  metadata: Record<string, unknown> & { tags?: string[] };
  source: Multiline;
  outputs?: Output[];
  execution_count?: number | null;
  /** Pictures of a Markdown cell, by name. */
  attachments?: Record<string, MimeBundle>;
}

export interface Notebook {
  nbformat: number;
  nbformat_minor: number;
  metadata: Record<string, unknown> & {
    kernelspec?: { name: string; display_name?: string; language?: string };
    language_info?: { name: string };
  };
  cells: Cell[];
}

/** nbformat keeps text as one string or as a list of lines; this is the string. */
export function text(value: Multiline): string {
  return Array.isArray(value) ? value.join("") : value;
}

/** The list of lines that Jupyter writes. */
export function lines(value: string): string[] {
  return value === "" ? [] : value.match(/[^\n]*\n|[^\n]+/g)!;
}

export function tags(cell: Cell): string[] {
  return Array.isArray(cell.metadata.tags) ? cell.metadata.tags : [];
}

/** How messages name a cell: its place among all cells, counted from 1, and its id. */
export function cellName(cell: Cell, index: number): string {
  return cell.id ? `cell ${index + 1} [${cell.id}]` : `cell ${index + 1}`;
}

export function parseNotebook(raw: string, name: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    throw new HarnessError(
      "BAD_NOTEBOOK",
      `${name}: expected a notebook, got broken JSON: ${(error as Error).message}`,
    );
  }
  const notebook = value as Notebook;
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new HarnessError(
      "BAD_NOTEBOOK",
      `${name}: expected nbformat 4 with cells, got nbformat ${notebook?.nbformat}; open and save it in JupyterLab`,
    );
  }
  return notebook;
}

export function readNotebook(path: string): Notebook {
  return parseNotebook(readFileSync(path, "utf8"), path);
}

/** As Jupyter formats notebooks: one space a level, a newline at the end. */
export function formatNotebook(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** Writes beside the file and renames over it: a reader sees the old file or the new one, a crash leaves the old one. */
export function writeAtomically(path: string, content: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx", mode: modeOf(path) });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0o644;
}
