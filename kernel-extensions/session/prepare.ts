/** From the text of a cell to a script that V8 can run: magics, types and JavaScript, the latter two at the same time. */

import { type Rewritten, rewriteCell } from "../evaluate/rewrite";
import { SyntaxFault, type Transpiled, transpileCell } from "../evaluate/transpile";
import { type ParsedCell, parseMagics, type TypesMode, unknownMagic } from "../magics/parse";
import type { Checker } from "../types/checker";
import type { Diagnostic } from "../types/diagnostics";
import { LanguageServerGone } from "../types/lsp-client";
import type { RunRequest } from "./protocol";

export type Prepared =
  | { kind: "syntax"; fault: SyntaxFault; diagnostics: Diagnostic[] }
  | { kind: "types"; diagnostics: Diagnostic[] }
  | {
      kind: "ready";
      parsed: ParsedCell;
      transpiled: Transpiled;
      rewritten: Rewritten;
      diagnostics: Diagnostic[];
      /** Set when the types could not be checked, and why. */
      unchecked: string | undefined;
    };

export interface PrepareOptions {
  id: number;
  mode: TypesMode;
  checker: Checker;
  isDeclared(name: string): boolean;
  /** Globals that cells have declared anew; see rewriteCell. */
  hidden: Set<string>;
}

export async function prepareCell(code: string, options: PrepareOptions): Promise<Prepared & { mode: TypesMode }> {
  const parsed = parseMagics(code, options.isDeclared);
  const mode = parsed.types ?? options.mode;
  const [checked, compiled] = await Promise.all([
    mode === "off" ? { diagnostics: [], unchecked: undefined } : checkTypes(options.checker, parsed.checked),
    transpileCell(parsed.source, "cell.ts", options.checker.project.emit).catch((error: unknown) => {
      if (error instanceof SyntaxFault) return error;
      throw error;
    }),
  ]);
  const { diagnostics, unchecked } = checked;
  const unknown = compiled instanceof SyntaxFault ? unknownMagic(parsed.source) : undefined;
  if (unknown) {
    const fault = new SyntaxFault(`${unknown}: expected a magic that exists; %help lists them`, undefined);
    return { kind: "syntax", fault, diagnostics: [], mode };
  }
  if (compiled instanceof SyntaxFault) return { kind: "syntax", fault: compiled, diagnostics, mode };
  if (mode === "strict" && diagnostics.length > 0) return { kind: "types", diagnostics, mode };
  let rewritten: Rewritten;
  try {
    rewritten = rewriteCell(compiled.code, parsed.source, `$${options.id}`, options.hidden);
  } catch (error) {
    return { kind: "syntax", fault: new SyntaxFault((error as Error).message, undefined), diagnostics, mode };
  }
  return { kind: "ready", parsed, transpiled: compiled, rewritten, diagnostics, unchecked, mode };
}

async function checkTypes(
  checker: Checker,
  source: string,
): Promise<{ diagnostics: Diagnostic[]; unchecked: string | undefined }> {
  if (source.trim() === "") return { diagnostics: [], unchecked: undefined };
  try {
    return { diagnostics: await checker.check(source), unchecked: undefined };
  } catch (error) {
    if (error instanceof LanguageServerGone) return { diagnostics: [], unchecked: error.message };
    throw error;
  }
}

/** The expressions that a front end wants evaluated after the cell. */
export async function prepareExpressions(
  asked: unknown,
  id: number,
  hidden: Set<string>,
): Promise<RunRequest["userExpressions"]> {
  if (asked === null || typeof asked !== "object") return [];
  return Promise.all(
    Object.entries(asked).map(async ([name, expression]) => {
      try {
        const source = `(${String(expression)}\n)`;
        const { code } = await transpileCell(source, "expression.ts", {});
        return { name, code: rewriteCell(code, source, `$${id}`, hidden).code };
      } catch (error) {
        const { name: ename, message } = error as Error;
        return { name, code: "", error: { ename, evalue: message, traceback: [`${ename}: ${message}`] } };
      }
    }),
  );
}
