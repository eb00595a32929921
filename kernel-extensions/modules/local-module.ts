/**
 * A module of the user's own, or of a workspace package: what it compiles to, what it imports, and its exports once it has run.
 */
import { readFileSync, statSync } from "node:fs";
import { parse } from "acorn";
import { registerModule } from "../evaluate/trace";
import { rewriteAsyncModule } from "./async-module";
import { cacheKey, readCache, writeCache } from "./disk-cache";

/** Part of the cache key: change it when what is made of a module changes. */
const format = "1";

export interface LocalModule {
  path: string;
  /** What the file was when it was read. */
  stamp: string;
  kind: "code" | "json";
  code: string;
  /** True when it awaits at its top level. */
  async: boolean;
  /** What it requires, as written. */
  imports: string[];
  /** Set when it has begun to run. */
  exports: { exports: unknown } | undefined;
  running: Promise<void> | undefined;
  error: { thrown: unknown } | undefined;
}

export interface Compiled {
  code: string;
  map: string;
}

interface Stored extends Compiled {
  async: boolean;
  imports: string[];
}

export function stampOf(path: string): string {
  const stats = statSync(path, { bigint: true });
  return `${stats.mtimeNs}:${stats.size}:${stats.ino}`;
}

/** Reads a module from the cache; asks for it to be compiled when it is not there. */
export function readLocalModule(
  path: string,
): LocalModule | { source: string; finish(compiled: Compiled): LocalModule } {
  const stamp = stampOf(path);
  const source = readFileSync(path, "utf8");
  if (path.endsWith(".json")) return create(path, stamp, "json", { code: source, map: "", async: false, imports: [] });
  const name = `${cacheKey("module", format, path, source)}.json`;
  const cached = readCache(name);
  if (cached) return create(path, stamp, "code", JSON.parse(cached.toString("utf8")) as Stored);
  return {
    source,
    finish(compiled) {
      const stored = analyse(compiled);
      writeCache(name, JSON.stringify(stored));
      return create(path, stamp, "code", stored);
    },
  };
}

function create(path: string, stamp: string, kind: LocalModule["kind"], stored: Stored): LocalModule {
  if (stored.map) registerModule(path, stored.map);
  const { code, async, imports } = stored;
  return { path, stamp, kind, code, async, imports, exports: undefined, running: undefined, error: undefined };
}

/** Finds what a compiled module requires, and makes an async function body of one that still is a module. */
function analyse(compiled: Compiled): Stored {
  let { code } = compiled;
  let program: ReturnType<typeof parse>;
  let async = false;
  try {
    program = parse(code, { ecmaVersion: "latest", sourceType: "script", allowReturnOutsideFunction: true });
  } catch {
    code = rewriteAsyncModule(code);
    async = true;
    program = parse(code, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
    });
  }
  const imports = new Set<string>();
  const dynamic: number[] = [];
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    const call = node as {
      type?: string;
      start: number;
      callee?: { name?: string };
      arguments?: { type: string; value?: unknown }[];
    };
    const first = call.arguments?.[0];
    if (call.type === "CallExpression" && call.callee?.name === "require" && typeof first?.value === "string") {
      imports.add(first.value);
    }
    if (call.type === "ImportExpression") dynamic.push(call.start);
    for (const value of Object.values(node)) if (value !== null && typeof value === "object") visit(value);
  };
  visit(program);
  // `import(` becomes `__load(`, which is as long, so that the source map stays true.
  for (const at of dynamic) code = `${code.slice(0, at)}__load${code.slice(at + "import".length)}`;
  return { code, map: compiled.map, async, imports: [...imports] };
}
