// Types: the compiler speaks before the cell runs, in its own words, and knows every cell before this one.
import assert from "node:assert/strict";
import { dialects } from "../../../bench/kernel/dialects";
import type { KernelClient } from "../client";
import { eventually } from "../client/deadline";
import type { Exchange } from "../client/exchange";
import { descendants } from "../client/process-tree";
import type { Feature, Group } from "./feature";
import { manifest } from "./feature";

/** Runs a cell that the compiler must refuse, and returns what the reader saw. */
async function refused(kernel: KernelClient, code: string, ...expected: (string | RegExp)[]): Promise<Exchange> {
  const exchange = await kernel.execute(code, { stop_on_error: false });
  assert.notEqual(exchange.status, "ok", `expected a type error, the cell ran: ${code}`);
  for (const part of expected) {
    if (typeof part === "string")
      assert.ok(exchange.visible.includes(part), `expected "${part}" in:\n${exchange.visible}`);
    else assert.match(exchange.visible, part);
  }
  return exchange;
}

function rejects(id: string, title: string, before: string[], code: string, ...expected: (string | RegExp)[]): Feature {
  return {
    id,
    title,
    async run({ kernel }) {
      for (const cell of before) await kernel.run(cell);
      await refused(kernel, code, ...expected);
    },
  };
}

const languageServer = /\btsc\b.*--lsp|\btsgo\b|typescript.*--lsp/;

const features: Feature[] = [
  {
    id: "type-error-stops",
    title: "a cell with a type error does not run at all",
    async run({ kernel }) {
      const exchange = await refused(kernel, "console.log('ran');\nconst n: number = 'text';");
      assert.ok(!exchange.stdout.includes("ran"));
      assert.equal((await kernel.run("console.log('next')")).stdout.trim(), "next");
    },
  },
  rejects(
    "type-error-text",
    "a type error shows code and message",
    [],
    "const n: number = 'text'",
    "2322",
    "Type 'string' is not assignable to type 'number'",
  ),
  {
    id: "type-error-place",
    title: "a type error shows the line of the cell with the place marked",
    async run({ kernel }) {
      const exchange = await refused(kernel, "const fine = 1;\n\nconst wrong: number = 'text';\n");
      const lines = exchange.visible.split("\n");
      const at = lines.findIndex(line => line.includes("const wrong: number = 'text'"));
      assert.ok(at >= 0, `expected the source line in:\n${exchange.visible}`);
      // The mark stands below the name that the compiler points at.
      const column = lines[at]!.indexOf("wrong");
      const mark = lines[at + 1]!.search(/[~^]/);
      assert.equal(mark, column, `expected the mark below "wrong" in:\n${exchange.visible}`);
      assert.match(exchange.visible, /\b3\b/, "expected the line number 3");
    },
  },
  {
    id: "type-error-message",
    title: "a type error comes as an `error` message, and its reply says so",
    async run({ kernel }) {
      const exchange = await refused(kernel, "const n: number = 'text'");
      assert.equal(exchange.status, "error");
      assert.equal(exchange.errors.length, 1);
      assert.equal(exchange.reply!.content.ename, exchange.all("error")[0]!.content.ename);
      assert.ok((exchange.reply!.content.traceback ?? []).length > 0);
    },
  },
  {
    id: "type-error-all",
    title: "all type errors of a cell are shown, not only the first",
    async run({ kernel }) {
      await refused(kernel, "const a: number = 'x';\nconst b: string = 1;\nmissing();", "2322", "2304", "missing");
    },
  },
  {
    id: "type-error-leaves-nothing",
    title: "the declarations of a cell with a type error do not exist afterwards",
    async run({ kernel }) {
      await kernel.run("let size = 1");
      await refused(kernel, "let size = 'big'; const extra: number = 'x'");
      assert.equal((await kernel.run("size.toFixed(1); console.log(size)")).stdout.trim(), "1");
      await refused(kernel, "extra", "2304");
    },
  },
  rejects(
    "syntax-error",
    "a syntax error is shown with its place and the cell does not run",
    [],
    "console.log('ran')\nconst = 5",
    /1134|1109|expected|Unexpected/i,
  ),
  rejects(
    "strict-null",
    "`strict`: what may be undefined must be checked",
    ["function find(): string | undefined { return undefined }"],
    "find().length",
    /2532|18048/,
  ),
  rejects("strict-any", "`strict`: no implicit any", [], "function area(side) { return side ** 2 }", "7006"),
  rejects(
    "sees-earlier-values",
    "a cell sees the types of variables of every earlier cell",
    ["const n = 1", "const m = 2"],
    "n.toUpperCase()",
    "2339",
  ),
  rejects(
    "sees-earlier-types",
    "a cell sees interfaces of earlier cells",
    ["interface Point { x: number; y: number }", "1 + 1"],
    "const p: Point = { x: 1 }",
    "2741",
  ),
  rejects(
    "sees-redeclared",
    "a cell sees the newest type of a redeclared name",
    ["let a = 1", "let a = 'text'"],
    "a.toFixed(2)",
    /2339|2551/,
  ),
  rejects(
    "sees-inferred",
    "the inferred type of an awaited value and of a returned object carries over",
    ["async function load() { return { rows: [1, 2] } }", "const table = await load()"],
    "table.rows[0].length",
    /2339|2532/,
  ),
  rejects(
    "unused-declaration-kept",
    "a class of an earlier cell keeps its private members private",
    ["class Safe { private code = 1 }"],
    "new Safe().code",
    "2341",
  ),
  {
    id: "flow-narrowing",
    title: "what an earlier cell assigned narrows the type",
    async run({ kernel }) {
      await kernel.run("let state: { loss: number } | undefined");
      await kernel.run("state = { loss: 0.5 }");
      assert.equal((await kernel.run("console.log(state.loss)")).stdout.trim(), "0.5");
    },
  },
  {
    id: "node-types",
    title: "Node's own types are known in an empty folder",
    async run({ kernel }) {
      await kernel.run(
        "import { readFileSync } from 'node:fs'; const text: string = readFileSync('/dev/null', 'utf8'); process.version; Buffer.from('a')",
      );
      await refused(kernel, "process.noSuchThing", "2339");
    },
  },
  {
    id: "package-types",
    title: "the types of an npm package are known",
    files: { "package.json": manifest("@tensorflow/tfjs") },
    packages: ["@tensorflow/tfjs"],
    async run({ kernel }) {
      await kernel.run("import * as tf from '@tensorflow/tfjs'", { ms: 30_000 });
      await refused(kernel, "tf.tensor([1, 2]).noSuchMethod()", "2339");
    },
  },
  {
    id: "module-types",
    title: "the types of a local module are known, and known anew after an edit",
    files: { "shape.ts": "export const area = (side: number) => side ** 2;" },
    async run({ kernel, write }) {
      await kernel.run("import { area } from './shape.ts'; area(2)");
      await refused(kernel, "area('2')", "2345");
      write("shape.ts", "export const area = (side: string) => side.length;");
      assert.equal(
        (await kernel.run("import { area } from './shape.ts'; console.log(area('abc'))")).stdout.trim(),
        "3",
      );
    },
  },
  {
    id: "tsconfig-loosens",
    title: "the nearest tsconfig.json can loosen `strict`",
    files: { "tsconfig.json": '{ "compilerOptions": { "strict": false } }' },
    async run({ kernel }) {
      await kernel.run("function area(side) { return side ** 2 }; let nothing: string = null");
    },
  },
  {
    id: "tsconfig-tightens",
    title: "the nearest tsconfig.json can ask for more than `strict`",
    files: { "tsconfig.json": '{ "compilerOptions": { "noUncheckedIndexedAccess": true } }' },
    async run({ kernel }) {
      await kernel.run("const list = [1, 2]");
      await refused(kernel, "const first: number = list[0]", "2322");
    },
  },
  {
    id: "tsconfig-above",
    title: "a tsconfig.json in a folder above is found",
    files: {
      "tsconfig.json": '{ "compilerOptions": { "noUncheckedIndexedAccess": true } }',
      "notebooks/deep/keep.txt": "",
    },
    async run({ start, folder }) {
      const below = await start({ cwd: `${folder}/notebooks/deep` });
      await refused(below, "const list = [1, 2]; const first: number = list[0]", "2322");
    },
  },
  {
    id: "types-warn",
    title: "`%types warn` runs the cell and still shows the type error",
    async run({ kernel }) {
      await kernel.run("%types warn");
      const exchange = await kernel.run("const n: number = 'text'; console.log('ran', n)");
      assert.ok(exchange.stdout.includes("ran text"));
      assert.ok(exchange.visible.includes("2322"), `expected 2322 in:\n${exchange.visible}`);
    },
  },
  {
    id: "types-off",
    title: "`%types off` runs the cell unchecked, and `%types on` checks again, with the cells between known",
    async run({ kernel }) {
      await kernel.run("%types off");
      const exchange = await kernel.run("const n: number = 'text'; console.log('ran', n)");
      assert.equal(exchange.visible.trim(), "ran text");
      await kernel.run("const between = [1, 2, 3]");
      await kernel.run("%types on");
      await refused(kernel, "between.push('four')", "2345");
    },
  },
  {
    id: "types-flat",
    title: "the cost of a cell stays flat as the notebook grows",
    seconds: 60,
    async run({ kernel, target }) {
      const times: number[] = [];
      for (let i = 0; i < 50; i++) times.push((await kernel.run(dialects[target.name].classCell(i))).milliseconds);
      // The quickest of ten neighbours, and room for a busy machine: this finds a cost that grows with the notebook (the bench holds
      // the bar of 1.5 times, on a quiet machine).
      const early = Math.min(...times.slice(5, 15));
      const late = Math.min(...times.slice(40, 50));
      assert.ok(
        late < early * 3 + 20,
        `expected at most 3 times the early cost (and 20 ms), got ${early.toFixed(1)} ms, then ${late.toFixed(1)} ms`,
      );
    },
  },
  {
    id: "server-restarts",
    title: "a language server that dies is restarted and knows the earlier cells; until then cells run",
    seconds: 60,
    async run({ kernel, target }) {
      await kernel.run("const answer = 42; interface Kept { a: number }");
      const server = descendants(kernel.pid).find(row => languageServer.test(row.command));
      assert.ok(server, `expected a language server below the kernel of ${target.name}`);
      process.kill(server.pid, "SIGKILL");
      assert.equal((await kernel.run("console.log(answer)")).stdout.trim(), "42");
      await eventually(
        30_000,
        "types to be checked again",
        async () => {
          const exchange = await kernel.execute("answer.toUpperCase; const k: Kept = {}", { stop_on_error: false });
          return exchange.visible.includes("2339") && exchange.visible.includes("2741");
        },
        200,
      );
    },
    notFor: { tslab: "has no language server of its own", deno: "has no language server of its own" },
  },
  {
    id: "server-dies-warned",
    title: "a cell that runs while the language server is away says so",
    seconds: 60,
    async run({ kernel }) {
      await kernel.run("const answer = 42");
      const server = descendants(kernel.pid).find(row => languageServer.test(row.command));
      assert.ok(server, "expected a language server below the kernel");
      // A stopped process keeps the kernel waiting; a killed one is restarted. Either way the cell must come to an end.
      process.kill(server.pid, "SIGKILL");
      const exchanges = [
        await kernel.execute("const wrong: number = 'text'; console.log('ran')", { stop_on_error: false }),
      ];
      const seen = exchanges[0]!;
      const isChecked = seen.status === "error" && seen.visible.includes("2322");
      const isWarned = seen.status === "ok" && seen.stdout.includes("ran") && /type|language server/i.test(seen.stderr);
      assert.ok(
        isChecked || isWarned,
        `expected a checked cell or one that ran with a warning, got ${seen.status}:\n${seen.visible}`,
      );
    },
    notFor: { tslab: "has no language server of its own", deno: "has no language server of its own" },
  },
];

export const types: Group = { name: "types", title: "Types", features };
