/** Completion and inspection, in Jupyter's terms: offsets count Unicode characters, the language server's UTF-16 units. */
import type { Position } from "./cell-document";
import type { Checker } from "./checker";
import { withoutEarlier } from "./earlier-cells";

interface CompletionItem {
  label: string;
  kind?: number;
  detail?: string;
  sortText?: string;
  filterText?: string;
  insertText?: string;
  textEdit?: { newText: string };
  labelDetails?: { detail?: string };
}

export interface Completions {
  matches: string[];
  /** Offsets in Unicode characters. */
  start: number;
  end: number;
  types: { start: number; end: number; text: string; type: string; signature: string }[];
}

/** LSP's CompletionItemKind by number. */
const kinds =
  "text method function constructor field variable class interface module property unit value enum keyword snippet color file reference folder enumMember constant struct event operator type".split(
    " ",
  );
const maxMatches = 500;

export async function complete(checker: Checker, code: string, cursor: number): Promise<Completions> {
  const offset = toUnits(code, cursor);
  const before = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, offset))?.[0] ?? "";
  const start = cursor - [...before].length;
  const context = { triggerKind: 1 };
  const { answer } = await checker.at<{ items?: CompletionItem[] } | CompletionItem[] | null>(
    "textDocument/completion",
    code,
    positionAt(code, offset),
    { context },
  );
  const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
  const wanted = before.toLowerCase();
  const usable = items
    .filter(item => item.label.toLowerCase().startsWith(wanted) && !item.label.startsWith("__"))
    .sort((a, b) => (a.sortText ?? a.label).localeCompare(b.sortText ?? b.label) || a.label.localeCompare(b.label))
    .slice(0, maxMatches);
  const texts = usable.map(item => item.textEdit?.newText ?? item.insertText ?? item.label);
  return {
    matches: [...new Set(texts.map(text => text.replace(/^\./, "")))],
    start,
    end: cursor,
    types: usable.map((item, i) => ({
      start,
      end: cursor,
      text: texts[i]!.replace(/^\./, ""),
      type: kinds[(item.kind ?? 1) - 1] ?? "text",
      signature: withoutEarlier(item.detail ?? item.labelDetails?.detail ?? ""),
    })),
  };
}

export interface Inspection {
  markdown: string;
  plain: string;
}

export async function inspectAt(checker: Checker, code: string, cursor: number): Promise<Inspection | undefined> {
  const offset = toUnits(code, cursor);
  const hover = await hoverAt(checker, code, offset);
  if (hover) return inspectionOf(hover);
  // Just behind a name, or inside the brackets of a call.
  if (offset > 0) {
    const behind = await hoverAt(checker, code, offset - 1);
    if (behind) return inspectionOf(behind);
  }
  return signatureAt(checker, code, offset);
}

async function hoverAt(checker: Checker, code: string, offset: number): Promise<string | undefined> {
  const { answer } = await checker.at<{ contents?: unknown } | null>(
    "textDocument/hover",
    code,
    positionAt(code, offset),
  );
  return markdownOf(answer?.contents);
}

async function signatureAt(checker: Checker, code: string, offset: number): Promise<Inspection | undefined> {
  const { answer } = await checker.at<{
    signatures?: { label: string; documentation?: unknown }[];
    activeSignature?: number;
  } | null>("textDocument/signatureHelp", code, positionAt(code, offset));
  const signature = answer?.signatures?.[answer.activeSignature ?? 0];
  if (!signature) return undefined;
  const documentation = markdownOf(signature.documentation);
  return inspectionOf(`\`\`\`typescript\n${signature.label}\n\`\`\`${documentation ? `\n${documentation}` : ""}`);
}

function markdownOf(contents: unknown): string | undefined {
  if (!contents) return undefined;
  if (typeof contents === "string") return contents;
  if (Array.isArray(contents)) return contents.map(markdownOf).filter(Boolean).join("\n\n") || undefined;
  const { value } = contents as { value?: string };
  return value || undefined;
}

function inspectionOf(raw: string): Inspection {
  // That a name came by an import is true of those of earlier cells, and means nothing to their reader.
  const markdown = withoutEarlier(raw.replace(/^\(alias\) /gm, ""));
  return { markdown, plain: markdown.replace(/^```.*\n?/gm, "").trim() };
}

export function positionAt(code: string, offset: number): Position {
  const before = code.slice(0, offset);
  return { line: before.split("\n").length - 1, character: offset - (before.lastIndexOf("\n") + 1) };
}

function toUnits(code: string, characters: number): number {
  let units = 0;
  let left = characters;
  for (const char of code) {
    if (left-- <= 0) break;
    units += char.length;
  }
  return units;
}
