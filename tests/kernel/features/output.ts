// Output: whole, in order, and while the cell still runs.
import assert from "node:assert/strict";
import type { Feature, Group } from "./feature";

const features: Feature[] = [
  {
    id: "many-lines",
    title: "200,000 printed lines arrive whole and in order",
    seconds: 60,
    async run({ kernel }) {
      const count = 200_000;
      const exchange = await kernel.run(`for (let i = 0; i < ${count}; i++) console.log('line', i)`, { ms: 45_000 });
      const lines = exchange.stdout.split("\n");
      assert.equal(lines.length, count + 1);
      for (let i = 0; i < count; i++) if (lines[i] !== `line ${i}`) assert.equal(lines[i], `line ${i}`);
    },
  },
  {
    id: "many-lines-no-stall",
    title: "printing does not stall the cell: 200,000 lines take less than 10 s, on a busy machine too",
    seconds: 90,
    async run({ kernel }) {
      const times: number[] = [];
      while (times.length < 3 && !(times.at(-1)! < 10_000)) {
        const exchange = await kernel.run(
          `const t${times.length} = performance.now(); for (let i = 0; i < 200_000; i++) console.log('line', i); console.error(performance.now() - t${times.length})`,
          { ms: 45_000 },
        );
        times.push(Number(exchange.stderr));
      }
      assert.ok(
        times.at(-1)! < 10_000,
        `expected at most 10,000 ms in one of three tries, got ${times.map(Math.round)}`,
      );
    },
  },
  {
    id: "big-string",
    title: "a string of 50 MB arrives whole",
    seconds: 60,
    async run({ kernel }) {
      const length = 50_000_000;
      const exchange = await kernel.run(`console.log('0123456789'.repeat(${length / 10}) + 'end')`, { ms: 45_000 });
      const { stdout } = exchange;
      assert.equal(stdout.length, length + 4);
      assert.ok(stdout.endsWith("0123456789end\n"));
      assert.equal((await kernel.run("console.log('after')")).stdout.trim(), "after");
    },
  },
  {
    id: "live",
    title: "output of a busy cell is seen while it still runs",
    async run({ kernel }) {
      const exchange = kernel.begin(
        "console.log('first'); const end = Date.now() + 3000; while (Date.now() < end) {}; console.log('second')",
      );
      await exchange.until(2800, "the first line while the cell runs", message =>
        (message.content.text ?? "").includes("first"),
      );
      assert.equal(exchange.reply, undefined);
      await exchange.done(20_000);
      assert.equal(exchange.stdout, "first\nsecond\n");
    },
  },
  {
    id: "live-lines",
    title: "each line of a slow loop is seen soon after it is printed",
    async run({ kernel }) {
      const exchange = kernel.begin(
        "for (let i = 0; i < 5; i++) { console.log('at', i, Date.now()); const end = Date.now() + 150; while (Date.now() < end) {} }",
      );
      const delays: number[] = [];
      for (let i = 0; i < 5; i++) {
        const message = await exchange.until(15_000, `line ${i}`, m =>
          new RegExp(`at ${i} `).test(m.content.text ?? ""),
        );
        delays.push(Date.now() - Number(new RegExp(`at ${i} (\\d+)`).exec(message.content.text!)![1]));
      }
      // Less than a turn of the loop, which no kernel that prints at the end of a cell or of a turn can do; the median, since a
      // busy machine delays some.
      const median = delays.sort((x, y) => x - y)[2]!;
      assert.ok(median < 140, `expected a line within 140 ms, got ${delays} ms`);
      await exchange.done(20_000);
    },
  },
  {
    id: "write-callback",
    title: "`process.stdout.write` returns a boolean, calls back, and `drain` follows `false`",
    async run({ kernel }) {
      const exchange = await kernel.run(`
        await new Promise<void>((done, fail) => process.stdout.write('a', error => error ? fail(error) : done()));
        await new Promise<void>(done => process.stdout.write(Buffer.from('b'), () => done()));
        await new Promise<void>(done => process.stderr.write('c', 'utf8', () => done()));
        for (let i = 0; i < 100; i++) if (!process.stdout.write('.'.repeat(10_000))) await new Promise(done => process.stdout.once('drain', done));
        console.log('end')`);
      assert.equal(exchange.stdout, `ab${".".repeat(1_000_000)}end\n`);
      assert.equal(exchange.stderr, "c");
    },
  },
  {
    id: "pipeline",
    title: "a stream can be piped into `process.stdout`",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "import { pipeline } from 'node:stream/promises'; import { Readable } from 'node:stream'; await pipeline(Readable.from(['x', 'y', 'z\\n']), process.stdout, { end: false }); console.log('after')",
      );
      assert.equal(exchange.stdout, "xyz\nafter\n");
    },
  },
  {
    id: "carriage-return",
    title: "carriage returns, backspaces and tabs come through as they are",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "for (let i = 0; i <= 2; i++) process.stdout.write('\\repoch ' + i); process.stdout.write('\\b!\\t\\n')",
      );
      assert.equal(exchange.stdout, "\repoch 0\repoch 1\repoch 2\b!\t\n");
    },
  },
  {
    id: "ansi",
    title: "ANSI colours come through as they are",
    async run({ kernel }) {
      const exchange = await kernel.run("console.log('\\u001b[31mred\\u001b[0m \\u001b[1;38;5;208morange\\u001b[0m')");
      assert.equal(exchange.stdout, "\u001b[31mred\u001b[0m \u001b[1;38;5;208morange\u001b[0m\n");
    },
  },
  {
    id: "utf8-split",
    title: "a character whose bytes are written in two parts is one character",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "const bytes = Buffer.from('grün 😀\\n'); for (let i = 0; i < bytes.length; i++) process.stdout.write(bytes.subarray(i, i + 1))",
      );
      assert.equal(exchange.stdout, "grün 😀\n");
    },
  },
  {
    id: "odd-text",
    title: "lone surrogates and NUL bytes in printed text harm nothing",
    async run({ kernel }) {
      const exchange = await kernel.run("console.log('a\\ud800b\\u0000c')");
      assert.match(exchange.stdout, /^a.*b.*c\n$/su);
      assert.equal((await kernel.run("console.log('next')")).stdout.trim(), "next");
    },
  },
  {
    id: "late-output",
    title: "what a timer prints after its cell has ended arrives, as output of that cell",
    async run({ kernel }) {
      const exchange = await kernel.run("setTimeout(() => console.log('late'), 150); console.log('soon')");
      await exchange.until(15_000, "the late line", message => (message.content.text ?? "").includes("late"));
      assert.equal(exchange.stdout, "soon\nlate\n");
    },
  },
  {
    id: "last-write",
    title: "the last line before an error is not lost",
    async run({ kernel }) {
      const exchange = await kernel.execute(
        "for (let i = 0; i < 1000; i++) process.stdout.write(i + ' '); throw new Error('end')",
      );
      assert.ok(exchange.stdout.endsWith("998 999 "));
    },
  },
  {
    id: "output-before-idle",
    title: 'all output of a cell comes before its "idle"',
    async run({ kernel }) {
      for (let turn = 0; turn < 10; turn++) {
        const exchange = await kernel.run("for (let i = 0; i < 2000; i++) console.log(i)");
        assert.equal(exchange.stdout.split("\n").length, 2001);
        assert.equal(exchange.messages.at(-1)!.content.execution_state, "idle");
      }
    },
  },
  {
    id: "child-output",
    title: "what a child process prints on the inherited output is seen",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "import { spawnSync } from 'node:child_process'; spawnSync('echo', ['from below'], { stdio: 'inherit' }); undefined",
      );
      await exchange.until(15_000, "the child's line", message => (message.content.text ?? "").includes("from below"));
    },
  },
];

export const output: Group = { name: "output", title: "Output", features };
