// Transport: sockets, signatures, the heartbeat, the limits of the process, and that nothing of it is left behind.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { eventually, pause } from "../client/deadline";
import { descendants, isAlive } from "../client/process-tree";
import { encode, newHeader } from "../client/wire";
import type { Feature, Group } from "./feature";

const features: Feature[] = [
  {
    id: "ipc",
    title: "a kernel over IPC runs cells, prints and is stopped",
    async run({ start }) {
      const kernel = await start({ transport: "ipc" });
      const exchange = await kernel.run("const a = 20; console.log('printed'); a + 1");
      assert.equal(exchange.stdout, "printed\n");
      assert.equal(exchange.shown["text/plain"], "21");
      assert.equal(await kernel.beat("over ipc", 1000), "over ipc");
      assert.equal((await kernel.ask("kernel_info_request", {}, { channel: "control" })).status, "ok");
    },
  },
  {
    id: "signature",
    title: "a message with a wrong signature is dropped and logged, and the kernel goes on",
    async run({ kernel }) {
      await kernel.run("let touched = 'no'");
      const content = {
        code: "touched = 'yes'; console.log('ran')",
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
      };
      const header = newHeader("execute_request", kernel.session);
      for (const key of ["another key", ""]) await kernel.sendRaw("shell", encode(key, header, content));
      const [delimiter, , ...rest] = encode("", header, content);
      for (const signature of ["", "00", "f".repeat(64), "ß".repeat(32)])
        await kernel.sendRaw("shell", [delimiter!, signature, ...rest]);
      assert.equal((await kernel.run("console.log(touched)")).stdout.trim(), "no");
      assert.ok(
        !kernel.strays.some(message => message.parent_header.msg_id === header.msg_id),
        "expected no answer at all",
      );
      await eventually(10_000, "a line about the signature in the log", () => /signature/i.test(kernel.launched.log()));
    },
  },
  {
    id: "signed-answers",
    title: "every message of the kernel is signed, the large and the binary ones too",
    async run({ kernel }) {
      const exchange = await kernel.run("console.log('ü'.repeat(100_000)); ({ a: 1 })");
      assert.ok([...exchange.messages, exchange.reply!].every(message => message.signed));
      assert.deepEqual(kernel.unreadable, []);
    },
  },
  {
    id: "heartbeat",
    title: "the heartbeat is answered during a busy cell",
    async run({ kernel }) {
      const exchange = kernel.begin("console.log('go'); const end = Date.now() + 1500; while (Date.now() < end) {}");
      await exchange.until(15_000, '"go"', message => (message.content.text ?? "").includes("go"));
      const delays: number[] = [];
      for (const bytes of ["ping", "other bytes", "x".repeat(1000)]) {
        const sent = performance.now();
        assert.equal(await kernel.beat(bytes, 1000), bytes);
        delays.push(performance.now() - sent);
      }
      assert.ok(Math.min(...delays) < 300, `expected the echo within 300 ms, got ${delays.map(Math.round)}`);
      assert.equal(exchange.reply, undefined, "expected the cell to be still running");
      await exchange.done(20_000);
    },
  },
  {
    id: "heap-limit",
    title: "the heap limit is set in the kernelspec",
    async run({ kernel }) {
      const { spec } = kernel.launched;
      const text = JSON.stringify(spec);
      const named = /max-old-space-size[=" ,]+(\d+)/.exec(text);
      assert.ok(named, `expected --max-old-space-size in the kernelspec, got ${text}`);
      const limit = Number(
        (await kernel.run("import v8 from 'node:v8'; console.log(v8.getHeapStatistics().heap_size_limit / 2 ** 20)"))
          .stdout,
      );
      assert.ok(Math.abs(limit - Number(named[1])) < 300, `expected about ${named[1]} MiB, got ${limit}`);
    },
    notFor: { deno: "is not Node" },
  },
  {
    id: "out-of-memory",
    title: "running out of memory says so",
    seconds: 180,
    async run({ start }) {
      const small = await start({
        spec: spec => ({ ...spec, argv: spec.argv.map(withSmallHeap), env: shrink(spec.env) }),
      });
      const exchange = small.begin(hoarder, { stop_on_error: false });
      await Promise.race([small.launched.exited, exchange.done(120_000)]);
      await eventually(10_000, "a message about memory for the reader", () => /memory/i.test(exchange.visible));
    },
  },
  {
    id: "no-orphans",
    title: "no process is left when the kernel is shut down or killed",
    seconds: 60,
    async run({ kernel, start }) {
      const killed = await start();
      for (const client of [kernel, killed]) {
        await client.run("const a: number = 1; a");
        const below = descendants(client.pid).map(row => row.pid);
        if (client === killed) process.kill(client.pid, "SIGKILL");
        else client.request("shutdown_request", { restart: false }, { channel: "control" });
        await eventually(15_000, "all processes below the kernel to end", () => below.every(pid => !isAlive(pid)));
        await eventually(15_000, "the kernel to end", () => !isAlive(client.pid));
      }
    },
  },
  {
    id: "parent-dies",
    title: "a kernel whose Jupyter server has died ends by itself",
    async run({ start }) {
      const server = spawn("sleep", ["60"], { stdio: "ignore" });
      const orphan = await start({ env: { JPY_PARENT_PID: String(server.pid) } });
      await orphan.run("1 + 1");
      server.kill("SIGKILL");
      await eventually(10_000, "the kernel to end", () => !isAlive(orphan.pid));
    },
  },
  {
    id: "second-client",
    title: "a second front end may speak to the same kernel",
    async run({ kernel }) {
      const header = newHeader("execute_request", "another session");
      await kernel.run("let seen = 0");
      const content = {
        code: "seen = 7; console.log('hello')",
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
      };
      await kernel.sendRaw("shell", encode(kernel.launched.connection.key, header, content));
      await eventually(15_000, "its outputs on IOPub", () =>
        kernel.strays.some(
          message => message.parent_header.session === "another session" && message.content.text === "hello\n",
        ),
      );
      assert.equal((await kernel.run("console.log(seen)")).stdout.trim(), "7");
    },
  },
  {
    id: "burst",
    title: "500 requests at once are all answered, in order",
    async run({ kernel }) {
      await kernel.run("let n = 0");
      const exchanges = Array.from({ length: 250 }, (_, i) => [
        kernel.begin("n++"),
        kernel.request("kernel_info_request", { i }),
      ]).flat();
      for (const exchange of exchanges) await exchange.done(20_000);
      assert.equal((await kernel.run("console.log(n)")).stdout.trim(), "250");
      await pause(10);
    },
  },
];

// Some 200 MB a second, as a cell that gathers results does it.
const hoarder = `const hoard: number[][] = [];
for (;;) {
  hoard.push(new Array(100_000).fill(1.5));
  const end = performance.now() + 4;
  while (performance.now() < end) {}
}`;

function withSmallHeap(option: string): string {
  return option.replace(/max-old-space-size=\d+/, "max-old-space-size=400");
}

function shrink(env: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, withSmallHeap(value)]));
}

export const transport: Group = { name: "transport", title: "Transport", features };
