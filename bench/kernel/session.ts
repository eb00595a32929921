// One session of one kernel, measured from its start to its end: every case in the order in which a notebook would meet it.
import { rmSync } from "node:fs";
import { KernelClient } from "../../tests/kernel/client";
import { descendants, residentMegabytes } from "../../tests/kernel/client/process-tree";
import { makeFolder, manifest } from "../../tests/kernel/features/feature";
import type { Target } from "../../tests/kernel/targets";
import { median } from "../frame";
import { type Dialect, dialects } from "./dialects";

/** Case by measurement; a case is absent where the kernel cannot do it. */
export type Measurements = Record<string, number>;

const trivialCells = 40;
const classCells = 100;
const printedLines = 100_000;
const questions = 15;
const slowMs = 120_000;
const printMs = 20_000;
// tslab now and then loses "idle" after a cell that prints: then the reply alone ends the cell.
const graceMs = 1000;

const isLanguageServer = (command: string) => /--lsp|tsserver/.test(command);

/** Time of a cell that succeeds, from sending the request to reply and "idle". */
async function time(kernel: KernelClient, code: string): Promise<number> {
  const exchange = await kernel.begin(code).replied(slowMs, graceMs);
  if (exchange.status !== "ok")
    throw new Error(`expected the cell to run, got "${exchange.status}":\n${code}\n${exchange.visible}`);
  return exchange.milliseconds;
}

/** Median time of cells that are alike. */
async function repeat(kernel: KernelClient, code: (i: number) => string, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) taken.push(await time(kernel, code(i)));
  return median(taken);
}

async function ask(kernel: KernelClient, type: string, code: string): Promise<number | undefined> {
  const taken: number[] = [];
  for (let i = 0; i < questions; i++) {
    const exchange = await kernel
      .request(type, { code, cursor_pos: code.length, detail_level: 0 })
      .replied(slowMs, graceMs);
    const { matches, found } = exchange.reply!.content;
    if (type === "complete_request" ? (matches ?? []).length === 0 : !found) return undefined;
    taken.push(exchange.milliseconds);
  }
  return median(taken);
}

async function classes(kernel: KernelClient, dialect: Dialect): Promise<{ tenth: number; hundredth: number }> {
  const taken: number[] = [];
  for (let i = 0; i < classCells; i++) taken.push(await time(kernel, dialect.classCell(i)));
  // A single cell is a matter of luck: the tenth stands for cells 6 to 15, the hundredth for the last ten.
  return { tenth: median(taken.slice(5, 15)), hundredth: median(taken.slice(-10)) };
}

/** Resident memory of the kernel's process, of its language server, and of both together. */
function memory(kernel: KernelClient): Record<string, number | undefined> {
  const below = descendants(kernel.pid);
  const servers = below.filter(row => isLanguageServer(row.command));
  const sum = (pids: number[]) => pids.reduce((total, pid) => total + (residentMegabytes(pid) ?? 0), 0);
  const own = residentMegabytes(kernel.pid);
  if (own === undefined) return {};
  return {
    "memory-kernel": own,
    "memory-server": servers.length > 0 ? sum(servers.map(row => row.pid)) : undefined,
    "memory-total": sum([kernel.pid, ...below.map(row => row.pid)]),
  };
}

/** A kernel that loses lines may lose "idle" too. Its time counts only when everything arrived. */
async function print(kernel: KernelClient, dialect: Dialect): Promise<Record<string, number | undefined>> {
  const printed = kernel.begin(dialect.print(printedLines));
  await printed.done(printMs).catch(() => undefined);
  const lines = printed.stdout.split("\n").filter(line => line !== "").length;
  return { "print-lines": lines, print: lines === printedLines ? printed.milliseconds : undefined };
}

/**
 * Runs a whole session and returns what was measured. A peer that fails a case is without it in this turn, and `log` is told: tslab,
 * for one, now and then answers a correct cell with an error of its own. Ours must not fail.
 */
export async function measure(target: Target, log: (line: string) => void): Promise<Measurements> {
  const dialect = dialects[target.name];
  const folder = makeFolder({ "package.json": manifest("@tensorflow/tfjs") }, ["@tensorflow/tfjs"]);
  const found: Record<string, number | undefined> = {};
  const attempt = async (work: () => Promise<Record<string, number | undefined>>) => {
    try {
      Object.assign(found, await work());
    } catch (error) {
      if (target.name === "ours") throw error;
      log(`${target.name}: ${(error as Error).message.split("\n").slice(0, 4).join(" ")}`);
    }
  };
  const began = performance.now();
  const kernel = await KernelClient.launch(target.spec, { cwd: folder });
  try {
    const first = kernel.begin(dialect.trivial(0));
    await kernel.greet();
    await first.replied(slowMs, graceMs);
    found.start = first.repliedAt! - began;

    await time(kernel, dialect.trivial(1));
    if (dialect.checksTypes) {
      await attempt(async () => ({ "trivial-checked": await repeat(kernel, dialect.trivial, trivialCells) }));
    }
    if (dialect.typesOff !== undefined) await time(kernel, dialect.typesOff);
    if (!dialect.checksTypes || dialect.typesOff !== undefined) {
      await attempt(async () => ({ "trivial-unchecked": await repeat(kernel, dialect.trivial, trivialCells) }));
    }
    if (dialect.typesOn !== undefined) await time(kernel, dialect.typesOn);

    await attempt(async () => ({ loop: await time(kernel, dialect.loop) }));
    await attempt(async () => {
      const { tenth, hundredth } = await classes(kernel, dialect);
      return { tenth, hundredth, growth: hundredth / tenth };
    });
    await attempt(async () => ({ complete: await ask(kernel, "complete_request", dialect.complete) }));
    await attempt(async () => ({ inspect: await ask(kernel, "inspect_request", dialect.inspect) }));

    const { importTensorFlow, useTensorFlow } = dialect;
    if (importTensorFlow !== undefined && useTensorFlow !== undefined) {
      await attempt(async () => ({ import: await time(kernel, importTensorFlow) }));
      await attempt(async () => ({ use: await repeat(kernel, useTensorFlow, 10) }));
      await attempt(async () => ({ again: await repeat(kernel, () => useTensorFlow(0), 10) }));
      await attempt(async () => memory(kernel));
    }
    await attempt(() => print(kernel, dialect));
  } finally {
    await kernel.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, number] => entry[1] !== undefined));
}
