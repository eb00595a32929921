/**
 * V8's byte code for large files of packages, kept on disk: tfjs is 8 MB of JavaScript whose parsing and compiling takes most
 * of the time of its import. `Module.prototype._compile` is the one place where Node compiles CommonJS.
 *
 * While the types of a cell are checked this thread has nothing to do, so the files that an import led to the last time are
 * read and compiled then; none of them runs before the cell does.
 */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { cacheKey, readCache, writeCache } from "./disk-cache";
import { stampOf } from "./stamp";

/** Below this size (bytes) reading the cache costs more than compiling. */
const worthCaching = 40_000;
/** Byte code is written this long after an import (ms), so that functions compiled by the first use are in it too. */
const writeAfter = 2000;

type Compile = (this: NodeModule, content: string, filename: string, ...rest: unknown[]) => unknown;

interface Prepared {
  content: string;
  script: Script;
}

const prepared = new Map<string, Prepared>();
/** The large files compiled since the import began that is being recorded. */
let recording: string[] | undefined;

export function cacheByteCode(): void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const original = prototype._compile;
  prototype._compile = function (content, filename, ...rest) {
    const script = content.length < worthCaching ? undefined : scriptFor(filename, content);
    if (!script) return original.call(this, content, filename, ...rest);
    recording?.push(filename);
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    return run.call(this.exports, this.exports, makeRequire(this), this, filename, dirname(filename));
  };
}

/** Runs an import of a package and notes which files it led to. */
export function recordImport<T>(path: string, load: () => T): T {
  if (recording) return load();
  const files: string[] = [];
  recording = files;
  try {
    return load();
  } finally {
    recording = undefined;
    if (files.length > 0) writeCache(listName(path), JSON.stringify(files));
  }
}

/** Compiles what the import of a package led to the last time. */
export function prepareImport(path: string): void {
  const list = readCache(listName(path));
  if (!list) return;
  for (const filename of JSON.parse(list.toString("utf8")) as string[]) {
    try {
      if (filename in require.cache || prepared.has(filename)) continue;
      const content = readFileSync(filename, "utf8");
      const script = scriptFor(filename, content);
      if (script) prepared.set(filename, { content, script });
    } catch {
      // it was there the last time; if it is missed, the import says so
    }
  }
}

/** Undefined for what Node itself must compile: syntax errors, which it words better, ES modules, and dynamic imports. */
function scriptFor(filename: string, content: string): Script | undefined {
  const ready = prepared.get(filename);
  prepared.delete(filename);
  if (ready?.content === content) return ready.script;
  if (/\bimport\s*\(/.test(content)) return undefined;
  const key = `${cacheKey("byte code", filename, stampOf(filename))}.blob`;
  const cachedData = readCache(key);
  try {
    const source = Module.wrap(content.replace(/^#!.*/, ""));
    const script = new Script(source, { filename, ...(cachedData ? { cachedData } : {}) });
    if (!cachedData || script.cachedDataRejected) {
      setTimeout(() => writeCache(key, script.createCachedData()), writeAfter).unref();
    }
    return script;
  } catch {
    return undefined;
  }
}

function listName(path: string): string {
  return `${cacheKey("files of", path)}.list`;
}

function makeRequire(module: NodeModule): NodeRequire {
  const base = createRequire(module.filename);
  const require = ((id: string) => module.require(id)) as NodeRequire;
  return Object.assign(require, {
    resolve: base.resolve,
    main: process.mainModule,
    extensions: base.extensions,
    cache: base.cache,
  });
}
