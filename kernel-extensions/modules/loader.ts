/**
 * Imports for cells and for local modules.
 *
 * Local modules are compiled to CommonJS by esbuild in the front thread, all that an import leads to at once, then run in
 * order. Before each import the files it leads to are looked at again: one that changed, and every module that imports it,
 * runs anew. Installed packages are Node's business: `require` for CommonJS and for ES modules without top-level await,
 * `import` for the rest.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { teachPackage } from "../display/teach-inspection";
import type { CompiledModule } from "./analyse";
import { prepareImport, recordImport } from "./byte-code";
import { type LocalModule, readLocalModule } from "./local-module";
import { namespaceOf } from "./namespace";
import { type Resolved, resolveModule } from "./resolve";
import { stampOf } from "./stamp";

export interface Compiler {
  compile(path: string, source: string): Promise<CompiledModule>;
  compileSync(path: string, source: string): CompiledModule;
}

export interface Loader {
  /** What `import` in a cell or a dynamic `import()` calls. */
  import(specifier: string, directory?: string): Promise<object>;
  /** Reads and compiles what an import will need, without running it. */
  prepare(specifier: string): void;
  /** A `require` for a folder. */
  requireFor(file: string): NodeRequire;
}

const nodeRequire = createRequire(__filename);
const isSource = (path: string) => /\.([cm]?[jt]sx?|json)$/.test(path);

export function createLoader(compiler: Compiler, virtual: ReadonlyMap<string, () => object>): Loader {
  const modules = new Map<string, LocalModule>();
  /** ES modules of packages that can only be had asynchronously, by path. */
  const awaited = new Map<string, object>();

  async function importModule(specifier: string, directory = process.cwd()): Promise<object> {
    const made = virtual.get(specifier);
    if (made) return made();
    const resolved = resolveModule(specifier, directory);
    if (resolved.kind === "local" && isSource(resolved.path)) {
      await prepare(resolved.path);
      const module = await run(resolved.path);
      return namespaceOf(module.exports?.exports);
    }
    return importPackage(resolved);
  }

  async function importPackage(resolved: Resolved): Promise<object> {
    if (resolved.kind === "builtin") return namespaceOf(nodeRequire(resolved.name));
    const known = awaited.get(resolved.path);
    if (known) return known;
    try {
      const exports = recordImport(resolved.path, () => nodeRequire(resolved.path) as unknown);
      if (typeof exports === "object" && exports !== null) teachPackage(exports);
      return namespaceOf(exports);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== "ERR_REQUIRE_ESM" && code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    }
    const namespace = (await import(pathToFileURL(resolved.path).href)) as object;
    awaited.set(resolved.path, namespace);
    return namespace;
  }

  /** Reads and compiles everything that the module leads to, and forgets what an edit made stale. */
  async function prepare(entry: string): Promise<void> {
    const seen = new Map<string, string[]>();
    const changed = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.set(path, []);
      const known = modules.get(path);
      let module = known;
      if (!known || known.stamp !== stampOf(path) || known.error) {
        const read = readLocalModule(path);
        module = "finish" in read ? read.finish(await compiler.compile(path, read.source)) : read;
        if (known && known.code === module.code && !known.error) {
          known.stamp = module.stamp;
          module = known;
        } else {
          modules.set(path, module);
          changed.add(path);
        }
      }
      const next = localImports(module!);
      seen.set(path, next);
      await Promise.all(next.map(visit));
    };
    await visit(entry);
    // Whoever imports a module that changed must run again, and so on up.
    for (let grew = true; grew; ) {
      grew = false;
      for (const [path, next] of seen) {
        if (!changed.has(path) && next.some(each => changed.has(each))) {
          changed.add(path);
          grew = true;
        }
      }
    }
    for (const path of changed) {
      const module = modules.get(path)!;
      module.exports = undefined;
      module.running = undefined;
      module.error = undefined;
    }
  }

  function localImports(module: LocalModule): string[] {
    const paths: string[] = [];
    for (const specifier of module.imports) {
      const resolved = tryResolve(specifier, dirname(module.path));
      if (resolved?.kind === "local" && isSource(resolved.path)) paths.push(resolved.path);
    }
    return paths;
  }

  /** Runs a module; whatever below it awaits at its top level runs first. */
  async function run(path: string, above: ReadonlySet<string> = new Set()): Promise<LocalModule> {
    const module = modules.get(path)!;
    if (module.exports || above.has(path)) {
      await module.running;
      return module;
    }
    if (await needsAwait(path)) {
      const within = new Set([...above, path]);
      for (const specifier of module.imports) {
        const resolved = tryResolve(specifier, dirname(path));
        if (!resolved) continue;
        if (resolved.kind === "local" && isSource(resolved.path)) await run(resolved.path, within);
        else if (resolved.kind === "package") await importPackage(resolved);
      }
    }
    if (!module.exports) {
      execute(module);
      await module.running;
      if (module.error) throw module.error.thrown;
    }
    return module;
  }

  /** Whether the module or anything local below it awaits, or needs a package that does. */
  async function needsAwait(path: string, seen = new Set<string>()): Promise<boolean> {
    if (seen.has(path)) return false;
    seen.add(path);
    const module = modules.get(path)!;
    if (module.async) return true;
    for (const specifier of module.imports) {
      const resolved = tryResolve(specifier, dirname(path));
      if (resolved?.kind === "local" && isSource(resolved.path) && (await needsAwait(resolved.path, seen))) return true;
      if (resolved?.kind === "package" && !awaited.has(resolved.path) && isAsyncPackage(resolved.path)) return true;
    }
    return false;
  }

  function isAsyncPackage(path: string): boolean {
    if (!/\.m?js$/.test(path)) return false;
    try {
      nodeRequire(path);
      return false;
    } catch (error) {
      const { code } = error as { code?: string };
      return code === "ERR_REQUIRE_ESM" || code === "ERR_REQUIRE_ASYNC_MODULE";
    }
  }

  function execute(module: LocalModule): void {
    const holder = { exports: {} as unknown, filename: module.path, id: module.path, loaded: false };
    module.exports = holder;
    if (module.kind === "json") {
      holder.exports = JSON.parse(module.code) as unknown;
      return;
    }
    const parameters = [
      "exports",
      "require",
      "module",
      "__filename",
      "__dirname",
      "__meta",
      "__interop",
      "__star",
      "__load",
    ];
    const body = module.async ? `return (async () => { ${module.code}\n})()` : module.code;
    try {
      const compiled = compileFunction(body, parameters, {
        filename: module.path,
        // The wrapper of an async module stands on the first line, in front of the code.
        columnOffset: module.async ? -"return (async () => { ".length : 0,
      });
      const meta = { url: pathToFileURL(module.path).href };
      const result: unknown = compiled.call(
        holder.exports,
        holder.exports,
        requireFor(module.path),
        holder,
        module.path,
        dirname(module.path),
        meta,
        namespaceOf,
        reExport,
        (specifier: string) => importModule(specifier, dirname(module.path)),
      );
      if (module.async) {
        module.running = (result as Promise<void>).catch(thrown => {
          module.error = { thrown };
          module.exports = undefined;
        });
      }
      holder.loaded = true;
    } catch (thrown) {
      module.error = { thrown };
      module.exports = undefined;
      throw thrown;
    }
  }

  function requireModule(specifier: string, directory: string): unknown {
    const made = virtual.get(specifier);
    if (made) return made();
    const resolved = resolveModule(specifier, directory);
    if (resolved.kind === "builtin") return nodeRequire(resolved.name);
    if (resolved.kind === "package" || !isSource(resolved.path))
      return awaited.get(resolved.path) ?? nodeRequire(resolved.path);
    let module = modules.get(resolved.path);
    if (!module) {
      const read = readLocalModule(resolved.path);
      module = "finish" in read ? read.finish(compiler.compileSync(resolved.path, read.source)) : read;
      modules.set(resolved.path, module);
    }
    if (!module.exports) {
      if (module.async) {
        throw new Error(`require('${specifier}'): the module awaits at its top level; import it instead`);
      }
      execute(module);
    }
    return module.exports?.exports;
  }

  function requireFor(file: string): NodeRequire {
    const directory = dirname(file);
    const base = createRequire(file);
    const require = ((specifier: string) => requireModule(specifier, directory)) as NodeRequire;
    const resolve = ((specifier: string) => {
      const resolved = resolveModule(specifier, directory);
      return resolved.kind === "builtin" ? resolved.name : resolved.path;
    }) as NodeJS.RequireResolve;
    resolve.paths = base.resolve.paths;
    return Object.assign(require, { resolve, main: undefined, extensions: base.extensions, cache: base.cache });
  }

  function prepareModule(specifier: string): void {
    const resolved = tryResolve(specifier, process.cwd());
    if (resolved?.kind === "package") prepareImport(resolved.path);
  }

  return { import: importModule, prepare: prepareModule, requireFor };
}

function tryResolve(specifier: string, directory: string): Resolved | undefined {
  try {
    return resolveModule(specifier, directory);
  } catch {
    return undefined; // the module says so itself when it runs; the call may even stand in a `try`
  }
}

/** `export * from`: everything but the default, unless the module has the name itself. */
function reExport(exports: object, from: object): void {
  for (const key of Object.keys(from)) {
    if (key === "default" || Object.hasOwn(exports, key)) continue;
    Object.defineProperty(exports, key, { enumerable: true, get: () => Reflect.get(from, key) as unknown });
  }
}
