// Weaving: the cells of a chapter that are tagged `export` become a module of the library, so that a later chapter can import what this
// one built. The idea is nbdev's (Howard and Gugger, 2020); here the notebook stays the only source and the module is checked against it.
import type { ImportDeclaration, Statement } from "@babel/types";
import { HarnessError } from "../errors";
import { cellName, type Notebook, tags, text } from "../notebook";
import { boundNames, type CellSyntax, declarationOf, declaredNames, parseCell, usedNames } from "../source/parse-cell";

interface SourceCell {
  name: string;
  index: number;
  exported: boolean;
  syntax: CellSyntax;
}

/** Declarations that can be exported; anything else in an `export` cell would run on import. */
const declarations = new Set([
  "VariableDeclaration",
  "FunctionDeclaration",
  "ClassDeclaration",
  "TSDeclareFunction",
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "TSEnumDeclaration",
  "TSModuleDeclaration",
]);

/** The module that a chapter exports, not yet formatted, or undefined when no cell is tagged `export`. */
export function weaveChapter(notebook: Notebook, name: string): string | undefined {
  const cells = notebook.cells.flatMap((cell, index): SourceCell[] => {
    if (cell.cell_type !== "code" || tags(cell).includes("raises-exception")) return [];
    const called = `${name}: ${cellName(cell, index)}`;
    const exported = tags(cell).includes("export");
    try {
      return [{ name: cellName(cell, index), index, exported, syntax: parseCell(text(cell.source), called) }];
    } catch (error) {
      // A cell that shows broken code on purpose cannot be one that others build on.
      if (exported) throw error;
      return [];
    }
  });
  const exported = cells.filter(cell => cell.exported);
  if (exported.length === 0) return undefined;
  refuseForeignNames(cells, exported, name);
  const parts = exported.map(cell => `// ${cell.name} of ${name}\n${exportedCode(cell, name)}`);
  return [
    `// Woven from notebooks/${name} by \`ftt weave\`. Change the notebook, not this file.`,
    ...gatherImports(cells, exported, name),
    ...parts,
  ].join("\n\n");
}

// The code of a cell with `export` before each declaration, imports left out.
function exportedCode({ syntax, name: cell }: SourceCell, notebook: string): string {
  const { code, statements } = syntax;
  let result = "";
  let from = 0;
  for (const statement of statements) {
    const { start, end } = range(statement);
    result += code.slice(from, start);
    from = end;
    if (statement.type === "ImportDeclaration") continue;
    const source = code.slice(start, end);
    if (statement.type === "ExportNamedDeclaration") result += source;
    else if (declarations.has(declarationOf(statement).type)) result += `export ${source}`;
    else {
      const line = code.slice(0, start).split("\n").length;
      throw new HarnessError(
        "BAD_CELL",
        `${notebook}: ${cell}: line ${line}: expected only declarations in a cell tagged export, got "${source.split("\n")[0]}"; move it to a cell of its own`,
      );
    }
  }
  return (result + code.slice(from)).trim();
}

// An exported cell may use imports of any cell before it, and what exported cells declare; what other cells declare it would not find.
function refuseForeignNames(cells: SourceCell[], exported: SourceCell[], notebook: string): void {
  const own = new Set(exported.flatMap(cell => cell.syntax.statements.flatMap(declaredNames)));
  for (const cell of exported) {
    const used = new Set(cell.syntax.statements.flatMap(statement => [...usedNames(statement)]));
    // A parameter or a local may share its name with another cell's variable.
    const local = new Set(cell.syntax.statements.flatMap(statement => [...boundNames(statement)]));
    for (const other of cells) {
      if (other.exported) continue;
      const foreign = other.syntax.statements
        .filter(statement => statement.type !== "ImportDeclaration")
        .flatMap(declaredNames)
        .find(name => used.has(name) && !own.has(name) && !local.has(name));
      if (foreign === undefined) continue;
      throw new HarnessError(
        "BAD_CELL",
        `${notebook}: ${cell.name} is tagged export and uses "${foreign}" of ${other.name}, which is not; tag that cell too, or pass it as an argument`,
      );
    }
  }
}

/** The imports that the exported cells need, one statement a module, in the order of first use. */
function gatherImports(cells: SourceCell[], exported: SourceCell[], notebook: string): string[] {
  const used = new Set(
    exported
      .flatMap(cell => cell.syntax.statements.filter(({ type }) => type !== "ImportDeclaration"))
      .flatMap(statement => [...usedNames(statement)]),
  );
  const last = exported.at(-1)!.index;
  const byLocal = new Map<string, string>();
  const statements: string[] = [];
  for (const cell of cells.filter(({ index }) => index <= last)) {
    for (const declaration of cell.syntax.imports) {
      const module = declaration.source.value;
      if (/^\.{1,2}\//.test(module) && needed(declaration, used)) {
        throw new HarnessError(
          "BAD_CELL",
          `${notebook}: ${cell.name}: expected exported cells to import from packages, got "${module}", which is relative to the notebook`,
        );
      }
      // An import for its effect is the exported cells' business only when it stands in one.
      if (declaration.specifiers.length === 0 && cell.exported) statements.push(`import ${JSON.stringify(module)};`);
      for (const specifier of declaration.specifiers) {
        if (!used.has(specifier.local.name)) continue;
        const words = importOf(declaration, specifier);
        const before = byLocal.get(specifier.local.name);
        if (before === words) continue;
        if (before !== undefined) {
          throw new HarnessError(
            "BAD_CELL",
            `${notebook}: ${cell.name}: "${specifier.local.name}" is imported as two things; rename one`,
          );
        }
        byLocal.set(specifier.local.name, words);
        statements.push(words);
      }
    }
  }
  return statements.length > 0 ? [mergeImports(statements).join("\n")] : [];
}

function needed(declaration: ImportDeclaration, used: Set<string>): boolean {
  return declaration.specifiers.some(({ local }) => used.has(local.name));
}

function importOf(declaration: ImportDeclaration, specifier: ImportDeclaration["specifiers"][number]): string {
  const from = `from ${JSON.stringify(declaration.source.value)};`;
  const type = declaration.importKind === "type" ? "type " : "";
  if (specifier.type === "ImportNamespaceSpecifier") return `import ${type}* as ${specifier.local.name} ${from}`;
  if (specifier.type === "ImportDefaultSpecifier") return `import ${type}${specifier.local.name} ${from}`;
  const imported =
    specifier.imported.type === "Identifier" ? specifier.imported.name : JSON.stringify(specifier.imported.value);
  const kind = type || specifier.importKind === "type" ? "type " : "";
  const renamed = imported === specifier.local.name ? imported : `${imported} as ${specifier.local.name}`;
  return `import { ${kind}${renamed} } ${from}`;
}

// `import { a } from "m"` and `import { b } from "m"` are one statement.
function mergeImports(statements: string[]): string[] {
  const named = new Map<string, string[]>();
  const others: string[] = [];
  for (const statement of statements) {
    const match = statement.match(/^import \{ (.+) \} from (".+");$/);
    if (match) named.set(match[2]!, [...(named.get(match[2]!) ?? []), match[1]!]);
    else others.push(statement);
  }
  return [...others, ...[...named].map(([module, names]) => `import { ${names.join(", ")} } from ${module};`)];
}

function range(statement: Statement): { start: number; end: number } {
  return { start: statement.start!, end: statement.end! };
}
