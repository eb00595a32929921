/** The replies to requests of the front end that help in writing: completion, inspection, whether a cell is complete. */
import { scan } from "../evaluate/scan";
import { SyntaxFault, transpileCell } from "../evaluate/transpile";
import { complete, inspectAt } from "../types/assist";
import type { Checker } from "../types/checker";

type Json = Record<string, unknown>;

export async function answerComplete(checker: Checker, content: Json): Promise<Json> {
  const { code, cursor } = question(content);
  const { matches, start, end, types } = await complete(checker, code, cursor);
  const metadata = { _jupyter_types_experimental: types };
  return { status: "ok", matches, cursor_start: start, cursor_end: end, metadata };
}

export async function answerInspect(checker: Checker, content: Json): Promise<Json> {
  const { code, cursor } = question(content);
  const found = await inspectAt(checker, code, cursor);
  const data = found ? { "text/markdown": found.markdown, "text/plain": found.plain } : {};
  return { status: "ok", found: found !== undefined, data, metadata: {} };
}

export async function answerIsComplete(content: Json): Promise<Json> {
  const { code } = question(content);
  if (/^\s*%%/.test(code)) return { status: "complete" };
  if (scan(code).open) return { status: "incomplete", indent: indentAfter(code) };
  try {
    await transpileCell(code.replace(/^[ \t]*[%!].*$/gm, ""), "cell.ts", {});
    return { status: "complete" };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return /end of file|Unterminated/i.test(error.message)
      ? { status: "incomplete", indent: indentAfter(code) }
      : { status: "invalid" };
  }
}

function indentAfter(code: string): string {
  const last = code.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(last)?.[0] ?? "";
  return /[{([]$/.test(last) ? `${indent}  ` : indent;
}

function question(content: Json): { code: string; cursor: number } {
  const code = typeof content.code === "string" ? content.code : "";
  const length = [...code].length;
  const cursor = typeof content.cursor_pos === "number" ? Math.max(0, Math.min(length, content.cursor_pos)) : length;
  return { code, cursor };
}
