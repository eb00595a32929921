/**
 * From the name in an `import` to a file, as TypeScript's bundler resolution and Node's algorithm have it: relative paths with
 * or without extension, packages by `exports`, `main` or `index`, self-reference, `#imports`, and `node:` built-ins.
 * Nothing that was not found is remembered, so a package installed a moment ago is found.
 */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, extname, join, resolve as resolvePath, sep } from "node:path";
import { fileURLToPath } from "node:url";

export type Resolved =
  | { kind: "builtin"; name: string }
  /** A file outside of node_modules: the user's own, or of a workspace package. */
  | { kind: "local"; path: string }
  /** A file of an installed package; `module` when only its `import` condition led there, or it is an ES module. */
  | { kind: "package"; path: string };

export class ModuleNotFound extends Error {
  override name = "ModuleNotFoundError";
  readonly code = "MODULE_NOT_FOUND";
}

interface PackageJson {
  name?: string;
  main?: string;
  module?: string;
  type?: string;
  exports?: unknown;
  imports?: Record<string, unknown>;
}

const sourceExtensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json", ".node"];

/** A module written as `./x.js` may lie there as `./x.ts`. */
const writtenAs: Record<string, string[]> = {
  ".js": [".ts", ".tsx", ".jsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
  ".jsx": [".tsx"],
};

export function resolveModule(specifier: string, directory: string): Resolved {
  if (isBuiltin(specifier)) return { kind: "builtin", name: specifier };
  const path = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
  if (/^\.{0,2}\//.test(path) || path === "." || path === ".." || /^[a-z]:[\\/]/i.test(path)) {
    const file = resolveFile(resolvePath(directory, path));
    if (file) return classify(file);
    throw new ModuleNotFound(`Cannot find module '${specifier}' from ${directory}; check the path and the file name`);
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(specifier)) {
    throw new ModuleNotFound(`Cannot import '${specifier}': expected a path, a package or node:..., got a URL`);
  }
  const file = specifier.startsWith("#")
    ? resolveOwnImport(specifier, directory)
    : resolvePackage(specifier, directory);
  if (file) return typeof file === "string" ? classify(file) : file;
  const name = packageName(specifier);
  throw new ModuleNotFound(`Cannot find package '${name}' from ${directory}; install it with: npm install ${name}`);
}

function classify(path: string): Resolved {
  const real = realpathSync(path);
  return real.includes(`${sep}node_modules${sep}`) ? { kind: "package", path: real } : { kind: "local", path: real };
}

/** Tries a path as it stands, with extensions, as written for the compiled file, and as a folder. */
function resolveFile(path: string): string | undefined {
  const kind = kindOf(path);
  if (kind === "file") return path;
  const extension = extname(path);
  for (const other of writtenAs[extension] ?? []) {
    const candidate = path.slice(0, -extension.length) + other;
    if (kindOf(candidate) === "file") return candidate;
  }
  for (const added of sourceExtensions) {
    if (kindOf(path + added) === "file") return path + added;
  }
  if (kind !== "folder") return undefined;
  const main = readPackage(path)?.main;
  const fromMain = main ? resolveFile(resolvePath(path, main)) : undefined;
  return fromMain ?? sourceExtensions.map(added => join(path, `index${added}`)).find(file => kindOf(file) === "file");
}

function resolvePackage(specifier: string, directory: string): string | undefined {
  const name = packageName(specifier);
  const subpath = specifier.slice(name.length);
  for (const folder of candidates(name, directory)) {
    const manifest = readPackage(folder);
    if (!manifest) {
      const file = subpath ? resolveFile(folder + subpath) : resolveFile(folder);
      if (file) return file;
      continue;
    }
    if (manifest.exports !== undefined && manifest.exports !== null) {
      const target = matchExports(manifest.exports, `.${subpath}`);
      if (target === undefined) {
        throw new ModuleNotFound(
          `Package '${name}' does not export '.${subpath}'; see "exports" in ${folder}/package.json`,
        );
      }
      return resolveFile(join(folder, target)) ?? join(folder, target);
    }
    const file = subpath ? resolveFile(folder + subpath) : resolveFile(folder);
    // A package with no `main` that resolves may still name an ES module.
    if (file) return file;
    if (!subpath && manifest.module) return resolveFile(join(folder, manifest.module));
  }
  return undefined;
}

/** Folders that may hold a package: the enclosing package itself, then node_modules from here upwards. */
function* candidates(name: string, directory: string): Generator<string> {
  for (let at = directory; ; at = dirname(at)) {
    const manifest = readPackage(at);
    if (manifest?.name === name && manifest.exports) yield at;
    const folder = join(at, "node_modules", name);
    if (kindOf(folder) === "folder") yield folder;
    if (dirname(at) === at) return;
  }
}

function resolveOwnImport(specifier: string, directory: string): string | Resolved | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const manifest = readPackage(at);
    if (manifest) {
      const target = manifest.imports ? matchExports(manifest.imports, specifier) : undefined;
      if (target === undefined) return undefined;
      return target.startsWith(".") ? resolveFile(join(at, target)) : resolveModule(target, at);
    }
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Conditions, in the order that keeps one copy of each package: what `require` would load first, since local modules and
 * CommonJS packages load the same file, and the `import` condition for packages that have no other.
 */
const conditionSets = [new Set(["node", "require", "module-sync", "default"]), new Set(["node", "import", "default"])];

function matchExports(exports: unknown, subpath: string): string | undefined {
  const isMap =
    typeof exports === "object" &&
    exports !== null &&
    !Array.isArray(exports) &&
    Object.keys(exports).some(key => /^[.#]/.test(key));
  for (const conditions of conditionSets) {
    const found = isMap
      ? matchSubpath(exports as Record<string, unknown>, subpath, conditions)
      : subpath === "."
        ? pick(exports, conditions)
        : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function matchSubpath(
  map: Record<string, unknown>,
  subpath: string,
  conditions: ReadonlySet<string>,
): string | undefined {
  if (Object.hasOwn(map, subpath)) return pick(map[subpath], conditions);
  let best: { prefix: string; target: unknown; star: string } | undefined;
  for (const [pattern, target] of Object.entries(map)) {
    const [prefix, suffix] = pattern.split("*") as [string, string | undefined];
    if (suffix === undefined || !subpath.startsWith(prefix) || !subpath.endsWith(suffix)) continue;
    if (subpath.length < prefix.length + suffix.length) continue;
    if (best && best.prefix.length >= prefix.length) continue;
    best = { prefix, target, star: subpath.slice(prefix.length, subpath.length - suffix.length) };
  }
  return best && pick(best.target, conditions)?.replaceAll("*", best.star);
}

function pick(target: unknown, conditions: ReadonlySet<string>): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) {
    for (const each of target) {
      const found = pick(each, conditions);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (target === null || typeof target !== "object") return undefined;
  for (const [condition, value] of Object.entries(target)) {
    if (!conditions.has(condition)) continue;
    const found = pick(value, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether Node would treat the file as an ES module. */
export function isEsModule(path: string): boolean {
  if (path.endsWith(".mjs")) return true;
  if (!path.endsWith(".js")) return false;
  for (let at = dirname(path); dirname(at) !== at; at = dirname(at)) {
    const manifest = readPackage(at);
    if (manifest) return manifest.type === "module";
  }
  return false;
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function readPackage(folder: string): PackageJson | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, "package.json"), "utf8");
  } catch {
    return undefined; // no package.json here
  }
  return JSON.parse(text) as PackageJson;
}

function kindOf(path: string): "file" | "folder" | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? "file" : stats?.isDirectory() ? "folder" : undefined;
}
