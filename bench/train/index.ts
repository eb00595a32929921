// `ftt bench train`: the five reference train steps, ours against PyTorch eager and against what else TypeScript has, at 1 and 2 threads.
//
// Each contestant is a process per model and thread count, so that neither a neighbour's heap nor its threads disturb, and so that peak memory is
// that of one model. Each turn trains for a second and reports the median step; turns alternate (frame.ts), and steps include reading the loss.
import { join } from "node:path";
import { type BenchContext, type Benchmark, type BenchRow, interleave, median, type Peer, row } from "../frame";
import { npmHas, peerModules, peerPython, pythonHas } from "../peers";
import { type Answer, WorkerProcess } from "../worker-process";

const ROOT = join(__dirname, "..", "..");
const MODELS = ["mlp", "cnn", "lstm", "gpt", "unet"] as const;
const SECONDS = 1;

const peers: Record<string, Peer> = {
  pytorch: {
    title: "PyTorch eager on the CPU, default settings",
    available: () => pythonHas(ROOT, "torch"),
    install: { pip: ["torch==2.13.0", "numpy"] },
  },
  eager: { title: "this library without jit", available: async () => true },
  wasm: {
    title: "TensorFlow.js on WebAssembly, one thread",
    available: () => npmHas(ROOT, "@tensorflow/tfjs-backend-wasm"),
    install: { npm: ["@tensorflow/tfjs-backend-wasm@4.22.0"] },
  },
  tensorflow: {
    title: "TensorFlow.js on libtensorflow (tfjs-node)",
    available: () => npmHas(ROOT, "@tensorflow/tfjs-node"),
  },
};

function command(contestant: string, threads: number): string[] {
  if (contestant === "pytorch") return [peerPython(ROOT), join(__dirname, "models.py"), String(threads)];
  return [process.execPath, "--import", "tsx", join(__dirname, "worker.ts"), contestant, String(threads)];
}

/** Libraries that read their thread count from the environment, all of them. */
const environment = (threads: number): NodeJS.ProcessEnv => ({
  OMP_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  TF_NUM_INTRAOP_THREADS: String(threads),
  TF_NUM_INTEROP_THREADS: "1",
  FTT_PEER_MODULES: peerModules(ROOT),
});

interface Entrant {
  worker: WorkerProcess;
  /** Median step of each round, in milliseconds. */
  rounds: number[];
  last: Answer;
}

async function measure(model: string, threads: number, names: string[], context: BenchContext): Promise<BenchRow[]> {
  const entrants = new Map<string, Entrant>();
  try {
    for (const name of names) {
      context.signal.throwIfAborted();
      const worker = await WorkerProcess.start(command(name, threads), environment(threads));
      const first = await worker.ask({ model, seconds: 0 });
      if (first.error) {
        context.log(`${model}, ${name}: cannot: ${first.error.split("\n")[0]}`);
        await worker.stop();
      } else entrants.set(name, { worker, rounds: [], last: first });
    }
    if (!entrants.has("ours")) throw new Error(`bench: our own engine could not take the step ${model}`);
    const contestants = Object.fromEntries(
      [...entrants].map(([name, entrant]) => [
        name,
        async () => {
          entrant.last = await entrant.worker.ask({ model, seconds: SECONDS });
          if (!entrant.last.milliseconds) throw new Error(`bench: ${name} failed at ${model}: ${entrant.last.error}`);
          entrant.rounds.push(median(entrant.last.milliseconds));
          return 1000 / median(entrant.last.milliseconds);
        },
      ]),
    );
    const rates = await interleave(contestants, context.rounds, context.signal);
    const collect = (of: (entrant: Entrant) => number) =>
      Object.fromEntries([...entrants].map(([name, entrant]) => [name, of(entrant)]));
    const spread = collect(({ rounds }) => (100 * (Math.max(...rounds) - Math.min(...rounds))) / median(rounds));
    const memory = collect(({ last }) => (last.peakBytes ?? Number.NaN) / 2 ** 20);
    const rows = [
      row({ case: model, threads, metric: "train", unit: "steps/s", better: "higher" }, rates),
      // How steady the machine was, not who is better: no ratio.
      { ...row({ case: model, threads, metric: "spread of rounds", unit: "%", better: "lower" }, spread), ratio: {} },
      row({ case: model, threads, metric: "peak memory", unit: "MiB", better: "lower" }, memory),
    ];
    const compile = entrants.get("ours")!.last.compileMs;
    if (compile !== undefined)
      rows.push(row({ case: model, threads, metric: "compile", unit: "ms", better: "lower" }, { ours: compile }));
    context.log(
      `${model}, ${threads} thread(s): ${Object.entries(rates)
        .map(([name, rate]) => `${name} ${rate.toFixed(1)}/s`)
        .join(", ")}`,
    );
    return rows;
  } finally {
    await Promise.all([...entrants.values()].map(({ worker }) => worker.stop()));
  }
}

export const bench: Benchmark = {
  name: "train",
  description: "steps per second of five whole train steps, against PyTorch eager",
  peers,
  rounds: 5,
  async run(context) {
    const rows: BenchRow[] = [];
    for (const threads of context.threads)
      for (const model of MODELS.filter(model => context.wants(model))) {
        // tfjs-wasm's worker threads do not start in Node.
        const names = ["ours", ...context.peers.filter(name => name !== "wasm" || threads === 1)];
        rows.push(...(await measure(model, threads, names, context)));
      }
    return rows;
  },
};
