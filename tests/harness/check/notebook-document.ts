// All cells of a notebook as one TypeScript file, so that the compiler and the linter judge them as they judge the library. Each cell
// stands in a block inside the block of the one before: declaring a name again is shadowing, assigning to an earlier `let` and flow
// narrowing carry over, as in the kernel. What may stand only at the top of a module (imports, namespaces) is moved there. A table leads
// from each line back to the cell it came from.
import type { ImportDeclaration, Statement } from "@babel/types";
import { type Cell, cellName, type Notebook, tags, text } from "../notebook";
import { type CellSyntax, declaredNames, parseCell, walk } from "../source/parse-cell";

export interface Place {
  index: number;
  cell: string;
  /** Line inside the cell, from 1. */
  line: number;
}

export interface NotebookDocument {
  code: string;
  /** For each line of `code`, from 0: where it came from. */
  places: (Place | undefined)[];
  /** Cells that could not be parsed. */
  broken: (Place & { message: string })[];
  /** Indices of cells tagged `export`, of the cell tagged `parameters`, and of cells that show on purpose what the compiler refuses. */
  exported: Set<number>;
  parameters: Set<number>;
  refused: Set<number>;
}

// The name under which the kernel shows what the compiler says.
function showsTypeError({ outputs }: Cell): boolean {
  return (outputs ?? []).some(output => output.output_type === "error" && output.ename === "TypeScriptError");
}

interface Piece {
  code: string;
  place: Place;
}

/** Builds the file for one notebook. */
export function notebookDocument(notebook: Notebook, name: string): NotebookDocument {
  const broken: NotebookDocument["broken"] = [];
  const head: Piece[] = [];
  const body: { index: number; cell: string; code: string; raising: boolean }[] = [];
  const exported = new Set<number>();
  const parameters = new Set<number>();
  const refused = new Set<number>();
  const imported = new Map<string, string>();
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    const called = cellName(cell, index);
    const marks = tags(cell);
    if (marks.includes("export")) exported.add(index);
    if (marks.includes("parameters")) parameters.add(index);
    const raises = marks.includes("raises-exception");
    if (raises && showsTypeError(cell)) refused.add(index);
    let syntax: CellSyntax;
    try {
      syntax = parseCell(text(cell.source), `${name}: ${called}`);
    } catch (error) {
      const cause = (error as Error).cause as { message: string; loc?: { line: number } } | undefined;
      const message = cause?.message ?? (error as Error).message;
      if (!raises) broken.push({ index, cell: called, line: cause?.loc?.line ?? 1, message });
      continue;
    }
    const taken = takeTopLevel(syntax, imported);
    for (const { code, line } of taken.hoisted) head.push({ code, place: { index, cell: called, line } });
    body.push({ index, cell: called, code: taken.rest, raising: raises });
  }
  return { ...assemble(head, body), broken, exported, parameters, refused };
}

// What has to stand at the top, and the rest with the same lines.
function takeTopLevel(
  syntax: CellSyntax,
  imported: Map<string, string>,
): { hoisted: { code: string; line: number }[]; rest: string } {
  const hoisted: { code: string; line: number }[] = [];
  let rest = syntax.code;
  const blank = (start: number, end: number) => {
    rest = rest.slice(0, start) + rest.slice(start, end).replace(/[^\n]/g, " ") + rest.slice(end);
  };
  for (const statement of syntax.statements) {
    const { start, end } = { start: statement.start!, end: statement.end! };
    const line = statement.loc!.start.line;
    if (statement.type === "ImportDeclaration") {
      const repeated = repeats(statement, imported);
      blank(start, end);
      hoisted.push({ code: withoutRepeated(syntax.code.slice(start, end), statement, repeated), line });
    } else if (isNamespace(statement)) {
      blank(start, end);
      hoisted.push({ code: syntax.code.slice(start, end), line });
    } else if (statement.type === "ExportNamedDeclaration" && statement.declaration) {
      blank(start, statement.declaration.start!);
    } else if (statement.type === "ExportNamedDeclaration" || statement.type === "ExportAllDeclaration") {
      blank(start, end);
    }
  }
  return { hoisted, rest };
}

function isNamespace(statement: Statement): boolean {
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  return declaration?.type === "TSModuleDeclaration" || statement.type === "TSImportEqualsDeclaration";
}

// Local names that an earlier cell has imported from the same place: saying it twice is no fault in a notebook.
function repeats(declaration: ImportDeclaration, imported: Map<string, string>): Set<string> {
  const repeated = new Set<string>();
  for (const specifier of declaration.specifiers) {
    const what = specifier.type === "ImportSpecifier" ? JSON.stringify(specifier.imported) : specifier.type;
    const origin = `${declaration.source.value} ${specifier.type === "ImportSpecifier" && specifier.imported.type === "Identifier" ? specifier.imported.name : what}`;
    if (imported.get(specifier.local.name) === origin) repeated.add(specifier.local.name);
    else imported.set(specifier.local.name, origin);
  }
  return repeated;
}

function withoutRepeated(code: string, declaration: ImportDeclaration, repeated: Set<string>): string {
  if (repeated.size === 0) return code;
  const kept = declaration.specifiers.filter(({ local }) => !repeated.has(local.name));
  const from = `from ${JSON.stringify(declaration.source.value)};`;
  const type = declaration.importKind === "type" ? "type " : "";
  const source = (start: number, end: number) => code.slice(start - declaration.start!, end - declaration.start!);
  const named = kept
    .filter(({ type: kind }) => kind === "ImportSpecifier")
    .map(({ start, end }) => source(start!, end!));
  const others = kept
    .filter(({ type: kind }) => kind !== "ImportSpecifier")
    .map(({ start, end }) => source(start!, end!));
  return [
    ...others.map(words => `import ${type}${words} ${from}`),
    named.length ? `import ${type}{ ${named.join(", ")} } ${from}` : "",
  ].join(" ");
}

function assemble(
  head: Piece[],
  body: { index: number; cell: string; code: string; raising: boolean }[],
): Pick<NotebookDocument, "code" | "places"> {
  const lines: string[] = [];
  const places: (Place | undefined)[] = [];
  const add = (code: string, place?: Place) => {
    for (const [i, line] of code.split("\n").entries()) {
      lines.push(line);
      places.push(place && { ...place, line: place.line + i });
    }
  };
  for (const { code, place } of head) add(code, place);
  let depth = 0;
  for (const { index, cell, code, raising } of body) {
    // A cell that raises does not end the ones after it, as it would seem to the flow analysis.
    add(raising ? "try {" : "{");
    add(code, { index, cell, line: 1 });
    if (raising) add("} catch {}");
    else depth++;
  }
  add("}".repeat(depth));
  // Without this a notebook that imports nothing would be a script, its names global.
  add("export {};");
  return { code: `${lines.join("\n")}\n`, places };
}

/** Top-level names of the exported cells: used elsewhere, whatever the linter sees. */
export function exportedNames(notebook: Notebook, name: string): Set<string> {
  const cells = notebook.cells.filter(cell => cell.cell_type === "code" && tags(cell).includes("export"));
  return new Set(cells.flatMap(cell => parseCell(text(cell.source), name).statements.flatMap(declaredNames)));
}

/** Whether some cell loads modules whose names are not written down. */
export function hasDynamicImport(syntax: CellSyntax): boolean {
  return syntax.statements.some(statement =>
    [...walk(statement)].some(({ node }) => {
      if (node.type !== "CallExpression")
        return node.type === "ImportExpression" && node.source.type !== "StringLiteral";
      const loads =
        node.callee.type === "Import" || (node.callee.type === "Identifier" && node.callee.name === "require");
      return loads && node.arguments[0]?.type !== "StringLiteral";
    }),
  );
}
