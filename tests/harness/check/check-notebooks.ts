// `ftt check`: everything that can be known of notebooks without running them.
import { readFileSync } from "node:fs";
import { defaultRules, readRules } from "../compare/rules";
import { cellName, type Notebook, parseNotebook } from "../notebook";
import { displayPath, findNotebooks } from "../project";
import { compareWoven, orphanModules, type WeaveOptions } from "../weave/weave-notebooks";
import { checkCode, type Document } from "./code";
import { checkCraft } from "./craft";
import { checkExercises } from "./exercises";
import type { Finding } from "./finding";
import { checkNbformat } from "./nbformat";
import { notebookDocument } from "./notebook-document";
import { checkPython, isPython } from "./python";
import { checkSavedOutputs } from "./saved-outputs";

export interface CheckOptions extends WeaveOptions {
  /** Advice fails the check too. */
  strict?: boolean;
}

export interface CheckSummary {
  notebooks: number;
  findings: Finding[];
  /** Findings that fail the check. */
  failed: number;
}

/** Checks notebooks (files or folders; all when none is named). */
export async function checkNotebooks(paths: string[] = [], options: CheckOptions = {}): Promise<CheckSummary> {
  const files = findNotebooks(paths);
  const findings: Finding[] = [];
  const documents: Document[] = [];
  for (const path of files) {
    const name = displayPath(path);
    let notebook: Notebook;
    try {
      notebook = parseNotebook(readFileSync(path, "utf8"), name);
    } catch (error) {
      findings.push({ notebook: name, rule: "nbformat", message: (error as Error).message, severity: "error" });
      continue;
    }
    findings.push(
      ...checkNbformat(notebook, name),
      ...checkMetadata(notebook, name),
      ...checkSavedOutputs(notebook, name),
      ...checkCraft(notebook, name, path),
      ...checkExercises(notebook, name, path),
    );
    if (isTypeScript(notebook)) documents.push({ ...notebookDocument(notebook, name), path });
    if (isPython(notebook)) findings.push(...checkPython(notebook, name));
  }
  findings.push(...(await checkCode(documents)), ...(await checkWoven(files, paths.length === 0, options)));
  const failed = findings.filter(({ severity }) => severity === "error" || options.strict).length;
  return { notebooks: files.length, findings, failed };
}

function isTypeScript({ metadata }: Notebook): boolean {
  const language = metadata.language_info?.name ?? metadata.kernelspec?.language;
  return language === "typescript";
}

function checkMetadata(notebook: Notebook, name: string): Finding[] {
  const found: Finding[] = [];
  const read = (metadata: Record<string, unknown>, cell?: string) => {
    try {
      readRules(metadata, defaultRules, cell ?? name);
    } catch (error) {
      found.push({
        notebook: name,
        ...(cell ? { cell } : {}),
        rule: "metadata",
        message: (error as Error).message,
        severity: "error",
      });
    }
  };
  read(notebook.metadata);
  for (const [index, cell] of notebook.cells.entries()) read(cell.metadata, cellName(cell, index));
  return found;
}

async function checkWoven(files: string[], all: boolean, options: WeaveOptions): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const path of files) {
    const finding = (message: string): Finding => ({
      notebook: displayPath(path),
      rule: "woven",
      message,
      severity: "error",
    });
    try {
      for (const { file, expected, actual } of await compareWoven([path], options)) {
        if (expected === actual) continue;
        const state =
          actual === undefined
            ? "is missing"
            : expected === undefined
              ? "is left over: no cell is tagged export"
              : "is stale";
        found.push(finding(`${displayPath(file)} ${state}; run \`ftt weave\``));
      }
    } catch (error) {
      found.push(finding((error as Error).message));
    }
  }
  if (all) {
    for (const file of orphanModules(files)) {
      found.push({
        notebook: displayPath(file),
        rule: "woven",
        message: "no chapter exports it; remove it",
        severity: "error",
      });
    }
  }
  return found;
}
