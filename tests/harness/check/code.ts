// Types and lint of all cells: each notebook's file (notebook-document.ts) is checked by the project's own compiler and linter with the
// project's own settings.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { HarnessError } from "../errors";
import { displayPath, projectRoot } from "../project";
import { runTool } from "../tools";
import type { Finding } from "./finding";
import type { NotebookDocument, Place } from "./notebook-document";

export interface Document extends NotebookDocument {
  path: string;
}

// Beside the checkout's other generated files: packages resolve from here as they do from `notebooks/`.
const workFolder = join(projectRoot, ".ftt", "check");

/** Type errors and lint of these notebooks. */
export async function checkCode(documents: Document[]): Promise<Finding[]> {
  if (documents.length === 0) return [];
  const folder = join(workFolder, String(process.pid));
  mkdirSync(folder, { recursive: true });
  try {
    const files = new Map(documents.map(document => [fileOf(folder, document.path), document]));
    for (const [file, { code }] of files) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
    }
    const broken = documents.flatMap(document =>
      document.broken.map(
        (place): Finding => ({ ...where(document, place), rule: "types", message: place.message, severity: "error" }),
      ),
    );
    const found = await Promise.all([checkTypes(folder, files), lint(folder, files)]);
    return [...broken, ...found.flat()];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fileOf(folder: string, notebook: string): string {
  const inside = relative(projectRoot, notebook);
  const name = inside.startsWith("..") ? join("outside", notebook.replace(/[\\/:]/g, "_")) : inside;
  return join(folder, "tree", name.replace(/\.ipynb$/, ".ts"));
}

async function checkTypes(folder: string, files: Map<string, Document>): Promise<Finding[]> {
  const config = {
    extends: join(projectRoot, "tsconfig.json"),
    compilerOptions: {
      noEmit: true,
      types: ["node"],
      // Relative imports mean the notebook's folder, not this one.
      rootDirs: [projectRoot, join(folder, "tree")],
    },
    files: [...files.keys()],
    include: [],
    exclude: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const { status, stdout, stderr } = await runTool(
    "typescript/bin/tsc",
    ["-p", join(folder, "tsconfig.json"), "--pretty", "false"],
    { cwd: folder },
  );
  const findings: Finding[] = [];
  for (const match of stdout.matchAll(/^(\S.*?)\((\d+),\d+\): error (TS\d+): (.*(?:\n .*)*)/gm)) {
    const [, path, line, code, message] = match;
    const document = files.get(join(folder, path!)) ?? files.get(path!);
    if (!document) throw trouble("tsc", match[0]);
    const place = document.places[Number(line) - 1];
    if (place && document.refused.has(place.index)) continue;
    findings.push({
      ...where(document, place),
      rule: "types",
      message: `${code}: ${message!.replace(/\n\s*/g, " ")}`,
      severity: "error",
    });
  }
  if (status !== 0 && !/: error TS\d+: /.test(stdout)) throw trouble("tsc", stdout + stderr);
  return findings;
}

interface BiomeReport {
  diagnostics: {
    category: string;
    severity: string;
    message: string | { content: string }[];
    location: { path: string | { file: string } | null; start?: { line: number }; span?: [number, number] | null };
  }[];
}

async function lint(folder: string, files: Map<string, Document>): Promise<Finding[]> {
  const project = JSON.parse(readFileSync(join(projectRoot, "biome.json"), "utf8")) as {
    linter: { rules: Record<string, Record<string, unknown>> };
    javascript: unknown;
  };
  const { rules } = project.linter;
  // A block a cell is how the file is made; no cell is to blame for it.
  const complexity = { ...rules.complexity, noUselessLoneBlockStatements: "off", noUselessEmptyExport: "off" };
  const suspicious = { ...rules.suspicious, noEmptyBlockStatements: "off" };
  const config = {
    root: true,
    files: { includes: ["tree/**"], maxSize: 16_777_216 },
    javascript: project.javascript,
    formatter: { enabled: false },
    assist: { enabled: false },
    linter: { ...project.linter, rules: { ...rules, complexity, suspicious } },
  };
  writeFileSync(join(folder, "biome.json"), JSON.stringify(config));
  const args = ["lint", "--reporter=json", "--max-diagnostics=none", "--config-path=.", "tree"];
  const { status, stdout, stderr } = await runTool("@biomejs/biome/bin/biome", args, { cwd: folder });
  let report: BiomeReport;
  try {
    report = JSON.parse(stdout) as BiomeReport;
  } catch {
    throw trouble("biome", stdout + stderr);
  }
  const findings = report.diagnostics.flatMap((diagnostic): Finding[] => {
    const { path } = diagnostic.location;
    const file = typeof path === "string" ? path : path?.file;
    const document = file === undefined ? undefined : files.get(join(folder, file));
    if (!document) throw trouble("biome", JSON.stringify(diagnostic));
    const place = placeOf(document, diagnostic.location);
    if (!diagnostic.category.startsWith("lint/")) return [];
    if (place && document.refused.has(place.index)) return [];
    // What an exported cell declares is used by other chapters.
    if (place && document.exported.has(place.index) && diagnostic.category.endsWith("/noUnusedVariables")) return [];
    // Parameters are assigned by `ftt run`.
    if (place && document.parameters.has(place.index) && diagnostic.category.endsWith("/useConst")) return [];
    if (diagnostic.severity === "information") return [];
    const { message } = diagnostic;
    const words = typeof message === "string" ? message : message.map(({ content }) => content).join("");
    return [
      {
        ...where(document, place),
        rule: diagnostic.category,
        message: words.replace(/\s+/g, " ").trim(),
        severity: "error",
      },
    ];
  });
  if (status !== 0 && report.diagnostics.length === 0) throw trouble("biome", stderr);
  return findings;
}

function placeOf(document: Document, location: BiomeReport["diagnostics"][number]["location"]): Place | undefined {
  if (location.start) return document.places[location.start.line - 1];
  if (!location.span) return undefined;
  const before = Buffer.from(document.code).subarray(0, location.span[0]).toString();
  return document.places[before.split("\n").length - 1];
}

function where({ path }: Document, place: Place | undefined): Pick<Finding, "notebook" | "cell" | "line"> {
  return { notebook: displayPath(path), ...(place ? { cell: place.cell, line: place.line } : {}) };
}

function trouble(tool: string, words: string): HarnessError {
  return new HarnessError(
    "TOOL_FAILED",
    `ftt check: expected findings from ${tool}, got: ${words.trim().slice(0, 2000)}`,
  );
}
