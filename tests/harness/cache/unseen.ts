// What a notebook may read that no key holds: other files, the environment, other programs, the network, the clock, chance. Where a cell
// may do so, its notebook has no key and always runs. It is enough that a cell mentions what leads there: `const p = globalThis` is not
// followed, it is refused.
import { existsSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, resolve } from "node:path";
import type { Node } from "@babel/types";
import { hasDynamicImport } from "../check/notebook-document";
import { type Notebook, parseNotebook, tags, text } from "../notebook";
import { type CellSyntax, isOnlyAName, parseCell, walk } from "../source/parse-cell";

/** Modules of Node from which nothing of the outside comes. */
const HARMLESS_MODULES =
  /^(?:node:)?(?:assert|async_hooks|buffer|diagnostics_channel|events|querystring|stream|string_decoder|timers|util|zlib)(?:\/|$)/;

/** What of `process` says nothing that the key does not say, too. */
const HARMLESS_OF_PROCESS = new Set([
  "stdout",
  "stderr",
  "nextTick",
  "version",
  "versions",
  "platform",
  "arch",
  "exitCode",
]);

/** Globals that lead anywhere, or to where no key looks. */
const OUTSIDE = new Set([
  ...["eval", "Function", "global", "module", "Worker", "SharedWorker", "WebAssembly"],
  ...["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "navigator", "localStorage", "sessionStorage"],
]);
/** Globals that differ from run to run: a cell tagged volatile may show them. */
const CHANGING = new Set(["performance", "crypto", "Temporal"]);

/** The kernel whose language these rules know. */
const KERNEL = "tslab";

export interface Readings {
  /** Files that cells name, whether they are there or not: their content belongs into the key. */
  files: string[];
}

/** What cells read besides their imports, or the reason why it cannot be told. */
export function readings(raw: string, path: string, kernelName?: string): Readings | { reason: string } {
  const notebook: Notebook = parseNotebook(raw, path);
  const kernel = kernelName ?? notebook.metadata.kernelspec?.name;
  if (kernel !== KERNEL) return { reason: `its kernel is ${kernel}, whose language is not known here` };
  const files = new Set<string>();
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    const source = text(cell.source);
    if (/^\s*%/m.test(source)) return { reason: "a cell uses a magic" };
    let syntax: CellSyntax;
    try {
      syntax = parseCell(source, path);
    } catch {
      if (tags(cell).includes("raises-exception")) continue;
      return { reason: "a cell cannot be parsed" };
    }
    const reason = reasonIn(syntax, tags(cell).includes("volatile"));
    if (reason) return { reason };
    for (const words of literals(syntax)) {
      const file = fileNamed(words, dirname(path));
      if (file === undefined) continue;
      if (file.folder) return { reason: `a cell names the folder ${JSON.stringify(words)}` };
      files.add(file.path);
    }
  }
  return { files: [...files].sort() };
}

function reasonIn(syntax: CellSyntax, volatile: boolean): string | undefined {
  if (hasDynamicImport(syntax)) return "a cell loads a module whose name is computed";
  const module = importedModules(syntax).find(
    name => (isBuiltin(name) || name.startsWith("node:")) && !HARMLESS_MODULES.test(name),
  );
  if (module) return `a cell imports ${module}`;
  for (const statement of syntax.statements) {
    const members = membersIn(statement);
    for (const { node, parent, key } of walk(statement)) {
      if (node.type === "MetaProperty") return "a cell uses import.meta";
      if (node.type !== "Identifier" || isOnlyAName(node, parent, key)) continue;
      const { name } = node;
      const member = members.get(node);
      if (name === "process" && !HARMLESS_OF_PROCESS.has(member ?? "")) return "a cell uses process";
      // A value that cells share there is nothing of the outside, unless its name leads there.
      if (name === "globalThis" && (member === undefined || member === "process" || OUTSIDE.has(member)))
        return "a cell uses globalThis";
      if (OUTSIDE.has(name)) return `a cell uses ${name}`;
      if (volatile) continue;
      if (CHANGING.has(name) || (name === "globalThis" && CHANGING.has(member!))) return `a cell uses ${name}`;
      if (name === "Math" && (member === undefined || member === "random")) return "a cell uses Math.random";
      if (name === "Date" && isClock(member, parent, key)) return "a cell uses the time of day";
    }
  }
  return undefined;
}

/** Identifiers of which a member is read, and its name where the code says it; casts to other types lie between as nothing. */
function membersIn(root: Node): Map<Node, string> {
  const members = new Map<Node, string>();
  for (const { node } of walk(root)) {
    if (node.type !== "MemberExpression" && node.type !== "OptionalMemberExpression") continue;
    const { property, computed } = node;
    if (!computed && property.type === "Identifier") members.set(withoutCasts(node.object), property.name);
    else if (property.type === "StringLiteral") members.set(withoutCasts(node.object), property.value);
    // Symbol.for("...") names what libraries agree on; nothing of the platform's is under such a key.
    else if (property.type === "CallExpression" && isSymbolFor(property))
      members.set(withoutCasts(node.object), "Symbol.for");
  }
  return members;
}

function isSymbolFor({ callee }: Extract<Node, { type: "CallExpression" }>): boolean {
  if (callee.type !== "MemberExpression" || callee.computed) return false;
  const { object, property } = callee;
  return (
    object.type === "Identifier" &&
    object.name === "Symbol" &&
    property.type === "Identifier" &&
    property.name === "for"
  );
}

function withoutCasts(node: Node): Node {
  const wraps =
    /^(?:TSAsExpression|TSNonNullExpression|TSSatisfiesExpression|TSTypeAssertion|ParenthesizedExpression)$/;
  return wraps.test(node.type) && "expression" in node ? withoutCasts(node.expression as Node) : node;
}

/** `Date()`, `new Date()` and `Date.now()` ask the clock; `new Date(2024, 0)`, `Date.UTC(...)` and `x instanceof Date` do not. */
function isClock(member: string | undefined, parent: Node | undefined, key: string | undefined): boolean {
  if (!parent) return true;
  if (key === "callee" && parent.type === "NewExpression") return parent.arguments.length === 0;
  if (key === "right" && parent.type === "BinaryExpression") return parent.operator !== "instanceof";
  if (parent.type === "TSTypeReference") return false;
  return member === undefined || member === "now";
}

export function importedModules({ code, imports: declarations }: CellSyntax): string[] {
  const dynamic = [...code.matchAll(/\b(?:import|require)\s*\(\s*(["'`])([^"'`]+)\1\s*\)/g)].map(match => match[2]!);
  return [...declarations.map(({ source }) => source.value), ...dynamic];
}

/** The texts that a cell writes out, also those around the values of a template. */
function literals({ statements }: CellSyntax): string[] {
  const found: string[] = [];
  for (const statement of statements) {
    if (statement.type === "ImportDeclaration") continue;
    for (const { node } of walk(statement)) {
      if (node.type === "StringLiteral") found.push(node.value);
      if (node.type === "TemplateElement") found.push(node.value.cooked ?? node.value.raw);
    }
  }
  return found;
}

/** Whether words are the path of a file or folder, seen from the notebook; a path with nothing at its end may be a file tomorrow. */
function fileNamed(words: string, folder: string): { path: string; folder: boolean } | undefined {
  const name = words.replace(/^file:\/\//, "");
  if (name.length === 0 || name.length > 300 || /[\n\0]/.test(name) || /^[./\s]*$/.test(name) || /^\w+:\/\//.test(name))
    return name === ".." || name === "../" ? { path: name, folder: true } : undefined;
  const path = resolve(folder, name);
  if (existsSync(path)) return { path, folder: statSync(path).isDirectory() };
  return /[\\/].*\.\w{1,12}$|^[\w.-]+\.(?:npy|npz|csv|json|txt|png|jpe?g|bin|onnx|safetensors|gz|ipynb|ts|js)$/.test(
    name,
  )
    ? { path, folder: false }
    : undefined;
}
