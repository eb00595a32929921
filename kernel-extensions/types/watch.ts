/**
 * Tells the language server when files that the cells import have changed. It reads each file once and waits to be told of
 * edits; so before a cell is checked, the local modules that the cells lead to are looked at again, and imports that could not
 * be resolved are tried again, since the file or the package may have come to be.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { resolveModule } from "../modules/resolve";
import { stampOf } from "../modules/stamp";

export interface FileChange {
  path: string;
  kind: "created" | "changed" | "deleted";
}

interface Watched {
  stamp: string;
  imports: string[];
}

export class SourceWatch {
  private readonly files = new Map<string, Watched>();
  private readonly missing = new Set<string>();

  clear(): void {
    this.files.clear();
    this.missing.clear();
  }

  /** What has changed since the last call among the files that these imports lead to. */
  changes(specifiers: readonly string[], directory: string): FileChange[] {
    const changes: FileChange[] = [];
    const seen = new Set<string>();
    const follow = (specifier: string, from: string) => {
      const key = `${from}\0${specifier}`;
      try {
        const resolved = resolveModule(specifier, from);
        const isNew = this.missing.delete(key);
        if (resolved.kind === "builtin") return;
        if (isNew) changes.push(...created(resolved.path));
        if (resolved.kind === "local") visit(resolved.path);
      } catch {
        this.missing.add(key);
      }
    };
    const visit = (path: string) => {
      if (seen.has(path) || !/\.([cm]?[jt]sx?|json)$/.test(path)) return;
      seen.add(path);
      const known = this.files.get(path);
      const stamp = stampOf(path);
      if (known?.stamp !== stamp) {
        if (known) changes.push({ path, kind: "changed" });
        this.files.set(path, { stamp, imports: importsOf(path) });
      }
      for (const specifier of this.files.get(path)!.imports) follow(specifier, dirname(path));
    };
    for (const specifier of specifiers) follow(specifier, directory);
    for (const path of this.files.keys()) {
      if (seen.has(path)) continue;
      this.files.delete(path);
      changes.push({ path, kind: "deleted" });
    }
    return changes;
  }
}

/** The file, and the package it is in: the server looks for both. */
function created(path: string): FileChange[] {
  const changes: FileChange[] = [{ path, kind: "created" }];
  const at = path.lastIndexOf("/node_modules/");
  if (at >= 0) {
    const rest = path.slice(at + "/node_modules/".length).split("/");
    const folder = `${path.slice(0, at)}/node_modules/${rest.slice(0, rest[0]?.startsWith("@") ? 2 : 1).join("/")}`;
    changes.push({ path: folder, kind: "created" }, { path: join(folder, "package.json"), kind: "created" });
  }
  return changes;
}

function importsOf(path: string): string[] {
  if (path.endsWith(".json")) return [];
  const text = readFileSync(path, "utf8");
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([^"'\n]+)["']/g);
  // Installed packages do not change; workspace packages are named like them and may.
  return [...new Set([...found].map(match => match[1]!))].filter(specifier => !specifier.startsWith("node:"));
}
