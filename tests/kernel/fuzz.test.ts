// 2,000 malformed messages and 400 random cells, from a fixed seed (or FTT_FUZZ_SEED, to look further). The kernel may answer a
// malformed message or drop it; it must answer every cell, and afterwards it must still be the kernel that it was.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KernelClient } from "./client";
import { cellText } from "./fuzz/cell-text";
import { malformed } from "./fuzz/malformed";
import { Dice } from "./fuzz/random";
import { ours } from "./targets";

const seed = Number(process.env.FTT_FUZZ_SEED ?? 20240229);
const messageCount = 2000;
const cellCount = 400;
const batch = 100;

async function isWell(kernel: KernelClient, after: string): Promise<void> {
  const info = await kernel.ask("kernel_info_request", {}, { ms: 20_000 }).catch((error: Error) => {
    throw new Error(`${after}: ${error.message}\n${kernel.launched.log().slice(-2000)}`);
  });
  assert.equal(info.status, "ok", after);
  const control = await kernel.ask("kernel_info_request", {}, { channel: "control", ms: 20_000 });
  assert.equal(control.status, "ok", after);
  // A malformed cell that fails aborts what waits behind it, as the protocol says: then ask again.
  let sum = await kernel.execute("1 + 1", { stop_on_error: false });
  for (let tries = 1; sum.status === "aborted" && tries < batch; tries++)
    sum = await kernel.execute("1 + 1", { stop_on_error: false });
  assert.equal(sum.status, "ok", after);
  assert.equal(sum.shown["text/plain"], "2", after);
}

describe("the kernel under fire", () => {
  let kernel: KernelClient;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ftt-fuzz-"));
    kernel = await KernelClient.start((await ours()).spec, { cwd: folder });
  }, 60_000);

  afterEach(async () => {
    await kernel?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test(`${messageCount} malformed messages are answered or dropped, and the kernel lives (seed ${seed})`, async () => {
    const dice = new Dice(seed);
    const pid = (await kernel.run("process.pid")).shown["text/plain"];
    const kinds = new Map<string, number>();
    for (let sent = 0; sent < messageCount; sent++) {
      const message = malformed(dice, kernel.launched.connection.key, kernel.session);
      kinds.set(message.kind, (kinds.get(message.kind) ?? 0) + 1);
      await kernel.sendRaw(message.channel, message.frames);
      if ((sent + 1) % batch === 0)
        await isWell(kernel, `after ${sent + 1} messages, the last of kind "${message.kind}"`);
    }
    expect([...kinds.values()].every(count => count > 50)).toBe(true);
    expect((await kernel.run("process.pid")).shown["text/plain"]).toBe(pid);
    expect(kernel.unreadable).toEqual([]);
  }, 120_000);

  test(`${cellCount} random cells are all answered, and the kernel lives (seed ${seed})`, async () => {
    const dice = new Dice(seed + 1);
    const pid = (await kernel.run("process.pid")).shown["text/plain"];
    for (let sent = 0; sent < cellCount; sent++) {
      const code = cellText(dice);
      const exchange = kernel.begin(code, { stop_on_error: false });
      // A random cell may well be an endless loop or a promise that never settles: then it must be possible to stop it.
      await exchange.done(4000).catch(async () => {
        await kernel.interrupt();
        await exchange.done(4000).catch((error: Error) => {
          throw new Error(
            `cell ${sent} ${JSON.stringify(code)}: ${error.message}\n${kernel.launched.log().slice(-2000)}`,
          );
        });
      });
      for (const type of ["complete_request", "inspect_request", "is_complete_request"]) {
        if (dice.next() < 0.15)
          await kernel.ask(type, { code, cursor_pos: dice.below(code.length + 2), detail_level: 0 });
      }
      if ((sent + 1) % batch === 0) await isWell(kernel, `after cell ${sent} ${JSON.stringify(code)}`);
    }
    expect((await kernel.run("process.pid")).shown["text/plain"]).toBe(pid);
  }, 180_000);
});
