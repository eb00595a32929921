/**
 * Makes a cell out of JavaScript: what esbuild leaves of the TypeScript is a module, what V8's REPL evaluates is a script.
 *
 * - Every top-level name becomes a `let` or a `class`, because in V8's REPL mode those may be declared again in each other's
 *   place, as a `const` and a `let` may not. `function f` moves to the front as `let f = function`, `var` becomes `let` in
 *   front and an assignment in place. That nothing assigns to a `const` is the type checker's business.
 * - `import` becomes an awaited call, `export` disappears.
 * - The last expression is put aside as the value of the cell.
 * - Each `await` goes through a guard that Stop can reject, which ends async loops and runs their `finally` blocks.
 */
import { type AnyNode, type ImportDeclaration, type Node, type Program, parse } from "acorn";
import { type Declared, declaredBy } from "./declared";
import { runtimeName, timeEnd } from "./runtime-name";
import { type Segment, SegmentedText } from "./segments";
import { children, collectNames } from "./syntax-tree";

/** Added to a name that is also a global: a zero-width non-joiner, which identifiers may contain. */
const unseen = "\u200c";
const globalNames = new Set(Object.getOwnPropertyNames(globalThis));

export interface Rewritten {
  code: string;
  segments: Segment[];
  /** Names that the cell declares at its top level, and the names that they have for V8. */
  names: string[];
  bindings: string[];
  hasValue: boolean;
  declared: Declared;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

type EditFunction = (start: number, end: number, text: string) => unknown;

/** A piece that moves to the front of the cell, with what goes around it; an empty piece is text alone. */
interface Hoisted {
  start: number;
  end: number;
  open: string;
  close: string;
}

/**
 * @param javascript What esbuild made of the cell.
 * @param source The cell itself: a top-level name that does not occur in it is esbuild's own (of a decorator, of `using`), and
 *   gets the suffix, because another cell's would take its place under classes that still need it.
 * @param hidden Names of globals that cells have declared themselves, such as `performance`; grows by those of this cell. A
 *   declaration at the top level of a script hides the global from every script and package of the process, so these names
 *   get a character that is not seen.
 */
export function rewriteCell(
  javascript: string,
  source: string,
  suffix: string,
  hidden: Set<string> = new Set(),
): Rewritten {
  const program = parse(javascript, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowAwaitOutsideFunction: true,
    allowHashBang: true,
  });
  const edits: Edit[] = [];
  const hoisted: Hoisted[] = [];
  const lets = new Set<string>();
  const names = new Set<string>();
  const edit: EditFunction = (start, end, text) => {
    edits.push({ start, end, text });
  };
  const declareFunction = (node: AnyNode & { id: { name: string; start: number; end: number } | null }) => {
    const name = node.id?.name ?? "_default";
    names.add(name);
    const binding = hidden.has(name) || globalNames.has(name) ? name + unseen : name;
    hoisted.push({ start: node.start, end: node.end, open: `let ${binding} = `, close: "; " });
    if (node.id) edit(node.id.start, node.id.end, "");
  };

  let onlyImports = true;
  for (const statement of program.body) {
    if (statement.type === "ImportDeclaration") {
      for (const specifier of statement.specifiers) names.add(specifier.local.name);
      const text = importCall(statement, name => (hidden.has(name) || globalNames.has(name) ? name + unseen : name));
      if (onlyImports) edit(statement.start, statement.end, text);
      else hoisted.push({ start: statement.start, end: statement.start, open: text, close: " " });
      if (!onlyImports) edit(statement.start, statement.end, "");
      continue;
    }
    onlyImports = false;
    if (statement.type === "ExportNamedDeclaration") {
      if (statement.declaration) {
        edit(statement.start, statement.declaration.start, "");
        if (statement.declaration.type === "FunctionDeclaration") declareFunction(statement.declaration);
        else if (statement.declaration.type === "ClassDeclaration") names.add(statement.declaration.id.name);
      } else {
        edit(statement.start, statement.end, statement.source ? load(statement.source.value) : "");
      }
    } else if (statement.type === "ExportAllDeclaration") {
      edit(statement.start, statement.end, load(statement.source.value));
    } else if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      if (declaration.type === "FunctionDeclaration") {
        edit(statement.start, declaration.start, "");
        declareFunction(declaration as AnyNode & { id: { name: string; start: number; end: number } | null });
      } else if (declaration.type === "ClassDeclaration" && declaration.id) {
        edit(statement.start, declaration.start, "");
        names.add(declaration.id.name);
      } else {
        edit(statement.start, declaration.start, "let _default = ");
        names.add("_default");
      }
    } else if (statement.type === "FunctionDeclaration") {
      declareFunction(statement);
    } else if (statement.type === "ClassDeclaration") {
      names.add(statement.id.name);
    }
  }

  walk(program, false, edit, lets, names, true);
  const written = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const generated = new Set([...names, ...lets].filter(name => !written.has(name) && name !== "_default"));
  for (const name of [...names, ...lets]) if (globalNames.has(name)) hidden.add(name);
  const renamed = new Map([
    ...[...generated].map(name => [name, name + suffix] as const),
    ...[...hidden].map(name => [name, name + unseen] as const),
  ]);
  if (renamed.size > 0) {
    // A new end of a name belongs to it: it comes before whatever else is inserted behind the name.
    const ends: Edit[] = [];
    renameAll(program, renamed, (start, end, text) => ends.push({ start, end, text }));
    edits.unshift(...ends);
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  const value = lastExpression(program);
  if (value) {
    edit(value.start, value.start, `void (${runtimeName}.value = (`);
    edit(value.end, value.end, "))");
  }
  const declared = new Set([...lets].map(rename));
  return {
    ...assemble(javascript, edits, hoisted, declared),
    names: [...names, ...lets].filter(name => !generated.has(name)),
    bindings: [...names, ...lets].filter(name => !generated.has(name)).map(rename),
    hasValue: value !== undefined,
    declared: declaredBy(program),
  };
}

function renameAll(node: AnyNode, names: ReadonlyMap<string, string>, edit: EditFunction): void {
  if (node.type === "Identifier") {
    const name = names.get(node.name);
    if (name) edit(node.end, node.end, name.slice(node.name.length));
    return;
  }
  if (node.type === "ImportDeclaration") return; // its text is made anew
  if (node.type === "Property" && node.shorthand) {
    const { key, value } = node;
    const isRenamed = key.type === "Identifier" && names.has(key.name);
    if (isRenamed) edit(node.start, node.start, `${key.name}: `);
    renameAll(value, names, edit);
    return;
  }
  for (const [key, child] of children(node)) {
    const isName = (key === "property" || key === "key") && !(node as { computed?: boolean }).computed;
    if (!isName) renameAll(child, names, edit);
  }
}

function importCall(statement: ImportDeclaration, rename: (name: string) => string): string {
  const call = load(statement.source.value);
  const names: string[] = [];
  let namespace: string | undefined;
  for (const specifier of statement.specifiers) {
    if (specifier.type === "ImportNamespaceSpecifier") {
      namespace = rename(specifier.local.name);
    } else if (specifier.type === "ImportDefaultSpecifier") {
      names.push(`default: ${rename(specifier.local.name)}`);
    } else {
      const { imported, local } = specifier;
      names.push(
        `${JSON.stringify(imported.type === "Literal" ? imported.value : imported.name)}: ${rename(local.name)}`,
      );
    }
  }
  const destructuring = names.length > 0 ? `let { ${names.join(", ")} } = ` : "";
  if (!namespace) return destructuring + call;
  return `let ${namespace} = ${call}${destructuring ? ` ${destructuring}${namespace};` : ""}`;
}

function load(specifier: unknown): string {
  return `await ${runtimeName}.import(${JSON.stringify(specifier)});`;
}

/** Collects top-level `var`s, guards `await`, and routes dynamic imports; `nested` is true inside of functions. */
function walk(
  node: AnyNode | Node,
  nested: boolean,
  edit: EditFunction,
  lets: Set<string>,
  names: Set<string>,
  top: boolean,
): void {
  const current = node as AnyNode;
  let inside = nested;
  switch (current.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "StaticBlock":
    case "PropertyDefinition":
      inside = true;
      break;
    case "AwaitExpression":
      edit(current.argument.start, current.argument.start, `${runtimeName}.guard(`);
      edit(current.argument.end, current.argument.end, ")");
      break;
    case "ForOfStatement":
      if (current.await) {
        edit(current.right.start, current.right.start, `${runtimeName}.guardEach(`);
        edit(current.right.end, current.right.end, ")");
      }
      break;
    case "ImportExpression":
      edit(current.start, current.source.start, `${runtimeName}.import(`);
      break;
    case "MetaProperty":
      if (current.meta.name === "import") edit(current.start, current.end, `${runtimeName}.meta`);
      break;
    case "VariableDeclaration":
      if (current.kind === "var" && !nested) {
        for (const declarator of current.declarations) collectNames(declarator.id, lets);
      } else if (top) {
        if (current.kind === "const") edit(current.start, current.start + "const".length, "let");
        for (const declarator of current.declarations) collectNames(declarator.id, names);
      }
      break;
  }
  for (const [key, child] of children(current)) {
    if (child.type === "VariableDeclaration" && child.kind === "var" && !inside) {
      rewriteVar(child as AnyNode & { type: "VariableDeclaration" }, current, key, edit);
    }
    const topChild = current.type === "Program" || (top && current.type === "ExportNamedDeclaration");
    walk(child, inside, edit, lets, names, topChild);
  }
}

/** `var a = 1, b;` becomes `a = 1, b;`, since the names are declared in front. */
function rewriteVar(
  node: AnyNode & { type: "VariableDeclaration" },
  parent: AnyNode,
  key: string,
  edit: EditFunction,
): void {
  const first = node.declarations[0]!;
  const inLoopHead =
    (parent.type === "ForStatement" && key === "init") ||
    ((parent.type === "ForOfStatement" || parent.type === "ForInStatement") && key === "left");
  if (inLoopHead) {
    edit(node.start, first.start, "");
    return;
  }
  const destructures = node.declarations.some(declarator => declarator.id.type !== "Identifier");
  edit(node.start, first.start, destructures ? ";(" : "");
  if (destructures) edit(node.declarations.at(-1)!.end, node.declarations.at(-1)!.end, ")");
}

/** The expression that ends the cell; esbuild may have put the statements into a `try` for a `using` declaration. */
function lastExpression(program: Program): { start: number; end: number } | undefined {
  let last: AnyNode | undefined = program.body.findLast(isSubstantial);
  if (last?.type === "TryStatement" && last.finalizer && /__callDispose/.test(JSON.stringify(last.finalizer))) {
    last = last.block.body.findLast(isSubstantial);
  }
  if (last?.type !== "ExpressionStatement") return undefined;
  return last.expression;
}

/** Neither an empty statement nor the call that ends a `%time` line, whose value is that of the line. */
function isSubstantial(statement: AnyNode): boolean {
  if (statement.type === "EmptyStatement") return false;
  if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AwaitExpression") return true;
  const call = statement.expression.argument;
  const first = call.type === "CallExpression" ? call.arguments[0] : undefined;
  return !(first?.type === "Literal" && first.value === timeEnd);
}

/** Puts the result together: hoisted pieces first, then the rest, each with the edits that fall into it. */
function assemble(
  source: string,
  edits: readonly Edit[],
  hoisted: readonly Hoisted[],
  lets: ReadonlySet<string>,
): Pick<Rewritten, "code" | "segments"> {
  // At one place insertions come before replacements, and in the order in which they were made.
  const ordered = edits
    .map((item, index) => ({ ...item, index }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  const moved = hoisted.filter(item => item.end > item.start);
  const isInside = (item: Edit, range: Hoisted) => item.start >= range.start && item.end <= range.end;
  const result = new SegmentedText(source);
  const emit = (start: number, end: number, within: readonly Edit[]) => {
    let at = start;
    for (const item of within) {
      result.slice(at, item.start).insert(item.text);
      at = item.end;
    }
    result.slice(at, end);
  };
  result.insert('"use strict"; ');
  if (lets.size > 0) result.insert(`let ${[...lets].join(", ")}; `);
  for (const item of hoisted) {
    result.insert(item.open);
    if (moved.includes(item))
      emit(
        item.start,
        item.end,
        ordered.filter(each => isInside(each, item)),
      );
    result.insert(item.close);
  }
  const rest = [
    ...ordered.filter(each => !moved.some(item => isInside(each, item))),
    ...moved.map(item => ({ start: item.start, end: item.end, text: "" })),
  ].sort((a, b) => a.start - b.start);
  emit(0, source.length, rest);
  return { code: result.text, segments: result.segments };
}
