// `ftt bench chapters`: how long the chapters' networks train until they reach a given score, ours under `jit` against the same networks,
// schedules and batches in PyTorch eager. What each case trains and scores is in the file of its name (`case.ts`).
//
// A round trains one network from its own seed to the end of its schedule; after each stage, off the clock, it is scored. The time to a
// score is that of the stages up to the first that reached it, compilation included.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchContext, type Benchmark, type BenchRow, median, type Peer, row } from "../frame";
import { peerPython, pythonHas } from "../peers";
import { WorkerProcess } from "../worker-process";
import type { ChapterCase, Stage } from "./case";
import { CASES } from "./cases";

const ROOT = join(__dirname, "..", "..");

const peers: Record<string, Peer> = {
  pytorch: {
    title: "PyTorch eager on the CPU, default settings",
    available: () => pythonHas(ROOT, "torch"),
    install: { pip: ["torch==2.13.0", "numpy"] },
  },
};

function command(contestant: string, name: string, threads: number, folder: string): string[] {
  if (contestant === "pytorch") return [peerPython(ROOT), join(__dirname, "worker.py"), name, String(threads), folder];
  return [process.execPath, "--import", "tsx", join(__dirname, "worker.ts"), name, String(threads)];
}

async function train(
  contestant: string,
  name: string,
  threads: number,
  folder: string,
  seed: number,
): Promise<Stage[]> {
  const worker = await WorkerProcess.start(command(contestant, name, threads, folder), {
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
  });
  try {
    const { stages, error } = await worker.ask<{ stages?: Stage[]; error?: string }>({ seed });
    if (!stages) throw new Error(`bench: ${contestant} could not train ${name}: ${error}`);
    return stages;
  } finally {
    await worker.stop();
  }
}

const secondsOf = (stages: readonly Stage[]): number => stages.reduce((sum, { seconds }) => sum + seconds, 0);

/** Seconds until the score was first reached; not a number when it never was. */
export function secondsTo(target: number, better: "higher" | "lower", stages: readonly Stage[]): number {
  const reached = stages.findIndex(({ score }) => (better === "higher" ? score >= target : score <= target));
  return reached < 0 ? Number.NaN : secondsOf(stages.slice(0, reached + 1));
}

async function measure(
  name: string,
  { score, targets }: ChapterCase,
  threads: number,
  folder: string,
  { peers: present, rounds, log, signal }: BenchContext,
): Promise<BenchRow[]> {
  const names = ["ours", ...present];
  const trainings = new Map<string, Stage[][]>(names.map(contestant => [contestant, []]));
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < names.length; turn++) {
      signal.throwIfAborted();
      const contestant = names[(round + turn) % names.length]!;
      const stages = await train(contestant, name, threads, folder, round + 1);
      trainings.get(contestant)!.push(stages);
      const reached = stages.map(stage => stage.score.toPrecision(4)).join(" ");
      log(
        `${name}, ${threads} thread(s), seed ${round + 1}: ${contestant} ${secondsOf(stages).toFixed(1)} s, ${reached} ${score.unit}`,
      );
    }
  const collect = (of: (stages: Stage[]) => number) =>
    Object.fromEntries([...trainings].map(([contestant, list]) => [contestant, median(list.map(of))]));
  const times = targets.map(target =>
    row(
      { case: name, threads, metric: `time to ${target} ${score.unit}`, unit: "s", better: "lower" },
      collect(stages => secondsTo(target, score.better, stages)),
    ),
  );
  const final = collect(stages => stages.at(-1)!.score);
  return [
    ...times,
    row({ case: name, threads, metric: "whole schedule", unit: "s", better: "lower" }, collect(secondsOf)),
    // That both learned the same thing, not who is better: no ratio.
    { ...row({ case: name, threads, metric: score.metric, unit: score.unit, better: score.better }, final), ratio: {} },
  ];
}

export const bench: Benchmark = {
  name: "chapters",
  description: "time to a score of the chapters' networks, against PyTorch eager",
  peers,
  rounds: 3,
  async run(context) {
    const rows: BenchRow[] = [];
    for (const name of Object.keys(CASES).filter(context.wants)) {
      const { chapter } = await CASES[name]!();
      const folder = mkdtempSync(join(tmpdir(), "ftt-chapter-"));
      try {
        await chapter.writeData(folder);
        for (const threads of context.threads) rows.push(...(await measure(name, chapter, threads, folder, context)));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    return rows;
  },
};
