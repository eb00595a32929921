// `ftt bench chapters`: how long the networks of chapters 3 and 4 train until they read a given share of MNIST's test digits, ours under `jit`
// against the same networks, schedules and batches in PyTorch eager.
//
// A round trains one network from its own seed to the end of its schedule; after each epoch, off the clock, it reads the 10,000 test digits.
// The time to an accuracy is that of the epochs up to the first that reached it, compilation included. Both get the digits as one array in
// memory and draw each epoch's order anew.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mnist } from "../../lib/data";
import { type BenchContext, type Benchmark, type BenchRow, median, type Peer, row } from "../frame";
import { peerPython, pythonHas } from "../peers";
import { WorkerProcess } from "../worker-process";

const ROOT = join(__dirname, "..", "..");

/** What each network is asked to reach, as shares of the test digits. */
const TARGETS = { "03-neural-network": [0.97, 0.98], "04-cnn": [0.98, 0.99] } as const;
type Chapter = keyof typeof TARGETS;

const peers: Record<string, Peer> = {
  pytorch: {
    title: "PyTorch eager on the CPU, default settings",
    available: () => pythonHas(ROOT, "torch"),
    install: { pip: ["torch==2.13.0", "numpy"] },
  },
};

/** One epoch of a training: seconds of its steps, and the share of the test digits that the network reads after it. */
export interface Epoch {
  seconds: number;
  accuracy: number;
}

function command(contestant: string, threads: number, digits: string): string[] {
  if (contestant === "pytorch") return [peerPython(ROOT), join(__dirname, "networks.py"), String(threads), digits];
  return [process.execPath, "--import", "tsx", join(__dirname, "worker.ts"), String(threads)];
}

/** The digits as raw bytes for a program that has no loader of ours: `<part>.images`, `<part>.labels`. */
async function writeDigits(folder: string): Promise<void> {
  const { train, test } = await mnist();
  for (const [part, split] of Object.entries({ train, test })) {
    writeFileSync(join(folder, `${part}.images`), split.images);
    writeFileSync(join(folder, `${part}.labels`), Uint8Array.from(split.labels));
  }
}

async function train(contestant: string, threads: number, digits: string, request: object): Promise<Epoch[]> {
  const worker = await WorkerProcess.start(command(contestant, threads, digits), {
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
  });
  try {
    const { epochs, error } = await worker.ask<{ epochs?: Epoch[]; error?: string }>(request);
    if (!epochs) throw new Error(`bench: ${contestant} could not train: ${error}`);
    return epochs;
  } finally {
    await worker.stop();
  }
}

/** Seconds until the accuracy was first reached; not a number when it never was. */
function secondsTo(target: number, epochs: readonly Epoch[]): number {
  const reached = epochs.findIndex(({ accuracy }) => accuracy >= target);
  if (reached < 0) return Number.NaN;
  return epochs.slice(0, reached + 1).reduce((sum, { seconds }) => sum + seconds, 0);
}

async function measure(
  chapter: Chapter,
  threads: number,
  digits: string,
  { peers: present, rounds, log, signal }: BenchContext,
): Promise<BenchRow[]> {
  const names = ["ours", ...present];
  const trainings = new Map<string, Epoch[][]>(names.map(name => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < names.length; turn++) {
      signal.throwIfAborted();
      const name = names[(round + turn) % names.length]!;
      const epochs = await train(name, threads, digits, { chapter, seed: round + 1 });
      trainings.get(name)!.push(epochs);
      const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
      const accuracy = (100 * epochs.at(-1)!.accuracy).toFixed(2);
      log(`${chapter}, ${threads} thread(s), seed ${round + 1}: ${name} ${seconds.toFixed(1)} s, ${accuracy} %`);
    }
  const collect = (of: (epochs: Epoch[]) => number) =>
    Object.fromEntries([...trainings].map(([name, list]) => [name, median(list.map(of))]));
  const times = TARGETS[chapter].map(target =>
    row(
      { case: chapter, threads, metric: `time to ${100 * target} %`, unit: "s", better: "lower" },
      collect(epochs => secondsTo(target, epochs)),
    ),
  );
  const final = collect(epochs => 100 * epochs.at(-1)!.accuracy);
  return [
    ...times,
    row(
      { case: chapter, threads, metric: "whole schedule", unit: "s", better: "lower" },
      collect(epochs => epochs.reduce((sum, { seconds }) => sum + seconds, 0)),
    ),
    // That both learned the same thing, not who is better: no ratio.
    { ...row({ case: chapter, threads, metric: "accuracy", unit: "%", better: "higher" }, final), ratio: {} },
  ];
}

export const bench: Benchmark = {
  name: "chapters",
  description: "time to accuracy of the networks of chapters 3 and 4, against PyTorch eager",
  peers,
  rounds: 3,
  async run(context) {
    const digits = mkdtempSync(join(tmpdir(), "ftt-digits-"));
    try {
      await writeDigits(digits);
      const rows: BenchRow[] = [];
      for (const threads of context.threads)
        for (const chapter of Object.keys(TARGETS) as Chapter[])
          if (context.wants(chapter)) rows.push(...(await measure(chapter, threads, digits, context)));
      return rows;
    } finally {
      rmSync(digits, { recursive: true, force: true });
    }
  },
};
