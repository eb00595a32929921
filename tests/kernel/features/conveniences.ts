// Conveniences: the lines that begin with % or ! and what they do.
import assert from "node:assert/strict";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Feature, Group } from "./feature";

const magics = ["%time", "%%time", "%%bash", "!", "%env", "%cd", "%who", "%reset", "%help", "%types"];

const features: Feature[] = [
  {
    id: "time-line",
    title: "`%time` runs one line, shows its value and how long it took",
    async run({ kernel }) {
      const exchange = await kernel.run("%time await new Promise<number>(done => setTimeout(() => done(41 + 1), 60))");
      const seen = `${exchange.visible} ${exchange.shown["text/plain"] ?? ""}`;
      assert.match(seen, /\b42\b/);
      assert.match(seen, /\d+(\.\d+)? ?(ms|s)\b/);
    },
  },
  {
    id: "time-cell",
    title: "`%%time` runs the whole cell, and its names are kept",
    async run({ kernel }) {
      const exchange = await kernel.run("%%time\nlet total = 0;\nfor (let i = 0; i < 1000; i++) total += i;\ntotal");
      const seen = `${exchange.visible} ${exchange.shown["text/plain"] ?? ""}`;
      assert.match(seen, /499500/);
      assert.match(seen, /\d+(\.\d+)? ?(µs|ms|s)\b/);
      assert.equal((await kernel.run("console.log(total)")).stdout.trim(), "499500");
    },
  },
  {
    id: "time-line-number",
    title: "errors below `%%time` keep their line numbers",
    async run({ kernel }) {
      const exchange = await kernel.execute("%%time\nconst a = 1;\nthrow new Error('third line')", {
        stop_on_error: false,
      });
      assert.match(exchange.visible, /third line/);
      assert.match(exchange.visible, /cell[^\w\n]{0,3}1[^\d\n]{1,12}3/i);
    },
  },
  {
    id: "bash-cell",
    title: "`%%bash` runs a script in the kernel's folder, with both its outputs",
    files: { "here.txt": "found" },
    async run({ kernel }) {
      const exchange = await kernel.run("%%bash\nfor i in 1 2; do echo line $i; done\ncat here.txt\necho wrong >&2");
      assert.match(exchange.stdout, /line 1\nline 2\nfound/);
      assert.match(exchange.stderr, /wrong/);
    },
  },
  {
    id: "bash-live",
    title: "a shell command's output is seen while it runs",
    async run({ kernel }) {
      const exchange = kernel.begin("%%bash\necho first; sleep 3; echo second");
      await exchange.until(2800, "the first line", message => (message.content.text ?? "").includes("first"));
      assert.equal(exchange.reply, undefined);
      await exchange.done(20_000);
      assert.match(exchange.stdout, /first\nsecond/);
    },
  },
  {
    id: "bash-fails",
    title: "a `%%bash` that fails is an error that says with which status",
    async run({ kernel }) {
      const exchange = await kernel.execute("%%bash\nexit 7", { stop_on_error: false });
      assert.equal(exchange.status, "error");
      assert.match(exchange.visible, /\b7\b/);
    },
  },
  {
    id: "shell-line",
    title: "`!cmd` runs a command among lines of TypeScript",
    async run({ kernel }) {
      const exchange = await kernel.run("const a = 1;\n!echo from the shell | tr a-z A-Z\nconsole.log(a + 1)");
      assert.equal(exchange.stdout.trim(), "FROM THE SHELL\n2");
    },
  },
  {
    id: "env",
    title: "`%env` shows, reads and sets environment variables",
    async run({ kernel }) {
      await kernel.run("%env COLOUR=blue green");
      assert.equal((await kernel.run("console.log(process.env.COLOUR)")).stdout.trim(), "blue green");
      assert.match(
        JSON.stringify([(await kernel.run("%env COLOUR")).visible, (await kernel.run("%env COLOUR")).shown]),
        /blue green/,
      );
      assert.match((await kernel.run("!echo $COLOUR")).stdout, /blue green/);
      const all = await kernel.run("%env");
      assert.match(`${all.visible}${JSON.stringify(all.shown)}`, /COLOUR/);
    },
  },
  {
    id: "cd",
    title: "`%cd` changes the folder for files, shell commands and relative imports",
    files: { "below/m.ts": "export const where = 'below'" },
    async run({ kernel, folder }) {
      await kernel.run("%cd below");
      assert.equal((await kernel.run("console.log(process.cwd())")).stdout.trim(), realpathSync(join(folder, "below")));
      assert.match((await kernel.run("!pwd")).stdout, /below/);
      assert.equal((await kernel.run("import { where } from './m'; console.log(where)")).stdout.trim(), "below");
      const failed = await kernel.execute("%cd nowhere-at-all", { stop_on_error: false });
      assert.equal(failed.status, "error");
      assert.match(failed.visible, /nowhere-at-all/);
    },
  },
  {
    id: "who",
    title: "`%who` lists what the cells declared, and nothing of the kernel",
    async run({ kernel }) {
      await kernel.run("const learningRate = 0.1; function train() {} class Model {}");
      const exchange = await kernel.run("%who");
      const seen = `${exchange.visible}${JSON.stringify(exchange.shown)}`;
      for (const name of ["learningRate", "train", "Model"])
        assert.ok(seen.includes(name), `expected ${name} in ${seen}`);
      assert.ok(!/setTimeout|globalThis|require/.test(seen), seen);
    },
  },
  {
    id: "reset",
    title: "`%reset` forgets all names, in values and in types",
    async run({ kernel }) {
      await kernel.run("const learningRate = 0.1; interface Kept { a: number }");
      await kernel.run("%reset");
      for (const code of ["learningRate", "const k: Kept = { a: 1 }"]) {
        assert.notEqual((await kernel.execute(code, { stop_on_error: false })).status, "ok", code);
      }
      assert.equal((await kernel.run("const learningRate = 'new'; console.log(learningRate)")).stdout.trim(), "new");
    },
  },
  {
    id: "help",
    title: "`%help` documents every one of them",
    async run({ kernel }) {
      const exchange = await kernel.run("%help");
      const seen = `${exchange.visible}${JSON.stringify(exchange.shown)}`;
      for (const magic of magics) assert.ok(seen.includes(magic), `expected ${magic} in:\n${seen}`);
    },
  },
  {
    id: "unknown-magic",
    title: "an unknown `%` line is an error that points to `%help`",
    async run({ kernel }) {
      const exchange = await kernel.execute("%matplotlib inline", { stop_on_error: false });
      assert.equal(exchange.status, "error");
      assert.match(exchange.visible, /matplotlib/);
      assert.match(exchange.visible, /%help/);
    },
  },
  {
    id: "not-magic",
    title: "`%` and `!` inside expressions, texts and comments stay what they are",
    async run({ kernel }) {
      const exchange = await kernel.run(
        "const a = 17\n  % 5;\nconst text = `\n%cd /\n!echo no\n`;\nconst not =\n  !a;\n/*\n%reset\n*/\nconsole.log(a, text.length, not)",
      );
      assert.equal(exchange.stdout.trim(), "2 16 false");
    },
  },
];

const notForPeers = { tslab: "has no magics", deno: "has no magics" };

export const conveniences: Group = {
  name: "conveniences",
  title: "Conveniences",
  features: features.map(feature => (feature.id === "not-magic" ? feature : { ...feature, notFor: notForPeers })),
};
