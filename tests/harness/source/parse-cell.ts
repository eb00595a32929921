// A cell's TypeScript as statements: what it imports, what it declares at its top level, which names it uses. TypeScript 7 has no stable
// parser to call, so Babel's reads the syntax; what the code means is left to the real compiler.
import { type ParserOptions, parse } from "@babel/parser";
import type { File, Identifier, ImportDeclaration, Node, Statement } from "@babel/types";
import { HarnessError } from "../errors";

export interface CellSyntax {
  /** The code that was parsed: magics blanked out, every offset as in the cell. */
  code: string;
  statements: Statement[];
  imports: ImportDeclaration[];
}

const options: ParserOptions = {
  sourceType: "module",
  allowAwaitOutsideFunction: true,
  // The same name twice is a matter for the type checker, which knows overloads and merged declarations.
  errorRecovery: true,
  plugins: ["typescript", "decorators", "explicitResourceManagement"],
};

/** Parses a cell; throws BAD_CELL where the syntax is broken. */
export function parseCell(source: string, where: string): CellSyntax {
  const code = blankMagics(source);
  let file: File;
  try {
    file = parse(code, options) as File;
  } catch (error) {
    throw new HarnessError("BAD_CELL", `${where}: expected TypeScript, got: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const statements = file.program.body;
  return { code, statements, imports: statements.filter(statement => statement.type === "ImportDeclaration") };
}

/** Lines such as `%time` or `%%html` are the kernel's, not the compiler's. They become blanks of the same length. */
export function blankMagics(source: string): string {
  if (/^\s*%%html\b|^\s*%%(?:javascript|markdown|svg|latex)\b/.test(source)) return source.replace(/[^\n]/g, " ");
  return source.replace(/^%%?[a-zA-Z].*$/gm, line => " ".repeat(line.length));
}

/** The statement without `export` in front, or the statement itself. */
export function declarationOf(statement: Statement): Statement {
  if (statement.type === "ExportNamedDeclaration" && statement.declaration) return statement.declaration;
  return statement;
}

/** Names that a statement declares at its top level. */
export function declaredNames(statement: Statement): string[] {
  const declaration = declarationOf(statement);
  switch (declaration.type) {
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) => namesInPattern(id));
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSDeclareFunction":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
      return declaration.id ? [declaration.id.name] : [];
    case "TSModuleDeclaration":
      return declaration.id.type === "Identifier" ? [declaration.id.name] : [];
    case "ImportDeclaration":
      return declaration.specifiers.map(({ local }) => local.name);
    default:
      return [];
  }
}

function namesInPattern(node: Node): string[] {
  switch (node.type) {
    case "Identifier":
      return [node.name];
    case "ObjectPattern":
      return node.properties.flatMap(property =>
        namesInPattern(property.type === "RestElement" ? property.argument : (property.value as Node)),
      );
    case "ArrayPattern":
      return node.elements.flatMap(element => (element ? namesInPattern(element) : []));
    case "AssignmentPattern":
      return namesInPattern(node.left);
    case "RestElement":
      return namesInPattern(node.argument);
    default:
      return [];
  }
}

/** Every node below `node`, itself first, with the node that holds it and under which key. */
export function* walk(
  node: Node,
  parent?: Node,
  key?: string,
): Generator<{ node: Node; parent: Node | undefined; key: string | undefined }> {
  yield { node, parent, key };
  for (const [name, value] of Object.entries(node)) {
    if (name === "loc" || name.endsWith("Comments") || name === "extra") continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === "object" && child !== null && typeof (child as Node).type === "string")
        yield* walk(child as Node, node, name);
    }
  }
}

/** Names that a node may refer to: all identifiers except keys, members and labels. Names of its own parameters are among them. */
export function usedNames(node: Node): Set<string> {
  const names = new Set<string>();
  for (const { node: found, parent, key } of walk(node)) {
    if (found.type === "Identifier" && !isOnlyAName(found, parent, key)) names.add(found.name);
  }
  return names;
}

/** Whether an identifier names a key, a member or a label, and refers to nothing. */
export function isOnlyAName(_: Identifier, parent: Node | undefined, key: string | undefined): boolean {
  if (!parent) return false;
  if ((parent.type === "MemberExpression" || parent.type === "OptionalMemberExpression") && key === "property")
    return !parent.computed;
  if ("computed" in parent && key === "key") return !parent.computed && !("shorthand" in parent && parent.shorthand);
  if (parent.type === "TSPropertySignature" || parent.type === "TSMethodSignature") return key === "key";
  if (parent.type === "TSQualifiedName") return key === "right";
  return parent.type === "LabeledStatement" || (parent.type === "TSNamedTupleMember" && key === "label");
}

/** Names that are bound anywhere inside a node: parameters, locals, type parameters, and what its statements declare. */
export function boundNames(node: Node): Set<string> {
  const names = new Set<string>();
  const add = (found: string[]) => {
    for (const name of found) names.add(name);
  };
  for (const { node: found } of walk(node)) {
    if ("params" in found && Array.isArray(found.params))
      add(found.params.flatMap(parameter => namesInPattern(parameter as Node)));
    if (found.type === "VariableDeclarator") add(namesInPattern(found.id));
    if (found.type === "CatchClause" && found.param) add(namesInPattern(found.param));
    if (found.type === "TSTypeParameter")
      add([typeof found.name === "string" ? found.name : (found.name as Identifier).name]);
    if ("parameters" in found && Array.isArray(found.parameters))
      add((found.parameters as Node[]).flatMap(namesInPattern));
    add(declaredNames(found as Statement));
  }
  return names;
}
