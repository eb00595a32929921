// `ftt bench NAME [--json]`: runs one benchmark and prints a table, or with --json one document on standard output and nothing else there.
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { Argument, type Command, InvalidArgumentError } from "commander";
import { attempt, printJson } from "../cli/attempt";
import { examples } from "../cli/help";
import type { Benchmark, BenchRow } from "./frame";
import { installPeers } from "./peers";

/** Every benchmark, loaded only when it is named. */
const BENCHMARKS: Record<string, { description: string; load: () => Promise<{ bench: Benchmark }> }> = {
  kernel: { description: "the kernel against tslab, Deno and ipykernel", load: () => import("./kernel") },
  train: {
    description: "steps per second of five whole train steps, against PyTorch eager",
    load: () => import("./train"),
  },
  ops: {
    description: "GFLOP/s of matrix products and convolutions, against PyTorch and the machine's peak",
    load: () => import("./ops"),
  },
  chapters: {
    description: "time to a score of the chapters' networks, against PyTorch eager",
    load: () => import("./chapters"),
  },
  plot: {
    description: "time and bytes of each verb's still, against plotly.js in a headless Chromium",
    load: () => import("./plot"),
  },
};

interface BenchOptions {
  json?: boolean;
  rounds?: number;
  case?: string[];
  threads?: string[];
  peer?: string[];
  installPeers?: boolean;
}

const list = (names: string): string[] => names.split(",");

const ROOT = join(__dirname, "..");

export function registerBench(program: Command): void {
  const names = Object.keys(BENCHMARKS);
  const command = program
    .command("bench")
    .addArgument(new Argument("<benchmark>", "which one").choices(names))
    .option("--json", "print the result as JSON: { bench, machine, rows, missing }")
    .option("--rounds <n>", "turns of each contestant (default: what the benchmark says, else 5)", wholeNumber)
    .option("--case <names>", "only these cases, separated by commas (train, ops, chapters)", list)
    .option("--threads <counts>", "only these thread counts, separated by commas (train, ops, chapters)", list)
    .option("--peer <names>", "only these peers, separated by commas; the table says which there are", list)
    .option("--install-peers", "get the peers that the package registries have, then measure")
    .description("measure ours against its peers, interleaved, as medians and ratios")
    .addHelpText(
      "after",
      `\nBenchmarks:\n${names.map(name => `  ${name.padEnd(10)} ${BENCHMARKS[name]!.description}`).join("\n")}`,
    )
    .action((name: string, options: BenchOptions) => attempt(signal => measure(name, options, signal)));
  examples(
    command,
    ["ftt bench kernel", "against what is installed of tslab, Deno and ipykernel"],
    [
      "ftt bench train --case mlp,cnn --threads 1 --install-peers",
      "two train steps on one thread, PyTorch fetched first",
    ],
    ["ftt bench ops --json > ops.json", "for a machine"],
  );
}

async function measure(name: string, options: BenchOptions, signal: AbortSignal): Promise<number> {
  const entry = BENCHMARKS[name]!;
  const threads = options.threads?.map(Number) ?? [1, 2].filter(n => n <= availableParallelism());
  if (!threads.every(n => Number.isInteger(n) && n > 0))
    throw new Error(`bench: --threads expects whole numbers above 0, got ${options.threads}`);
  const { bench } = await entry.load();
  const stranger = options.peer?.find(peer => !(peer in bench.peers));
  if (stranger)
    throw new Error(`bench: there is no peer "${stranger}"; choose from ${Object.keys(bench.peers).join(", ")}`);
  const log = (line: string) => process.stderr.write(`${line}\n`);
  if (options.installPeers) await installPeers(ROOT, bench.peers, log);
  const present: string[] = [];
  const missing: string[] = [];
  for (const [peer, { available }] of Object.entries(bench.peers))
    if (options.peer?.includes(peer) ?? true) ((await available()) ? present : missing).push(peer);
  const rows = await bench.run({
    root: ROOT,
    peers: present,
    rounds: options.rounds ?? bench.rounds ?? 5,
    wants: name => options.case?.includes(name) ?? true,
    threads,
    log,
    signal,
  });
  const document = { bench: name, machine: machine(), rows, missing };
  if (options.json) printJson(document);
  else process.stdout.write(table(rows, present, missing, bench));
  return 0;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("expected a whole number of at least 1.");
}

function machine(): Record<string, unknown> {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${process.arch}`,
    node: process.versions.node,
  };
}

/** Three significant digits: more would pretend to a precision that a shared machine does not have. */
function figure(value: number | undefined): string {
  if (value === undefined) return "-";
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

function table(rows: BenchRow[], present: string[], missing: string[], bench: Benchmark): string {
  const head = ["case", "threads", "metric", "ours", ...present.flatMap(peer => [peer, `ratio`])];
  const lines = rows.map(row => [
    row.case,
    String(row.threads),
    `${row.metric} (${row.unit})`,
    figure(row.ours),
    ...present.flatMap(peer => [
      figure(row.peers[peer]),
      row.ratio[peer] === undefined ? "-" : `${row.ratio[peer].toFixed(2)}x`,
    ]),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map(line => line[column]!.length)));
  const print = (line: string[]) =>
    `${line.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}\n`;
  const notes = [
    "A ratio above 1 means that ours is better.",
    ...present.map(peer => `${peer}: ${bench.peers[peer]!.title}.`),
    ...(missing.length
      ? [`Not installed: ${missing.join(", ")}; --install-peers gets those that the package registries have.`]
      : []),
  ];
  return `${print(head)}${print(widths.map(width => "-".repeat(width)))}${lines.map(print).join("")}\n${notes.join("\n")}\n`;
}
