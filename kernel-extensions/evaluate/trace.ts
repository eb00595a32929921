/**
 * Stack traces in the user's own terms: `Cell [3], line 2`, or a file of theirs and its line, never a frame of the kernel.
 *
 * V8 calls `Error.prepareStackTrace` when the stack of an error is first read; each frame is taken through the rewriter's
 * segments and esbuild's source map there, so that `console.error(error)` and `error.stack` are right as well.
 */
import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import type { CellTrace } from "../session/protocol";
import { sourceOffset } from "./segments";

export interface Place {
  /** `Cell [3]` or a path. */
  file: string;
  /** From 1. */
  line: number;
  column: number;
  /** The text of the whole source, when at hand. */
  source: string | undefined;
}

interface Mapped {
  name: string;
  source: string;
  locate(line: number, column: number): { line: number; column: number } | undefined;
}

const sources = new Map<string, Mapped>();

export function cellUrl(id: number): string {
  return `cell:${id}`;
}

export function registerCell(id: number, count: number, trace: CellTrace): void {
  const map = lazily(() => new SourceMap(JSON.parse(trace.map) as SourceMapPayload));
  const codeLines = lazily(() => lineOffsets(trace.code));
  const scriptLines = lazily(() => lineOffsets(trace.javascript));
  sources.set(cellUrl(id), {
    name: `Cell [${count}]`,
    source: trace.source,
    locate(line, column) {
      const offset = sourceOffset(trace.segments, (codeLines()[line - 1] ?? 0) + column - 1);
      if (offset === undefined) return undefined;
      const at = lineAt(scriptLines(), offset);
      return lookUp(map(), at, offset - scriptLines()[at]!);
    },
  });
}

export function registerModule(path: string, map: string): void {
  const parsed = lazily(() => new SourceMap(JSON.parse(map) as SourceMapPayload));
  const text = lazily(() => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  });
  sources.set(path, {
    name: path,
    get source() {
      return text();
    },
    locate: (line, column) => lookUp(parsed(), line - 1, column - 1),
  });
}

function lookUp(map: SourceMap, line: number, column: number): { line: number; column: number } | undefined {
  const entry = map.findEntry(line, column);
  if (!("originalLine" in entry)) return undefined;
  return { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** Where a frame really is; undefined for a frame that is not the user's. */
export function placeOf(frame: NodeJS.CallSite): Place | undefined {
  // The file name of an evaluated script is empty; its own name is in the source URL.
  const file = frame.getFileName() || frame.getScriptNameOrSourceURL();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (!file || line === null || column === null) return undefined;
  const mapped = sources.get(file);
  if (!mapped) {
    return isKernelFile(file) ? undefined : { file: file.replace(/^file:\/\//, ""), line, column, source: undefined };
  }
  const at = mapped.locate(line, column);
  return at && { file: mapped.name, ...at, source: mapped.source };
}

function isKernelFile(file: string): boolean {
  return file.startsWith("node:") || file === __filename || file.startsWith(`${__dirname}/`);
}

/** The places of an error's frames, kept aside when its stack is made, for the traceback of the cell. */
const placesOf = new WeakMap<object, Place[]>();

export function installStackTraces(): void {
  Error.prepareStackTrace = (error, frames) => {
    const places: Place[] = [];
    const lines: string[] = [];
    for (const frame of frames) {
      const place = placeOf(frame);
      if (!place) continue;
      places.push(place);
      const name = functionName(frame);
      const at = place.file.startsWith("Cell [")
        ? `${place.file}, line ${place.line}`
        : `${place.file}:${place.line}:${place.column}`;
      lines.push(name ? `    at ${name} (${at})` : `    at ${at}`);
    }
    if (error !== null && typeof error === "object") placesOf.set(error, places);
    let head: string;
    try {
      head = String(error);
    } catch {
      head = "<error>";
    }
    return lines.length > 0 ? `${head}\n${lines.join("\n")}` : head;
  };
}

export function framesOf(error: object): Place[] {
  void (error as Error).stack; // makes V8 call prepareStackTrace if nobody has read the stack yet
  return placesOf.get(error) ?? [];
}

function functionName(frame: NodeJS.CallSite): string | undefined {
  const name = frame.getFunctionName();
  if (!name) return undefined;
  const prefix = frame.isConstructor() ? "new " : frame.isAsync() ? "async " : "";
  const type = !frame.isToplevel() && !frame.isConstructor() ? frame.getTypeName() : undefined;
  const owner = type && type !== "Object" && !name.startsWith(type) ? `${type}.` : "";
  return `${prefix}${owner}${name}`;
}

function lineOffsets(text: string): number[] {
  const offsets = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) offsets.push(i + 1);
  return offsets;
}

function lineAt(offsets: readonly number[], offset: number): number {
  let line = offsets.length - 1;
  while (line > 0 && offsets[line]! > offset) line -= 1;
  return line;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
