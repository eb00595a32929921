/** What a compiled module requires, and whether it awaits at its top level. Runs in the front thread, which has the parser. */
import { type AnyNode, parse } from "acorn";
import { rewriteAsyncModule } from "./async-module";

export interface CompiledModule {
  code: string;
  /** Source map as JSON. */
  map: string;
  /** True when it awaits at its top level, and so is the body of an async function. */
  async: boolean;
  /** What it requires, as written. */
  imports: string[];
}

export function analyseModule(compiled: { code: string; map: string }): CompiledModule {
  let { code } = compiled;
  const options = { ecmaVersion: "latest", allowReturnOutsideFunction: true, allowHashBang: true } as const;
  let program: AnyNode;
  let async = false;
  try {
    program = parse(code, { ...options, sourceType: "script" });
  } catch {
    code = rewriteAsyncModule(code);
    async = true;
    program = parse(code, { ...options, sourceType: "script", allowAwaitOutsideFunction: true });
  }
  const imports = new Set<string>();
  const dynamic: number[] = [];
  visit(program, node => {
    if (node.type === "ImportExpression") dynamic.push(node.start);
    if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "require") return;
    const [first] = node.arguments;
    if (first?.type === "Literal" && typeof first.value === "string") imports.add(first.value);
  });
  // `import(` becomes `__load(`, which is as long, so that the source map stays true.
  for (const at of dynamic) code = `${code.slice(0, at)}__load${code.slice(at + "import".length)}`;
  return { code, map: compiled.map, async, imports: [...imports] };
}

function visit(node: AnyNode, see: (node: AnyNode) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof item.type === "string") visit(item, see);
    } else if (value && typeof value === "object" && typeof (value as AnyNode).type === "string") {
      visit(value as AnyNode, see);
    }
  }
}
