/** What a cell leaves behind for later cells, as far as it concerns their types. */
import type { AnyNode, Program } from "acorn";
import { children, collectNames } from "./syntax-tree";

export interface Declared {
  /** Names that it declares with `const`, and with `let` or `var`. */
  constants: string[];
  variables: string[];
  /** It computes and shows, but declares, assigns and asserts nothing: no later cell can tell that it ran. */
  inert: boolean;
}

export function declaredBy(program: Program): Declared {
  const constants = new Set<string>();
  const variables = new Set<string>();
  const declare = (node: AnyNode, top: boolean, nested: boolean) => {
    if (node.type === "VariableDeclaration" && (top || (node.kind === "var" && !nested))) {
      const into = node.kind === "let" || node.kind === "var" ? variables : constants;
      for (const declarator of node.declarations) collectNames(declarator.id, into);
    }
    const inside = nested || /^(Function|ArrowFunction|StaticBlock|PropertyDefinition)/.test(node.type);
    for (const [, child] of children(node)) declare(child, node.type === "ExportNamedDeclaration" && top, inside);
  };
  for (const statement of program.body) declare(statement, true, false);
  const inert =
    program.body.length > 0 &&
    program.body.every(statement => statement.type === "ExpressionStatement" || statement.type === "EmptyStatement") &&
    !program.body.some(statement => statement.type === "ExpressionStatement" && mayAssert(statement.expression)) &&
    !program.body.some(changes);
  return { constants: [...constants], variables: [...variables], inert };
}

/** A function whose name says so may have an assertion signature, which only a statement of its own makes count. */
function mayAssert(expression: AnyNode): boolean {
  if (expression.type !== "CallExpression") return false;
  return calledNames(expression.callee).some(name =>
    /assert|invariant|ensure|expect|must|require|verify|check|^is/i.test(name),
  );
}

/** Assigns to something, or puts something into an array whose type is that of what is put in. */
function changes(node: AnyNode): boolean {
  if (node.type === "AssignmentExpression" || node.type === "UpdateExpression") return true;
  if (node.type === "CallExpression" && /^(push|unshift)$/.test(calledNames(node.callee).at(-1) ?? "")) return true;
  for (const [, child] of children(node)) if (changes(child)) return true;
  return false;
}

/** `assert.ok` is called by the names `assert` and `ok`. */
function calledNames(callee: AnyNode): string[] {
  if (callee.type === "Identifier") return [callee.name];
  if (callee.type !== "MemberExpression") return [];
  const own = callee.property.type === "Identifier" ? [callee.property.name] : [];
  return [...calledNames(callee.object), ...own];
}
