// Modules: whatever a script of the same folder could import, a cell can, and an edited module is seen by the next run.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Feature, type Group, manifest } from "./feature";

interface Files {
  [name: string]: string;
}

function pkg(name: string, fields: object, files: Files): Files {
  const root = `node_modules/${name}`;
  const inside = Object.entries(files).map(([file, text]) => [`${root}/${file}`, text] as const);
  return {
    [`${root}/package.json`]: JSON.stringify({ name, version: "1.0.0", ...fields }),
    ...Object.fromEntries(inside),
  };
}

/** The given files are there, the cells run, and the last one prints the expected text. */
function imports(id: string, title: string, files: Files, cells: string | string[], expected: string): Feature {
  return {
    id,
    title,
    files,
    async run({ kernel }) {
      let output = "";
      for (const cell of [cells].flat()) output = (await kernel.run(cell)).stdout;
      assert.equal(output.trim(), expected);
    },
  };
}

const two = "export const two: number = 2; export default function twice(x: number) { return x * two }";
const plain = "export declare const value: number; export default value;";

const features: Feature[] = [
  imports(
    "relative-ts",
    "a relative import with its extension",
    { "m.ts": two },
    "import twice, { two } from './m.ts'; console.log(twice(two))",
    "4",
  ),
  imports(
    "relative-bare",
    "a relative import without extension",
    { "m.ts": two },
    "import twice, { two } from './m'; console.log(twice(two))",
    "4",
  ),
  imports(
    "relative-js",
    "a relative import that says `.js` for a `.ts` file, as compiled code does",
    { "m.ts": two },
    "import { two } from './m.js'; console.log(two)",
    "2",
  ),
  imports(
    "relative-index",
    "a relative import of a folder with an index",
    { "parts/index.ts": "export * from './a.ts'", "parts/a.ts": "export const a = 'A'" },
    "import { a } from './parts'; console.log(a)",
    "A",
  ),
  {
    id: "relative-up",
    title: "a relative import from the folder above",
    files: {
      "shared.ts": "import { deep } from './lib/deep.ts'; export const up = deep + 1",
      "lib/deep.ts": "export const deep = 1",
      "notebooks/keep.txt": "",
    },
    async run({ start, folder }) {
      const below = await start({ cwd: join(folder, "notebooks") });
      assert.equal((await below.run("import { up } from '../shared.ts'; console.log(up)")).stdout.trim(), "2");
    },
  },
  imports(
    "namespace-import",
    "`import * as`, renamed imports, type-only imports and imports for their effect",
    { "m.ts": `${two}; export interface Unit { of: string }; (globalThis as { ran?: number }).ran = 1` },
    "import './m.ts'; import * as m from './m.ts'; import { two as zwei, type Unit } from './m.ts'; import type { Unit as U } from './m.ts'; const u: U & Unit = { of: 'x' }; console.log(m.two, zwei, u.of)",
    "2 2 x",
  ),
  imports(
    "dynamic-import",
    "`await import(...)` in an expression and inside a function",
    { "m.ts": two },
    [
      "const load = async (name: string) => import(name)",
      "const m = await import('./m.ts'); console.log(m.two, (await load('./m.ts')).default(3))",
    ],
    "2 6",
  ),
  imports(
    "import-in-middle",
    "an import in the middle of a cell, and one of two in the same line",
    { "m.ts": two },
    "const first = 1;\nimport { two } from './m.ts'; import path from 'node:path';\nconsole.log(first + two, path.basename('/a/b'))",
    "3 b",
  ),
  imports(
    "import-again",
    "the same import again in a later cell",
    { "m.ts": two },
    ["import { two } from './m.ts'", "import { two } from './m.ts'; console.log(two)"],
    "2",
  ),
  imports(
    "builtin",
    "Node's own modules, with and without `node:`",
    {},
    "import { readFileSync } from 'node:fs'; import { join } from 'path'; import * as os from 'node:os'; console.log(typeof readFileSync, join('a', 'b'), os.EOL.length)",
    "function a/b 1",
  ),
  imports(
    "require",
    "`require`, as in CommonJS",
    {
      "package.json": manifest("plain"),
      ...pkg("plain", { main: "i.js" }, { "i.js": "module.exports = { value: 7 }" }),
    },
    "const { basename } = require('node:path'); const p = require('plain'); console.log(basename('/a/b'), p.value)",
    "b 7",
  ),
  imports(
    "json",
    "a JSON file",
    { "rows.json": '{ "rows": [1, 2, 3] }' },
    "import table from './rows.json' with { type: 'json' }; console.log(table.rows.length)",
    "3",
  ),
  imports(
    "json-bare",
    "a JSON file without an import attribute",
    { "rows.json": '{ "rows": [1, 2, 3] }' },
    "import table from './rows.json'; console.log(table.rows.length)",
    "3",
  ),
  imports(
    "package-commonjs",
    "a CommonJS package: default and named imports",
    {
      "package.json": manifest("cjs"),
      ...pkg(
        "cjs",
        { main: "i.js", types: "i.d.ts" },
        {
          "i.js": "exports.value = 3; exports.twice = x => 2 * x",
          "i.d.ts": "export const value: number; export function twice(x: number): number;",
        },
      ),
    },
    "import { value, twice } from 'cjs'; import * as all from 'cjs'; console.log(twice(value), all.value)",
    "6 3",
  ),
  imports(
    "package-esm",
    "an ESM package",
    {
      "package.json": manifest("esm"),
      ...pkg(
        "esm",
        { type: "module", exports: { types: "./i.d.ts", default: "./i.js" } },
        { "i.js": "export const value = 4; export default value", "i.d.ts": plain },
      ),
    },
    "import d, { value } from 'esm'; console.log(d + value)",
    "8",
  ),
  imports(
    "package-esm-await",
    "an ESM package with top-level await",
    {
      "package.json": manifest("slow"),
      ...pkg(
        "slow",
        { type: "module", exports: { types: "./i.d.ts", default: "./i.js" } },
        {
          "i.js": "export const value = await new Promise(done => setTimeout(done, 10, 5)); export default value",
          "i.d.ts": plain,
        },
      ),
    },
    "import { value } from 'slow'; console.log(value)",
    "5",
  ),
  imports(
    "package-subpath",
    "`exports` subpaths and patterns",
    {
      "package.json": manifest("parts"),
      ...pkg(
        "parts",
        {
          type: "module",
          exports: {
            "./one": { types: "./src/one.d.ts", default: "./src/one.js" },
            "./more/*": { types: "./src/*.d.ts", default: "./src/*.js" },
          },
        },
        {
          "src/one.js": "export const value = 1; export default value",
          "src/one.d.ts": plain,
          "src/two.js": "export const value = 2; export default value",
          "src/two.d.ts": plain,
        },
      ),
    },
    "import { value as one } from 'parts/one'; import { value as two } from 'parts/more/two'; console.log(one, two)",
    "1 2",
  ),
  imports(
    "package-import-only",
    "a package with only an `import` condition",
    {
      "package.json": manifest("only"),
      ...pkg(
        "only",
        { type: "module", exports: { ".": { types: "./i.d.ts", import: "./i.js" } } },
        { "i.js": "export const value = 6; export default value", "i.d.ts": plain },
      ),
    },
    "import { value } from 'only'; console.log(value)",
    "6",
  ),
  {
    id: "package-workspace",
    title: "a workspace package from its TypeScript sources",
    files: {
      "package.json": JSON.stringify({
        name: "notebooks",
        private: true,
        workspaces: ["packages/*"],
        dependencies: { mylib: "*" },
      }),
      "packages/mylib/package.json": JSON.stringify({
        name: "mylib",
        version: "1.0.0",
        exports: { ".": "./src/index.ts", "./*": "./src/*.ts" },
      }),
      "packages/mylib/src/index.ts": "export { area } from './shape.ts'; export enum Mode { A, B }",
      "packages/mylib/src/shape.ts": "export const area = (side: number): number => side ** 2",
    },
    async run({ kernel, folder, write }) {
      write("node_modules/.keep", "");
      symlinkSync(join(folder, "packages/mylib"), join(folder, "node_modules/mylib"));
      const cell =
        "import { area, Mode } from 'mylib'; import * as shape from 'mylib/shape'; console.log(area(3), Mode.B, shape.area(2))";
      assert.equal((await kernel.run(cell)).stdout.trim(), "9 1 4");
    },
  },
  imports(
    "shared-instance",
    "a cell and a local module get the same instance of a package",
    {
      "package.json": manifest("one"),
      ...pkg(
        "one",
        { type: "module", exports: { types: "./i.d.ts", default: "./i.js" } },
        {
          "i.js": "export const value = {}; export default value",
          "i.d.ts": "export declare const value: object; export default value;",
        },
      ),
      "m.ts": "export { value as theirs } from 'one'",
    },
    "import { value } from 'one'; import { theirs } from './m.ts'; console.log(value === theirs)",
    "true",
  ),
  {
    id: "package-tfjs",
    title: "TensorFlow.js is imported and computes",
    files: { "package.json": manifest("@tensorflow/tfjs") },
    packages: ["@tensorflow/tfjs"],
    async run({ kernel }) {
      await kernel.run("import * as tf from '@tensorflow/tfjs'", { ms: 30_000 });
      assert.equal((await kernel.run("console.log(tf.tensor([1, 2, 3]).sum().dataSync()[0])")).stdout.trim(), "6");
    },
  },
  {
    id: "course-library",
    title: "the course's own library is imported from its TypeScript sources, types included",
    seconds: 60,
    files: { "package.json": manifest("fromthetensor") },
    packages: ["fromthetensor"],
    notFor: { tslab: "is another project's library", deno: "is another project's library" },
    async run({ kernel }) {
      await kernel.run("import { tf } from 'fromthetensor'; import * as data from 'fromthetensor/data'", {
        ms: 50_000,
      });
      assert.equal((await kernel.run("console.log(tf.tensor([1, 2, 3]).sum().dataSync()[0])")).stdout.trim(), "6");
      const failed = await kernel.execute("tf.noSuchThing()", { stop_on_error: false });
      assert.match(failed.visible, /2339/);
    },
  },
  imports(
    "module-features",
    "a local module may use enums, namespaces, parameter properties, decorators and `using`",
    {
      "m.ts":
        "export enum E { A = 3 }; export namespace N { export const x = 4 }; export class P { constructor(readonly y = 5) {} }; let closed = 0; { using r = { [Symbol.dispose]() { closed = 1 } } }; export { closed }",
    },
    "import { E, N, P, closed } from './m.ts'; console.log(E.A, N.x, new P().y, closed)",
    "3 4 5 1",
  ),
  {
    id: "edit-direct",
    title: "after an edit of a local module the next import sees it",
    files: { "m.ts": "export const version = 1" },
    async run({ kernel, write }) {
      assert.equal((await kernel.run("import { version } from './m.ts'; console.log(version)")).stdout.trim(), "1");
      write("m.ts", "export const version = 2");
      assert.equal((await kernel.run("import { version } from './m.ts'; console.log(version)")).stdout.trim(), "2");
      // Twice within the resolution of a file's time stamp, and with the same length.
      write("m.ts", "export const version = 3");
      assert.equal((await kernel.run("import { version } from './m.ts'; console.log(version)")).stdout.trim(), "3");
    },
  },
  {
    id: "edit-transitive",
    title: "after an edit of a module that a local module imports the next import sees it",
    files: {
      "top.ts": "import { deep } from './middle.ts'; export const top = 'top ' + deep",
      "middle.ts": "export { deep } from './lib/deep.ts'",
      "lib/deep.ts": "export const deep = 'one'",
    },
    async run({ kernel, write }) {
      const cell = "import { top } from './top.ts'; console.log(top)";
      assert.equal((await kernel.run(cell)).stdout.trim(), "top one");
      write("lib/deep.ts", "export const deep = 'two'");
      assert.equal((await kernel.run(cell)).stdout.trim(), "top two");
    },
  },
  {
    id: "edit-adds-export",
    title: "an export that an edit adds can be imported",
    files: { "m.ts": "export const old = 1" },
    async run({ kernel, write }) {
      await kernel.run("import { old } from './m.ts'; console.log(old)");
      write("m.ts", "export const old = 1; export const added = (x: number) => x + 1");
      assert.equal((await kernel.run("import { added } from './m.ts'; console.log(added(1))")).stdout.trim(), "2");
    },
  },
  {
    id: "edit-none-keeps-state",
    title: "a module that was not edited keeps its state from one import to the next",
    files: { "m.ts": "export const state = { count: 0 }", "other.ts": "export const other = 1" },
    async run({ kernel, write }) {
      await kernel.run("import { state } from './m.ts'; import { other } from './other.ts'; state.count++");
      write("other.ts", "export const other = 2");
      const again = await kernel.run(
        "import { state } from './m.ts'; import { other } from './other.ts'; console.log(state.count, other)",
      );
      assert.equal(again.stdout.trim(), "1 2");
    },
  },
  {
    id: "package-installed-later",
    title: "a package installed after a failed import works without a restart, types included",
    files: { "package.json": manifest("late") },
    async run({ kernel, write }) {
      const failed = await kernel.execute("import { value } from 'late'; console.log(value)", { stop_on_error: false });
      assert.notEqual(failed.status, "ok");
      for (const [name, text] of Object.entries(
        pkg(
          "late",
          { type: "module", exports: { types: "./i.d.ts", default: "./i.js" } },
          { "i.js": "export const value = 8; export default value", "i.d.ts": plain },
        ),
      ))
        write(name, text);
      assert.equal((await kernel.run("import { value } from 'late'; console.log(value)")).stdout.trim(), "8");
    },
  },
  {
    id: "module-made-later",
    title: "a local module written after a failed import works without a restart",
    async run({ kernel, write }) {
      const failed = await kernel.execute("import { made } from './made.ts'", { stop_on_error: false });
      assert.notEqual(failed.status, "ok");
      write("made.ts", "export const made = 'now'");
      assert.equal((await kernel.run("import { made } from './made.ts'; console.log(made)")).stdout.trim(), "now");
    },
  },
  {
    id: "failed-import-harmless",
    title: "a failed import harms no later cell and says what was not found",
    async run({ kernel }) {
      await kernel.run("let kept = 1");
      const failed = await kernel.execute("import { nothing } from 'no-such-package-anywhere'; kept = 2", {
        stop_on_error: false,
      });
      assert.notEqual(failed.status, "ok");
      assert.match(failed.visible, /no-such-package-anywhere/);
      assert.equal(
        (await kernel.run("import { basename } from 'node:path'; console.log(kept, basename('a/b'))")).stdout.trim(),
        "1 b",
      );
    },
  },
  {
    id: "failed-module-recovers",
    title: "a local module that throws or does not parse is named, and works once it is mended",
    files: { "m.ts": "export const x = 1;\nthrow new RangeError('on purpose')" },
    async run({ kernel, write }) {
      const cell = "import { x } from './m.ts'; console.log(x)";
      const thrown = await kernel.execute(cell, { stop_on_error: false });
      assert.notEqual(thrown.status, "ok");
      assert.match(thrown.visible, /RangeError: on purpose/);
      assert.match(thrown.visible, /m\.ts:2/, "expected the module's file and line");
      write("m.ts", "export const = ;");
      const broken = await kernel.execute(cell, { stop_on_error: false });
      assert.notEqual(broken.status, "ok");
      assert.match(broken.visible, /m\.ts/);
      write("m.ts", "export const x = 2");
      assert.equal((await kernel.run(cell)).stdout.trim(), "2");
    },
  },
  {
    id: "module-traceback",
    title: "an error inside a local module is traced to the module's own line",
    files: {
      "m.ts":
        "interface Padding {\n  a: string;\n}\n\nexport function fail(p?: Padding): never {\n  throw new Error('on purpose' + p);\n}\n",
    },
    async run({ kernel }) {
      const failed = await kernel.execute("import { fail } from './m.ts'; fail()", { stop_on_error: false });
      assert.match(failed.visible, /m\.ts:6/);
    },
  },
];

export const modules: Group = { name: "modules", title: "Modules", features };
