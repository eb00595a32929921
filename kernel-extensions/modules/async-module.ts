/**
 * A local module with a top-level `await` cannot be CommonJS, which is synchronous. It becomes the body of an async function:
 * imports turn into `require` (their modules have run by then), exports into getters. Lines stay where they are.
 */
import { type AnyNode, type Pattern, parse } from "acorn";
import { SegmentedText } from "../evaluate/segments";

export function rewriteAsyncModule(code: string): string {
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  const out = new SegmentedText(code);
  const getters: string[] = [];
  const expose = (name: string, expression: string) =>
    getters.push(`${JSON.stringify(name)}: { enumerable: true, get: () => ${expression} }`);
  let at = 0;
  let count = 0;
  const replace = (start: number, end: number, text: string) => {
    out.slice(at, start).insert(text);
    at = end;
  };
  for (const node of program.body) {
    if (node.type === "ImportDeclaration") {
      const source = `__interop(require(${JSON.stringify(node.source.value)}))`;
      const names: string[] = [];
      let namespace = "";
      for (const specifier of node.specifiers) {
        if (specifier.type === "ImportNamespaceSpecifier") namespace = specifier.local.name;
        else if (specifier.type === "ImportDefaultSpecifier") names.push(`default: ${specifier.local.name}`);
        else names.push(`${JSON.stringify(nameOf(specifier.imported))}: ${specifier.local.name}`);
      }
      const first = namespace ? `const ${namespace} = ${source};` : "";
      const second = names.length > 0 ? `const { ${names.join(", ")} } = ${namespace || source};` : "";
      replace(node.start, node.end, first + second || `${source};`);
    } else if (node.type === "ExportNamedDeclaration" && node.declaration) {
      replace(node.start, node.declaration.start, "");
      for (const name of declaredNames(node.declaration)) expose(name, name);
    } else if (node.type === "ExportNamedDeclaration") {
      let from = "";
      if (node.source) {
        from = `__from${count++}`;
        replace(node.start, node.end, `const ${from} = __interop(require(${JSON.stringify(node.source.value)}));`);
      } else {
        replace(node.start, node.end, "");
      }
      for (const specifier of node.specifiers) {
        const local = nameOf(specifier.local);
        expose(nameOf(specifier.exported), from ? `${from}[${JSON.stringify(local)}]` : local);
      }
    } else if (node.type === "ExportAllDeclaration") {
      const source = `__interop(require(${JSON.stringify(node.source.value)}))`;
      if (node.exported) {
        const name = `__from${count++}`;
        replace(node.start, node.end, `const ${name} = ${source};`);
        expose(nameOf(node.exported), name);
      } else {
        replace(node.start, node.end, `__star(exports, ${source});`);
      }
    } else if (node.type === "ExportDefaultDeclaration") {
      const { declaration } = node;
      const named = "id" in declaration && declaration.id ? declaration.id.name : undefined;
      replace(node.start, declaration.start, named ? "" : "const __default = ");
      expose("default", named ?? "__default");
    }
  }
  out.slice(at, code.length);
  return `"use strict"; Object.defineProperties(exports, { __esModule: { value: true }, ${getters.join(", ")} }); ${out.text}`;
}

function nameOf(node: AnyNode): string {
  return node.type === "Literal" ? String(node.value) : (node as { name: string }).name;
}

function declaredNames(declaration: AnyNode): string[] {
  if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
    return declaration.id ? [declaration.id.name] : [];
  }
  if (declaration.type !== "VariableDeclaration") return [];
  return declaration.declarations.flatMap(({ id }) => patternNames(id));
}

function patternNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap(item => patternNames(item.type === "RestElement" ? item.argument : item.value));
    case "ArrayPattern":
      return pattern.elements.flatMap(item => (item ? patternNames(item) : []));
    case "RestElement":
      return patternNames(pattern.argument);
    case "AssignmentPattern":
      return patternNames(pattern.left);
    default:
      return [];
  }
}
