// `ftt bench ops`: matrix products and convolutions in GFLOP/s, ours against PyTorch, and against the best rate that anything reached here.
//
// The peak is measured, not computed from a data sheet: clock rates of rented machines are not what their names say. It is the highest rate of any
// round of any case by either library; a convolution that beats every product raises it.
import { join } from "node:path";
import { type Benchmark, type BenchRow, interleave, median, row } from "../frame";
import { peerPython, pythonHas } from "../peers";
import { WorkerProcess } from "../worker-process";
import cases from "./cases.json";

const ROOT = join(__dirname, "..", "..");
const SECONDS = 0.4;

interface Case {
  kind: "matmul" | "conv";
  sizes: number[];
  name: string;
  /** Multiplications and additions of one run. */
  flops: number;
}

const CASES: Case[] = [
  ...cases.matmul.map(sizes => {
    const [M, K, N] = sizes as [number, number, number];
    return { kind: "matmul" as const, sizes, name: `matmul ${M}x${K} ${K}x${N}`, flops: 2 * M * K * N };
  }),
  ...cases.conv.map(sizes => {
    const [B, H, W, I, O, k] = sizes as [number, number, number, number, number, number];
    return {
      kind: "conv" as const,
      sizes,
      name: `conv ${k}x${k} ${B}x${H}x${W}x${I} to ${O}`,
      flops: 2 * B * H * W * I * O * k * k,
    };
  }),
];

const commands: Record<string, (threads: number) => string[]> = {
  ours: threads => [process.execPath, "--import", "tsx", join(__dirname, "worker.ts"), String(threads)],
  pytorch: threads => [peerPython(ROOT), join(__dirname, "ops.py"), String(threads)],
};

export const bench: Benchmark = {
  name: "ops",
  description: "GFLOP/s of matrix products and convolutions, against PyTorch and the machine's peak",
  peers: {
    pytorch: {
      title: "PyTorch eager on the CPU",
      available: () => pythonHas(ROOT, "torch"),
      install: { pip: ["torch==2.13.0", "numpy"] },
    },
    peak: { title: "the highest rate that any case reached in this run", available: async () => true },
  },
  rounds: 5,
  async run(context) {
    const rows: BenchRow[] = [];
    for (const threads of context.threads) {
      const names = ["ours", ...context.peers.filter(name => name in commands)];
      const workers = new Map<string, WorkerProcess>();
      const medians: { of: Case; rates: Record<string, number> }[] = [];
      let peak = 0;
      try {
        for (const name of names) {
          const environment = { OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) };
          workers.set(name, await WorkerProcess.start(commands[name]!(threads), environment));
        }
        for (const of of CASES.filter(({ kind, name }) => context.wants(kind) || context.wants(name))) {
          const contestants = Object.fromEntries(
            [...workers].map(([name, worker]) => [
              name,
              async () => {
                const { milliseconds } = await worker.ask({ kind: of.kind, sizes: of.sizes, seconds: SECONDS });
                const rate = of.flops / median(milliseconds!) / 1e6;
                peak = Math.max(peak, rate);
                return rate;
              },
            ]),
          );
          medians.push({ of, rates: await interleave(contestants, context.rounds, context.signal) });
          context.log(`${of.name}, ${threads} thread(s)`);
        }
      } finally {
        await Promise.all([...workers.values()].map(worker => worker.stop()));
      }
      for (const { of, rates } of medians) {
        const what = { case: of.name, threads, metric: "rate", unit: "GFLOP/s", better: "higher" } as const;
        rows.push(row(what, context.peers.includes("peak") ? { ...rates, peak } : rates));
      }
    }
    return rows;
  },
};
