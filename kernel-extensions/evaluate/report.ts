/** An error as Jupyter wants it: its name, its message, and a traceback whose first lines show the place in the code. */
import { inspect } from "node:util";
import type { ErrorReport } from "../session/protocol";
import { framesOf, type Place } from "./trace";

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;

export class KeyboardInterrupt extends Error {
  override name = "KeyboardInterrupt";
  constructor() {
    super("the cell was stopped; its variables are kept");
  }
}

/** Whether it is Stop that was thrown; asking anything of a thrown value may throw in turn. */
export function isInterrupt(thrown: unknown): boolean {
  return safely(() => thrown instanceof KeyboardInterrupt, false);
}

export function reportError(thrown: unknown): ErrorReport {
  if (!safely(() => isError(thrown), false)) {
    const shown = safely(() => inspect(thrown, { depth: 2 }), "<a value that refuses to be looked at>");
    return { ename: "Thrown", evalue: shown, traceback: [`${red("Thrown")}: ${shown}`] };
  }
  return reportOf(thrown as Error);
}

function reportOf(thrown: Error): ErrorReport {
  const places = safely(() => framesOf(thrown), []);
  const ename = safely(() => String(thrown.name || thrown.constructor?.name || "Error"), "Error");
  const evalue = safely(() => String(thrown.message), "");
  const traceback = [`${red(ename)}: ${evalue}`];
  // Where it was thrown, and the line of the cell that led there.
  const shown = new Set([places.find(place => place.source), places.find(place => place.file.startsWith("Cell ["))]);
  for (const place of shown) if (place?.source) traceback.push(excerpt(place));
  const stack = safely(() => String(thrown.stack ?? ""), "");
  const frames = stack.split("\n").filter(line => /^\s+at /.test(line));
  if (frames.length > 0) traceback.push(dim(frames.join("\n")));
  const details = safely(() => inspectDetails(thrown), "");
  if (details) traceback.push(details);
  const cause = safely(() => thrown.cause, undefined);
  if (safely(() => isError(cause), false)) traceback.push("caused by:", ...reportError(cause).traceback);
  if (thrown instanceof AggregateError) {
    for (const each of thrown.errors.slice(0, 5)) traceback.push("one of:", ...reportError(each).traceback);
  }
  return { ename, evalue, traceback };
}

/** Two lines of code around the place, the line itself marked. */
export function excerpt(
  place: Pick<Place, "file" | "line" | "column"> & { source?: string | undefined; length?: number },
): string {
  const lines = (place.source ?? "").split("\n");
  const from = Math.max(1, place.line - 2);
  const to = Math.min(lines.length, place.line + 2);
  const width = String(to).length;
  const shown: string[] = [`${place.file}, line ${place.line}`];
  for (let number = from; number <= to; number++) {
    const here = number === place.line;
    const text = lines[number - 1] ?? "";
    shown.push(`${here ? red(">") : " "} ${String(number).padStart(width)} | ${text}`);
    if (here) {
      const marks = "^".repeat(Math.max(1, Math.min(place.length ?? 1, text.length - place.column + 1)));
      const indent = text.slice(0, place.column - 1).replace(/[^\t]/g, " ");
      shown.push(`  ${" ".repeat(width)} | ${indent}${red(marks)}`);
    }
  }
  return shown.join("\n");
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

/** Properties that an error carries besides the usual ones, such as `code` and `path`. */
function inspectDetails(error: Error): string {
  const keys = Object.keys(error).filter(key => !["name", "message", "stack", "cause", "errors"].includes(key));
  if (keys.length === 0) return "";
  return inspect(Object.fromEntries(keys.map(key => [key, (error as unknown as Record<string, unknown>)[key]])), {
    depth: 1,
  });
}

function safely<T>(get: () => T, otherwise: T): T {
  try {
    return get();
  } catch {
    return otherwise;
  }
}
