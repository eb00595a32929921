// Messages: what a cell sends while it runs, and in which order.
import assert from "node:assert/strict";
import { eventually } from "../client/deadline";
import type { Exchange } from "../client/exchange";
import type { Feature, Group } from "./feature";

const outputs = (exchange: Exchange) => exchange.messages.map(message => message.header.msg_type);

/** Line numbers that a traceback names for a cell, in whatever wording: "Cell 2, line 5", "[cell 2]:5:9". */
function cellLines(trace: string): { cell: number; line: number }[] {
  return [...trace.matchAll(/cell[^\w\n]{0,3}(\d+)[^\d\n]{1,12}(\d+)/gi)].map(m => ({
    cell: Number(m[1]),
    line: Number(m[2]),
  }));
}

const features: Feature[] = [
  {
    id: "execute-input",
    title: '`execute_input` repeats the code with its count, after "busy" and before any output',
    async run({ kernel }) {
      const code = "console.log('out'); 1 + 1";
      const exchange = await kernel.run(code);
      const types = outputs(exchange);
      assert.equal(types[0], "status");
      assert.equal(types[1], "execute_input");
      assert.equal(types.at(-1), "status");
      const input = exchange.all("execute_input")[0]!;
      assert.equal(input.content.code, code);
      assert.equal(input.content.execution_count, exchange.reply!.content.execution_count);
    },
  },
  {
    id: "execute-result",
    title: "the value of the last expression comes as `execute_result` with the cell's count",
    async run({ kernel }) {
      const exchange = await kernel.run("const a = 20; a * 2 + 2; // the answer");
      assert.equal(exchange.all("execute_result").length, 1);
      assert.equal(exchange.result!["text/plain"], "42");
      assert.equal(exchange.all("execute_result")[0]!.content.execution_count, exchange.reply!.content.execution_count);
    },
  },
  {
    id: "no-result",
    title: "a declaration, an assignment's `undefined` and a call without value show no result",
    async run({ kernel }) {
      for (const code of ["const a = 1", "function f() {}", "f()", "undefined", "if (a) { a }", "class A {}"]) {
        const exchange = await kernel.run(code);
        if (code !== "if (a) { a }") assert.deepEqual(exchange.all("execute_result"), [], code);
      }
    },
  },
  {
    id: "counts",
    title: "the count grows by one a cell, not for a silent one",
    async run({ kernel }) {
      const count = async (options = {}) => (await kernel.run("0", options)).reply!.content.execution_count as number;
      const first = await count();
      assert.equal(await count(), first + 1);
      await count({ silent: true, store_history: false });
      assert.equal(await count(), first + 2);
    },
  },
  {
    id: "silent",
    title: "a silent cell sends no result and no `execute_input`",
    async run({ kernel }) {
      const exchange = await kernel.run("let hidden = 5; hidden", { silent: true, store_history: false });
      assert.deepEqual(exchange.all("execute_result"), []);
      assert.deepEqual(exchange.all("execute_input"), []);
      assert.equal((await kernel.run("console.log(hidden)")).stdout.trim(), "5");
    },
  },
  {
    id: "status-order",
    title: 'every request is framed by "busy" and "idle" with the right parent, and answered on its channel',
    async run({ kernel }) {
      for (const [type, content] of [
        ["kernel_info_request", {}],
        ["comm_info_request", {}],
        ["is_complete_request", { code: "1" }],
        ["history_request", { hist_access_type: "tail", n: 1, raw: true, output: false }],
      ] as const) {
        const exchange = await kernel.request(type, content).done(20_000);
        const states = exchange.all("status").map(message => message.content.execution_state);
        assert.deepEqual(states, ["busy", "idle"], type);
        assert.equal(exchange.reply!.header.msg_type, type.replace("_request", "_reply"));
        assert.equal(exchange.status, type === "is_complete_request" ? "complete" : "ok", type);
        assert.ok(
          exchange.reply!.signed && exchange.messages.every(message => message.signed),
          "expected every message to be signed",
        );
      }
    },
  },
  {
    id: "streams",
    title: "standard output and standard error come as `stream` messages of their own, in the order of writing",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "console.log('a'); console.error('b'); process.stdout.write('c'); console.warn('d'); console.info('e')",
      );
      assert.equal(exchange.stdout, "a\nce\n");
      assert.equal(exchange.stderr, "b\nd\n");
      const order = exchange
        .all("stream")
        .map(message => message.content.text)
        .join("")
        .replaceAll("\n", "");
      assert.equal(order, "abcde");
    },
  },
  {
    id: "console-methods",
    title: "`console.table`, `group`, `count`, `dir`, `assert` and `time` print",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "console.group('outer'); console.log('inner'); console.groupEnd(); console.count('n'); console.table([{ a: 1 }]); console.dir({ b: 2 }); console.assert(false, 'claim'); console.time('t'); console.timeEnd('t')",
      );
      const seen = exchange.visible;
      for (const part of ["outer", "  inner", "n: 1", "b: 2", "claim", "t: "])
        assert.ok(seen.includes(part), `expected "${part}" in:\n${seen}`);
      assert.match(seen, /│.*a.*│/);
    },
  },
  {
    id: "error-message",
    title: "an exception comes as `error` with ename, evalue and traceback, in the reply as well",
    async run({ kernel }) {
      const exchange = await kernel.execute(
        "class Overfit extends Error { override name = 'Overfit' }\nthrow new Overfit('too much')",
      );
      assert.equal(exchange.status, "error");
      assert.equal(exchange.errors.length, 1);
      const [error] = exchange.errors;
      assert.equal(error!.ename, "Overfit");
      assert.equal(error!.evalue, "too much");
      assert.match(error!.trace, /Overfit: too much/);
      assert.equal(exchange.reply!.content.ename, "Overfit");
      assert.equal(exchange.reply!.content.evalue, "too much");
      assert.ok(Array.isArray(exchange.reply!.content.traceback));
    },
  },
  {
    id: "error-lines",
    title: "a traceback names cells and lines of the TypeScript as written",
    async run({ kernel }) {
      await kernel.run(
        "interface Padding {\n  takes: 'lines';\n}\n\nfunction fail(reason: string): never {\n  throw new TypeError(reason);\n}",
      );
      const second = await kernel.execute(
        "type More = { also: string }\n\nconst go = (): void => {\n  fail('on purpose');\n}\ngo()",
        { stop_on_error: false },
      );
      const trace = second.errors[0]?.trace ?? "";
      const lines = cellLines(trace);
      const counts = [1, 2];
      assert.ok(
        lines.some(at => at.cell === counts[0] && at.line === 6),
        `expected cell 1, line 6 in:\n${trace}`,
      );
      assert.ok(
        lines.some(at => at.cell === counts[1] && at.line === 4),
        `expected cell 2, line 4 in:\n${trace}`,
      );
      assert.ok(
        lines.some(at => at.cell === counts[1] && at.line === 6),
        `expected cell 2, line 6 in:\n${trace}`,
      );
    },
  },
  {
    id: "error-lines-async",
    title: "a traceback after an `await` names cell and line too",
    async run({ kernel }) {
      const exchange = await kernel.execute(
        "type A = 1;\nasync function later() {\n  await null;\n  throw new Error('late');\n}\nawait later()",
      );
      const trace = exchange.errors[0]?.trace ?? "";
      assert.ok(
        cellLines(trace).some(at => at.cell === 1 && at.line === 4),
        `expected cell 1, line 4 in:\n${trace}`,
      );
    },
  },
  {
    id: "error-frames",
    title: "a traceback hides the kernel's own frames and Node's",
    async run({ kernel }) {
      const exchange = await kernel.execute("function f() { null!.x }\nf()".replace("null!.x", "throw new Error('x')"));
      const trace = exchange.errors[0]?.trace ?? "";
      assert.ok(trace !== "", "expected a traceback");
      assert.doesNotMatch(trace, /node:internal|node_modules|kernel-extensions|dist\/|evalmachine|ext:|deno:/);
    },
  },
  {
    id: "error-cause",
    title: "an error's cause and the errors of an AggregateError are shown",
    async run({ kernel }) {
      const first = await kernel.execute("throw new Error('outer', { cause: new RangeError('inner') })", {
        stop_on_error: false,
      });
      assert.match(first.visible, /RangeError: inner/);
      const second = await kernel.execute("throw new AggregateError([new Error('one'), new Error('two')], 'both')", {
        stop_on_error: false,
      });
      assert.match(second.visible, /one/);
      assert.match(second.visible, /two/);
    },
  },
  {
    id: "error-any-value",
    title: "anything can be thrown: a string, undefined, an object that fights inspection",
    async run({ kernel }) {
      for (const [thrown, seen] of [
        ["'plain text'", /plain text/],
        ["undefined", /undefined/],
        ["null", /null/],
        ["{ code: 7 }", /7/],
        ["new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })", /./],
        ["Object.create(null)", /./],
      ] as const) {
        const exchange = await kernel.execute(`throw ${thrown}`, { stop_on_error: false, ms: 5000 });
        assert.equal(exchange.status, "error", thrown);
        assert.equal(exchange.errors.length, 1, thrown);
        assert.match(exchange.visible, seen, thrown);
      }
      assert.equal((await kernel.run("console.log('alive')")).stdout.trim(), "alive");
    },
  },
  {
    id: "unhandled-rejection",
    title: "an unhandled rejection reaches the front end as an error and the kernel lives",
    async run({ kernel }) {
      const exchange = await kernel.execute("void Promise.reject(new RangeError('forgotten')); 1", {
        stop_on_error: false,
      });
      await exchange.until(
        3000,
        "an `error` message",
        message => message.header.msg_type === "error" && /forgotten/.test(message.content.evalue ?? ""),
      );
      assert.equal(exchange.errors[0]!.ename, "RangeError");
      assert.equal((await kernel.run("console.log('alive')")).stdout.trim(), "alive");
    },
  },
  {
    id: "unhandled-rejection-later",
    title: "a rejection that nobody handles after its cell has ended reaches the front end too",
    async run({ kernel }) {
      const exchange = await kernel.execute(
        "void (async () => { await new Promise(done => setTimeout(done, 100)); throw new RangeError('much later') })()",
        { stop_on_error: false },
      );
      await exchange.until(
        3000,
        "an `error` message",
        message => message.header.msg_type === "error" && /much later/.test(message.content.evalue ?? ""),
      );
      assert.equal((await kernel.run("console.log('alive')")).stdout.trim(), "alive");
    },
  },
  {
    id: "timer-error",
    title: "an error thrown in a timer reaches the front end as an error and the kernel lives",
    async run({ kernel }) {
      const exchange = await kernel.execute(
        "let kept = 3; setTimeout(() => { throw new SyntaxError('in a timer') }, 50)",
        { stop_on_error: false },
      );
      await exchange.until(
        3000,
        "an `error` message",
        message => message.header.msg_type === "error" && /in a timer/.test(message.content.evalue ?? ""),
      );
      assert.equal((await kernel.run("console.log(kept)")).stdout.trim(), "3");
    },
  },
  {
    id: "event-error",
    title: "an `error` event without listener, and an error in queueMicrotask and nextTick, are shown and survived",
    async run({ kernel }) {
      await kernel.run("import { EventEmitter } from 'node:events'");
      for (const [code, text] of [
        ["setTimeout(() => new EventEmitter().emit('error', new Error('event one')), 1)", "event one"],
        ["queueMicrotask(() => { throw new Error('micro two') })", "micro two"],
        ["process.nextTick(() => { throw new Error('tick three') })", "tick three"],
      ] as const) {
        const exchange = await kernel.execute(`${code}; undefined`, { stop_on_error: false });
        await exchange.until(
          3000,
          "an `error` message",
          message => message.header.msg_type === "error" && (message.content.evalue ?? "").includes(text),
        );
      }
      assert.equal((await kernel.run("console.log('alive')")).stdout.trim(), "alive");
    },
  },
  {
    id: "process-exit",
    title: "`process.exit` in a cell does not leave the front end waiting",
    async run({ kernel }) {
      const exchange = kernel.begin("process.exit(3)", { stop_on_error: false });
      const ended = kernel.launched.exited.then(() => true);
      const done = exchange.done(20_000).then(
        () => true,
        () => false,
      );
      assert.ok(await Promise.race([ended, done]), "expected an end of the process or of the cell");
    },
  },
  {
    id: "abort-when-asked",
    title: "cells queued behind an error are aborted when it asked for that",
    async run({ kernel }) {
      const failing = kernel.begin("await new Promise(done => setTimeout(done, 300)); throw new Error('stop here')", {
        stop_on_error: true,
      });
      const queued = [kernel.begin("console.log('two')"), kernel.begin("console.log('three')")];
      await failing.done(20_000);
      for (const exchange of queued) {
        await exchange.done(20_000);
        assert.equal(exchange.status, "aborted");
        assert.equal(exchange.stdout, "");
      }
      assert.equal((await kernel.run("console.log('four')")).stdout.trim(), "four");
    },
  },
  {
    id: "no-abort-otherwise",
    title: "cells queued behind an error run when it did not ask to abort them",
    async run({ kernel }) {
      const failing = kernel.begin("await new Promise(done => setTimeout(done, 300)); throw new Error('go on')", {
        stop_on_error: false,
      });
      const queued = kernel.begin("console.log('two')", { stop_on_error: false });
      await failing.done(20_000);
      assert.equal(failing.status, "error");
      await queued.done(20_000);
      assert.equal(queued.status, "ok");
      assert.equal(queued.stdout.trim(), "two");
    },
  },
  {
    id: "queue-order",
    title: "queued cells run one after the other, in order",
    async run({ kernel }) {
      await kernel.run("let log = ''");
      const cells = [
        "log += 'a'; await new Promise(done => setTimeout(done, 50)); log += 'b'",
        "log += 'c'; await null; log += 'd'",
        "log += 'e'",
      ].map(code => kernel.begin(code));
      for (const cell of cells) await cell.done(20_000);
      assert.equal((await kernel.run("console.log(log)")).stdout.trim(), "abcde");
    },
  },
  {
    id: "complete-member",
    title: "`complete` offers members of an earlier cell's value and says which part it replaces",
    async run({ kernel }) {
      await kernel.run("const model = { layers: [1], learningRate: 0.1, train() {} }");
      const code = "const x = 1;\nmodel.lea";
      const reply = await kernel.ask("complete_request", { code, cursor_pos: code.length });
      assert.equal(reply.status, "ok");
      assert.ok(
        reply.matches!.includes("learningRate") || reply.matches!.includes("model.learningRate"),
        `got ${reply.matches!.slice(0, 8)}`,
      );
      const replaced = code.slice(reply.cursor_start, reply.cursor_end);
      assert.ok(["lea", "model.lea"].includes(replaced), `expected to replace "lea", got "${replaced}"`);
      assert.ok(!reply.matches!.some(match => match.endsWith("train")), "expected only what fits the prefix");
    },
  },
  {
    id: "complete-global",
    title: "`complete` offers globals, builtin members and names of the cell itself",
    async run({ kernel }) {
      const matches = async (code: string) =>
        (await kernel.ask("complete_request", { code, cursor_pos: code.length })).matches!.map(match =>
          match.replace(/^.*\./, ""),
        );
      assert.ok((await matches("Math.flo")).includes("floor"));
      assert.ok((await matches("const gradient = 1; grad")).includes("gradient"));
      assert.ok((await matches("setTim")).includes("setTimeout"));
    },
  },
  {
    id: "complete-typed",
    title: "`complete` knows the type of a parameter inside an unfinished function",
    async run({ kernel }) {
      await kernel.run("interface Layer { weights: number[]; bias: number }");
      const code = "function step(layer: Layer) {\n  return layer.we";
      const reply = await kernel.ask("complete_request", { code, cursor_pos: code.length });
      assert.ok(
        reply.matches!.some(match => match.endsWith("weights")),
        `got ${reply.matches!.slice(0, 8)}`,
      );
    },
  },
  {
    id: "complete-code-points",
    title: "`complete` counts its cursor in code points, beyond emoji too",
    async run({ kernel }) {
      const code = "const s = '😀😀'; Math.flo + 1";
      const cursor = [...code].join("|").split("|").length - " + 1".length;
      const reply = await kernel.ask("complete_request", { code, cursor_pos: cursor });
      assert.ok(
        reply.matches!.some(match => match.endsWith("floor")),
        `got ${reply.matches!.slice(0, 8)}`,
      );
      assert.equal(reply.cursor_end, cursor);
      const replaced = [...code].slice(reply.cursor_start, reply.cursor_end).join("");
      assert.ok(["flo", "Math.flo"].includes(replaced), `expected to replace "flo", got "${replaced}"`);
    },
  },
  {
    id: "complete-path",
    title: "`complete` offers local modules inside an import",
    files: { "gradients.ts": "export const slope = 1; export const steep = 2" },
    async run({ kernel }) {
      const path = "import { slope } from './gra";
      const reply = await kernel.ask("complete_request", { code: `${path}'`, cursor_pos: path.length });
      assert.ok(
        reply.matches!.some(match => match.includes("gradients")),
        `got ${reply.matches!.slice(0, 8)}`,
      );
      const names = "import { st } from './gradients'";
      const named = await kernel.ask("complete_request", { code: names, cursor_pos: "import { st".length });
      assert.ok(named.matches!.includes("steep"), `got ${named.matches!.slice(0, 8)}`);
    },
  },
  {
    id: "complete-busy",
    title: "`complete` in the middle of a cell and at its very start is answered",
    async run({ kernel }) {
      for (const [code, cursor] of [
        ["", 0],
        ["Math.abs(1)", 0],
        ["Math.abs(1)", 7],
        ["'text'", 3],
        ["const x = ;", 10],
      ] as const) {
        const reply = await kernel.ask("complete_request", { code, cursor_pos: cursor });
        assert.equal(reply.status, "ok");
        assert.ok(Array.isArray(reply.matches));
        assert.ok(reply.cursor_start! <= reply.cursor_end!);
      }
    },
  },
  {
    id: "inspect-type",
    title: "`inspect` gives type and documentation of an earlier cell's function as Markdown",
    async run({ kernel }) {
      await kernel.run(
        "/**\n * Takes one step down the slope.\n * @param rate how far to go\n */\nfunction descend(rate: number): string { return String(rate) }",
      );
      const code = "descend(0.1)";
      const reply = await kernel.ask("inspect_request", { code, cursor_pos: 3, detail_level: 0 });
      assert.equal(reply.status, "ok");
      assert.equal(reply.found, true);
      const markdown = String(reply.data!["text/markdown"]);
      assert.match(markdown, /descend\(rate: number\): string/);
      assert.match(markdown, /one step down the slope/);
      assert.match(markdown, /how far to go/);
      assert.ok("text/plain" in reply.data!, "expected a plain form for terminals");
    },
  },
  {
    id: "inspect-value",
    title: "`inspect` tells the inferred type of a variable",
    async run({ kernel }) {
      await kernel.run("const shapes = new Map<string, number[]>()");
      const reply = await kernel.ask("inspect_request", { code: "shapes", cursor_pos: 6, detail_level: 0 });
      assert.match(JSON.stringify(reply.data), /Map<string, number\[\]>/);
    },
  },
  {
    id: "inspect-call",
    title: "`inspect` inside the parentheses of a call tells about the call",
    async run({ kernel }) {
      await kernel.run("function descend(rate: number): string { return String(rate) }");
      const reply = await kernel.ask("inspect_request", { code: "descend(", cursor_pos: 8, detail_level: 0 });
      assert.match(JSON.stringify(reply.data), /rate: number/);
    },
  },
  {
    id: "inspect-nothing",
    title: "`inspect` of nothing finds nothing and says so",
    async run({ kernel }) {
      for (const [code, cursor] of [
        ["", 0],
        ["   ", 2],
        ["// remark", 5],
      ] as const) {
        const reply = await kernel.ask("inspect_request", { code, cursor_pos: cursor, detail_level: 0 });
        assert.equal(reply.status, "ok");
        assert.equal(reply.found, false);
      }
    },
  },
  {
    id: "is-complete",
    title: "`is_complete` tells complete, incomplete and invalid code apart",
    async run({ kernel }) {
      const cases = {
        complete: [
          "1 + 1",
          "function f() { return 1 }",
          "const a = {\n  b: 1\n}",
          "// remark",
          "class A { x = 1 }",
          "%time 1 + 1",
          "for (const i of [1]) {\n  i\n}",
          "type A = { b: number }",
        ],
        incomplete: [
          "function f() {",
          "const a = [1,",
          "console.log(",
          "`open",
          "/* open",
          "if (true) {",
          "class A {",
          "const f = () =>",
          "1 +",
        ],
        invalid: ["const = 1", "a b c ;;; )", "let 1x = 2", "}"],
      };
      for (const [status, codes] of Object.entries(cases)) {
        for (const code of codes) {
          const reply = await kernel.ask("is_complete_request", { code });
          assert.equal(reply.status, status, code);
        }
      }
    },
  },
  {
    id: "is-complete-indent",
    title: "`is_complete` proposes the next line's indent",
    async run({ kernel }) {
      const reply = await kernel.ask("is_complete_request", { code: "function f() {" });
      assert.match(reply.indent!, /^( {2}| {4}|\t)$/);
    },
  },
  {
    id: "history",
    title: "`history` gives the tail, a range and what matches a pattern",
    async run({ kernel }) {
      for (const code of ["let first = 1", "let second = 2", "second + 1"]) await kernel.run(code);
      const ask = async (fields: object) =>
        (await kernel.ask("history_request", { raw: true, output: false, ...fields })).history!;
      const tail = await ask({ hist_access_type: "tail", n: 2 });
      assert.deepEqual(
        tail.map(entry => entry[2]),
        ["let second = 2", "second + 1"],
      );
      const range = await ask({ hist_access_type: "range", session: 0, start: 1, stop: 3 });
      assert.deepEqual(
        range.map(entry => entry[2]),
        ["let first = 1", "let second = 2"],
      );
      const found = await ask({ hist_access_type: "search", n: 10, pattern: "*second*" });
      assert.deepEqual(
        found.map(entry => entry[2]),
        ["let second = 2", "second + 1"],
      );
    },
  },
  {
    id: "history-output",
    title: "`history` gives the outputs too when asked",
    async run({ kernel }) {
      for (const code of ["const three = 3", "three + 1"]) await kernel.run(code);
      const reply = await kernel.ask("history_request", { raw: true, output: true, hist_access_type: "tail", n: 2 });
      assert.deepEqual(
        reply.history!.map(entry => entry[2]),
        [
          ["const three = 3", null],
          ["three + 1", "4"],
        ],
      );
    },
  },
  {
    id: "history-unstored",
    title: "cells that ask not to be stored are not in the history",
    async run({ kernel }) {
      await kernel.run("const stored = 1");
      await kernel.run("const unstored = 1", { store_history: false });
      const reply = await kernel.ask("history_request", { raw: true, output: false, hist_access_type: "tail", n: 5 });
      assert.deepEqual(
        reply.history!.map(entry => entry[2]),
        ["const stored = 1"],
      );
    },
  },
  {
    id: "input",
    title: "`await input(prompt)` asks the front end and gives the answer",
    async run({ kernel }) {
      const exchange = kernel.begin("const name = await input('name? '); console.log('hello ' + name)", {
        allow_stdin: true,
      });
      const request = await kernel.answerInput("Ada");
      assert.equal(request.content.prompt, "name? ");
      assert.equal(request.content.password, false);
      await exchange.done(20_000);
      assert.equal(exchange.stdout.trim(), "hello Ada");
    },
    notFor: { deno: "asks with `prompt()`" },
  },
  {
    id: "input-hidden",
    title: "a hidden variant asks for a password",
    async run({ kernel }) {
      const exchange = kernel.begin("const word = await input.hidden('word? '); console.log(word.length)", {
        allow_stdin: true,
      });
      const request = await kernel.answerInput("secret");
      assert.equal(request.content.password, true);
      await exchange.done(20_000);
      assert.equal(exchange.stdout.trim(), "6");
    },
    notFor: { deno: "asks with `prompt()`" },
  },
  {
    id: "input-not-allowed",
    title: "`input` where the front end cannot ask is an error that says so, not a wait",
    async run({ kernel }) {
      const exchange = await kernel.execute("await input('name? ')", { allow_stdin: false, ms: 3000 });
      assert.equal(exchange.status, "error");
      assert.match(exchange.visible, /input/i);
    },
    notFor: { deno: "asks with `prompt()`" },
  },
  {
    id: "kernel-info",
    title: "`kernel_info` names protocol, implementation, language and how to colour it",
    async run({ kernel }) {
      const info = await kernel.ask("kernel_info_request", {});
      const language = info.language_info as Record<string, unknown>;
      assert.equal(info.status, "ok");
      assert.match(String(info.protocol_version), /^5\.\d/);
      assert.ok(info.implementation && info.implementation_version && typeof info.banner === "string");
      assert.equal(language.name, "typescript");
      assert.equal(language.file_extension, ".ts");
      assert.match(String(language.mimetype), /typescript/);
      assert.ok(language.version && language.codemirror_mode);
    },
  },
  {
    id: "kernel-info-control",
    title: "`kernel_info` on the control channel is answered there, during a busy cell too",
    async run({ kernel }) {
      const cell = kernel.begin("console.log('go'); const end = Date.now() + 1500; while (Date.now() < end) {}");
      await cell.until(15_000, '"go"', message => (message.content.text ?? "").includes("go"));
      const info = kernel.request("kernel_info_request", {}, { channel: "control" });
      await eventually(10_000, "a reply during the cell", () => info.reply !== undefined);
      assert.equal(cell.reply, undefined, "expected the cell to be still running");
      assert.equal(info.reply!.channel, "control");
      await cell.done(20_000);
    },
  },
  {
    id: "display-update",
    title: "`display_data` with an id, `update_display_data` and `clear_output`",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "import { newDisplay } from 'tslab'; const figure = newDisplay(); figure.html('<b>1</b>'); figure.html('<b>2</b>')",
      );
      const [shown] = exchange.all("display_data");
      const [updated] = exchange.all("update_display_data");
      assert.equal(shown!.content.data!["text/html"], "<b>1</b>");
      assert.equal(updated!.content.data!["text/html"], "<b>2</b>");
      assert.ok(shown!.content.transient!.display_id);
      assert.equal(updated!.content.transient!.display_id, shown!.content.transient!.display_id);
      const later = await kernel.run("figure.html('<b>3</b>')");
      assert.equal(
        later.all("update_display_data")[0]!.content.transient!.display_id,
        shown!.content.transient!.display_id,
      );
    },
    notFor: { deno: "has an API of its own for this" },
  },
  {
    id: "display-protocol",
    title: "libraries can display, update and clear without importing the kernel",
    async run({ kernel }) {
      const exchange = await kernel.run(`
        interface Jupyter { display(bundle: Record<string, unknown>, options?: { metadata?: object; displayId?: string }): void; update(id: string, bundle: Record<string, unknown>): void; clear(wait?: boolean): void; interrupted(): boolean }
        const jupyter = (globalThis as unknown as Record<symbol, Jupyter>)[Symbol.for("fromthetensor.jupyter")]!;
        jupyter.display({ "text/plain": "one" }, { displayId: "loss", metadata: { wide: true } });
        jupyter.update("loss", { "text/plain": "two" });
        jupyter.clear(true);
        jupyter.display({ "text/plain": "three" });
        console.log(jupyter.interrupted());`);
      assert.deepEqual(
        outputs(exchange).filter(type => /display|clear/.test(type)),
        ["display_data", "update_display_data", "clear_output", "display_data"],
      );
      assert.equal(exchange.all("display_data")[0]!.content.transient!.display_id, "loss");
      assert.deepEqual(exchange.all("display_data")[0]!.content.metadata, { wide: true });
      assert.equal(exchange.all("update_display_data")[0]!.content.transient!.display_id, "loss");
      assert.equal(exchange.all("clear_output")[0]!.content.wait, true);
      assert.equal(exchange.stdout.trim(), "false");
    },
    notFor: { tslab: "has no such protocol", deno: "has no such protocol" },
  },
  {
    id: "comm-unknown",
    title: "a comm that nobody waits for is closed, and no longer listed",
    async run({ kernel }) {
      const opened = kernel.request("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
      const closed = await opened.until(15_000, "`comm_close`", message => message.header.msg_type === "comm_close");
      assert.equal(closed.content.comm_id, "c1");
      const info = await kernel.ask("comm_info_request", {});
      assert.deepEqual(info.comms, {});
    },
  },
  {
    id: "comm-buffers",
    title: "a comm carries JSON and binary buffers both ways, is listed while open, and hears its end",
    async run({ kernel }) {
      await kernel.run(`
        let heard = "";
        Jupyter.comms.register("echo", (comm, opened) => {
          heard += "opened " + JSON.stringify(opened.data) + " " + opened.buffers.map(b => b.byteLength).join();
          comm.onMessage(message => comm.send({ echo: message.data }, { buffers: message.buffers.map(b => Uint8Array.from(b).reverse()) }));
          comm.onClose(() => { heard += ", closed" });
        });`);
      const opened = kernel.request(
        "comm_open",
        { comm_id: "c7", target_name: "echo", data: { x: 1 } },
        { buffers: [Buffer.alloc(5), Buffer.alloc(0)] },
      );
      await eventually(15_000, "the comm to be listed", async () => {
        const info = await kernel.ask("comm_info_request", { target_name: "echo" });
        return info.comms?.c7?.target_name === "echo";
      });
      assert.deepEqual(opened.all("comm_close"), []);
      const sent = kernel.request(
        "comm_msg",
        { comm_id: "c7", data: { n: 2 } },
        { buffers: [Buffer.from([1, 2, 255]), Buffer.from([])] },
      );
      const answer = await sent.until(15_000, "`comm_msg`", message => message.header.msg_type === "comm_msg");
      assert.equal(answer.content.comm_id, "c7");
      assert.deepEqual(answer.content.data, { echo: { n: 2 } });
      // As text: jest's arrays and those of ZeroMQ have different prototypes.
      assert.equal(JSON.stringify(answer.buffers.map(buffer => [...buffer])), "[[255,2,1],[]]");
      kernel.request("comm_close", { comm_id: "c7", data: {} });
      await eventually(15_000, "the comm to be closed", async () =>
        (await kernel.run("console.log(heard)")).stdout.includes("closed"),
      );
      assert.equal((await kernel.run("console.log(heard)")).stdout.trim(), 'opened {"x":1} 5,0, closed');
      assert.deepEqual((await kernel.ask("comm_info_request", {})).comms, {});
    },
    notFor: { tslab: "has no API for this", deno: "has an API of its own for this" },
  },
  {
    id: "comm-open",
    title: "a cell opens a comm to the front end, with buffers, and hears what it answers",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "let heard = ''; const comm = Jupyter.comms.open('slider', { value: 3 }, { buffers: [new Uint8Array([9, 8])] }); comm.onMessage(message => { heard = JSON.stringify(message.data) }); comm.send({ step: 1 })",
      );
      const [opened] = exchange.all("comm_open");
      assert.equal(opened!.content.target_name, "slider");
      assert.deepEqual(opened!.content.data, { value: 3 });
      assert.deepEqual([...opened!.buffers[0]!], [9, 8]);
      assert.deepEqual(exchange.all("comm_msg")[0]!.content.data, { step: 1 });
      kernel.request("comm_msg", { comm_id: opened!.content.comm_id, data: { value: 4 } });
      await eventually(15_000, "the cell to hear the answer", async () =>
        (await kernel.run("console.log(heard)")).stdout.includes('{"value":4}'),
      );
      const closed = await kernel.run("comm.close()");
      assert.equal(closed.all("comm_close")[0]!.content.comm_id, opened!.content.comm_id);
    },
    notFor: { tslab: "has no API for this", deno: "has an API of its own for this" },
  },
  {
    id: "user-expressions",
    title: "`user_expressions` are evaluated after the cell, each with its own success or error",
    async run({ kernel }) {
      const exchange = await kernel
        .request("execute_request", {
          code: "const side = 4",
          silent: false,
          store_history: true,
          user_expressions: { area: "side ** 2", wrong: "noSuchName" },
          allow_stdin: false,
          stop_on_error: true,
        })
        .done(20_000);
      const expressions = exchange.reply!.content.user_expressions as Record<
        string,
        { status: string; data?: Record<string, string> }
      >;
      assert.equal(expressions.area!.status, "ok");
      assert.equal(expressions.area!.data!["text/plain"], "16");
      assert.equal(expressions.wrong!.status, "error");
    },
  },
  {
    id: "shutdown",
    title: "`shutdown` is answered with the right `restart` flag, and the process ends by itself",
    async run({ kernel, start }) {
      for (const [client, restart] of [
        [kernel, false],
        [await start(), true],
      ] as const) {
        await client.run("setInterval(() => {}, 1000); 1");
        const exchange = client.request("shutdown_request", { restart }, { channel: "control" });
        await eventually(15_000, "a reply", () => exchange.reply !== undefined);
        assert.equal(exchange.reply!.header.msg_type, "shutdown_reply");
        assert.equal(exchange.reply!.content.restart, restart);
        const ended = await Promise.race([
          client.launched.exited,
          new Promise<undefined>(done => setTimeout(done, 3000)),
        ]);
        assert.ok(ended, "expected the process to end within 3 s");
        assert.equal(ended.code, 0);
      }
    },
  },
  {
    id: "shutdown-busy",
    title: "`shutdown` ends a kernel that is busy",
    async run({ kernel }) {
      const cell = kernel.begin("console.log('go'); for (;;) {}");
      await cell.until(15_000, '"go"', message => (message.content.text ?? "").includes("go"));
      kernel.request("shutdown_request", { restart: false }, { channel: "control" });
      const ended = await Promise.race([
        kernel.launched.exited,
        new Promise<undefined>(done => setTimeout(done, 3000)),
      ]);
      assert.ok(ended, "expected the process to end within 3 s");
    },
  },
];

export const messages: Group = { name: "messages", title: "Messages", features };
