import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { resolveModule } from "../../kernel-extensions/modules/resolve";

let root: string;
const put = (path: string, text = "") => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "resolve-")));
});
afterAll(() => rmSync(root, { recursive: true }));

describe("resolving a module", () => {
  test("finds a relative file with and without extension, and a .ts written as .js", () => {
    put("a.ts");
    for (const written of ["./a", "./a.ts", "./a.js"]) {
      expect(resolveModule(written, root)).toEqual({ kind: "local", path: join(root, "a.ts") });
    }
  });

  test("finds a folder's index and a JSON file", () => {
    put("folder/index.ts");
    put("d.json", "{}");
    expect(resolveModule("./folder", root)).toEqual({ kind: "local", path: join(root, "folder/index.ts") });
    expect(resolveModule("./d.json", root)).toEqual({ kind: "local", path: join(root, "d.json") });
  });

  test("prefers what require would load, and takes what only import may", () => {
    put(
      "node_modules/dual/package.json",
      '{"exports":{".":{"import":"./i.mjs","require":"./r.cjs"},"./f/*":"./src/*.js"}}',
    );
    put("node_modules/dual/r.cjs");
    put("node_modules/dual/i.mjs");
    put("node_modules/dual/src/one.js");
    put("node_modules/esm/package.json", '{"exports":{"import":"./i.js"}}');
    put("node_modules/esm/i.js");
    expect(resolveModule("dual", root)).toMatchObject({ path: join(root, "node_modules/dual/r.cjs") });
    expect(resolveModule("dual/f/one", root)).toMatchObject({ path: join(root, "node_modules/dual/src/one.js") });
    expect(resolveModule("esm", root)).toMatchObject({ kind: "package", path: join(root, "node_modules/esm/i.js") });
    expect(() => resolveModule("dual/secret", root)).toThrow("does not export './secret'");
  });

  test("takes a linked workspace package for the sources that it is", () => {
    put("packages/w/package.json", '{"name":"w","exports":{".":"./index.ts"}}');
    put("packages/w/index.ts");
    mkdirSync(join(root, "node_modules"), { recursive: true });
    symlinkSync(join(root, "packages/w"), join(root, "node_modules/w"));
    expect(resolveModule("w", root)).toEqual({ kind: "local", path: join(root, "packages/w/index.ts") });
  });

  test("finds a package that was installed after it was missed", () => {
    expect(() => resolveModule("late", root)).toThrow("npm install late");
    put("node_modules/late/package.json", '{"main":"m.js"}');
    put("node_modules/late/m.js");
    expect(resolveModule("late", root)).toMatchObject({ kind: "package" });
  });

  test("knows built-ins with and without prefix", () => {
    expect(resolveModule("fs", root)).toEqual({ kind: "builtin", name: "fs" });
    expect(resolveModule("node:fs/promises", root)).toEqual({ kind: "builtin", name: "node:fs/promises" });
  });
});
