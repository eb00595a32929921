/**
 * A module of the user's own, or of a workspace package: what it compiles to, what it imports, and its exports once it has run.
 */
import { readFileSync } from "node:fs";
import { registerModule } from "../evaluate/trace";
import type { CompiledModule } from "./analyse";
import { cacheKey, readCache, writeCache } from "./disk-cache";
import { stampOf } from "./stamp";

/** Part of the cache key: change it when what is made of a module changes. */
const format = "2";

export interface LocalModule extends CompiledModule {
  path: string;
  /** What the file was when it was read. */
  stamp: string;
  kind: "code" | "json";
  /** Set when it has begun to run. */
  exports: { exports: unknown } | undefined;
  running: Promise<void> | undefined;
  error: { thrown: unknown } | undefined;
}

export interface Uncompiled {
  source: string;
  finish(compiled: CompiledModule): LocalModule;
}

/** Reads a module, compiled before if the cache has it. */
export function readLocalModule(path: string): LocalModule | Uncompiled {
  const stamp = stampOf(path);
  const source = readFileSync(path, "utf8");
  if (path.endsWith(".json")) return create(path, stamp, "json", { code: source, map: "", async: false, imports: [] });
  const name = `${cacheKey("module", format, path, source)}.json`;
  const cached = readCache(name);
  if (cached) return create(path, stamp, "code", JSON.parse(cached.toString("utf8")) as CompiledModule);
  return {
    source,
    finish(compiled) {
      writeCache(name, JSON.stringify(compiled));
      return create(path, stamp, "code", compiled);
    },
  };
}

function create(path: string, stamp: string, kind: LocalModule["kind"], compiled: CompiledModule): LocalModule {
  if (compiled.map) registerModule(path, compiled.map);
  return { ...compiled, path, stamp, kind, exports: undefined, running: undefined, error: undefined };
}
