/** What the compiler has to say about a cell, worded and marked as `tsc --pretty` does. */
import { excerpt } from "../evaluate/report";
import type { ErrorReport } from "../session/protocol";
import type { Layout, Position } from "./cell-document";
import { withoutEarlier } from "./earlier-cells";

export interface LspDiagnostic {
  range: { start: Position; end: Position };
  severity?: number;
  code?: number | string;
  message: string;
}

export interface Diagnostic {
  code: string;
  message: string;
  /** In the cell, from 0. */
  start: Position;
  end: Position;
}

/**
 * Complaints about where something stands, which is due to the way cells are put together:
 * 1232, 1233, 1234, 1235 import, export, ambient module, namespace not at the top level; 1184 a modifier (`declare`) in a block.
 */
const aboutPlace = new Set(["1184", "1232", "1233", "1234", "1235"]);

export function isAboutPlace(diagnostic: LspDiagnostic): boolean {
  return aboutPlace.has(String(diagnostic.code));
}

/** Whether a name is not known: 2304, and 2503 for a namespace, 2552 with a suggestion, 18004 for a shorthand property. */
export function isAboutName({ code }: Diagnostic): boolean {
  return ["TS2304", "TS2503", "TS2552", "TS18004"].includes(code);
}

export function diagnosticOf(item: LspDiagnostic, layout: Layout): Diagnostic | undefined {
  const start = layout.toCell(item.range.start);
  const end = layout.toCell(item.range.end);
  if (!start) return undefined;
  const { code, message } = worded(item, layout);
  return { code: `TS${code ?? "?"}`, message: withoutEarlier(message), start, end: end ?? start };
}

/** What an earlier cell declares is imported, as far as the compiler knows (2632), but its reader has not imported anything. */
function worded(item: LspDiagnostic, layout: Layout): Pick<LspDiagnostic, "code" | "message"> {
  if (String(item.code) !== "2632") return item;
  return layout.assignmentError(/'([^']+)'/.exec(item.message)?.[1] ?? "") ?? item;
}

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;

/** The type errors of a cell as an error of the cell. */
export function reportDiagnostics(diagnostics: readonly Diagnostic[], source: string, count: number): ErrorReport {
  const shown = diagnostics.slice(0, 10);
  const blocks = shown.map(({ code, message, start, end }) => {
    const length = end.line === start.line ? end.character - start.character : Number.POSITIVE_INFINITY;
    const place = { file: `Cell [${count}]`, line: start.line + 1, column: start.character + 1, source, length };
    return `${red("error")} ${dim(`${code}:`)} ${message}\n${excerpt(place)}`;
  });
  const more = diagnostics.length - shown.length;
  if (more > 0) blocks.push(`… and ${more} more`);
  const first = diagnostics[0]!;
  return {
    ename: "TypeScriptError",
    evalue: `${first.code}: ${first.message.split("\n")[0]} (line ${first.start.line + 1})`,
    traceback: blocks.flatMap((block, i) => (i === 0 ? [block] : ["", block])),
  };
}
