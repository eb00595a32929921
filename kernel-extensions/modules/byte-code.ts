/**
 * V8's byte code for large files of packages, kept on disk: tfjs is 1.9 MB of JavaScript whose parsing and compiling takes
 * most of the time of its import. `Module.prototype._compile` is the one place where Node compiles CommonJS.
 */
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { cacheKey, readCache, writeCache } from "./disk-cache";
import { stampOf } from "./stamp";

/** Below this size (bytes) reading the cache costs more than compiling. */
const worthCaching = 40_000;

type Compile = (this: NodeModule, content: string, filename: string, ...rest: unknown[]) => unknown;

export function cacheByteCode(): void {
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const original = prototype._compile;
  prototype._compile = function (content, filename, ...rest) {
    if (content.length < worthCaching || /\bimport\s*\(/.test(content))
      return original.call(this, content, filename, ...rest);
    const key = `${cacheKey("byte code", filename, stampOf(filename))}.blob`;
    const cachedData = readCache(key);
    let script: Script;
    try {
      script = new Script(Module.wrap(content.replace(/^#!.*/, "")), {
        filename,
        ...(cachedData ? { cachedData } : {}),
      });
    } catch {
      return original.call(this, content, filename, ...rest); // Node words a syntax error better, and knows ES modules
    }
    if (!cachedData || script.cachedDataRejected) {
      // Later, so that functions compiled by the first use are in it too.
      setTimeout(() => writeCache(key, script.createCachedData()), 2000).unref();
    }
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    const require = makeRequire(this);
    return run.call(this.exports, this.exports, require, this, filename, dirname(filename));
  };
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
