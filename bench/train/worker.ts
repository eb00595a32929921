// A TensorFlow.js engine as a worker: `worker.ts ENGINE THREADS`. Engines: ours (jit), eager (ours without jit), wasm, tensorflow.
import { createInterface } from "node:readline";
import { jit, tf, threads } from "../../lib/tensor";
import { cnn, gpt, lstm, mlp, type ReferenceModel, unet } from "./models";

const MODELS = { mlp, cnn, lstm, gpt, unet };

const [engine = "ours", threadCount = "1"] = process.argv.slice(2);

interface Timed {
  step(): void;
  compileMs?: number;
}

async function prepare(): Promise<string> {
  threads(Number(threadCount));
  // Peers bring their own copy of tfjs-core; engine and kernels live in a global registry, so that all copies share them.
  const load = (name: string): unknown =>
    require(require.resolve(name, { paths: [process.env.FTT_PEER_MODULES ?? "."] }));
  if (engine === "wasm") {
    const wasm = load("@tensorflow/tfjs-backend-wasm") as { version_wasm: string };
    if (!(await tf.setBackend("wasm"))) throw new Error("the wasm backend did not start");
    return wasm.version_wasm;
  }
  if (engine === "tensorflow") {
    const node = load("@tensorflow/tfjs-node") as { version: Record<string, string> };
    if (!(await tf.setBackend("tensorflow"))) throw new Error("the tensorflow backend did not start");
    return JSON.stringify(node.version);
  }
  return tf.version_core;
}

function timedStep(model: ReferenceModel): Timed {
  if (engine !== "ours") return { step: () => tf.tidy(() => void model.step(...model.inputs).dataSync()) };
  const compiled = jit(model.step);
  const step = () => {
    const loss = compiled(...model.inputs);
    loss.dataSync();
    loss.dispose();
  };
  step();
  const { compileMs } = compiled.stats();
  return { step, compileMs };
}

function measure({ step }: Timed, seconds: number): number[] {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || (times.length < 3 && times.reduce((a, b) => a + b, 0) < 2000)) {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
  }
  return times;
}

async function serve(): Promise<void> {
  const version = await prepare();
  process.stdout.write(`${JSON.stringify({ ready: true, version })}\n`);
  const prepared = new Map<string, Timed>();
  for await (const line of createInterface({ input: process.stdin })) {
    const { model, seconds } = JSON.parse(line) as { model: keyof typeof MODELS; seconds: number };
    let answer: object;
    try {
      let timed = prepared.get(model);
      if (!timed) {
        timed = timedStep(MODELS[model]());
        prepared.set(model, timed);
        const warmUp = performance.now() + 2000;
        for (let i = 0; i < 3 && performance.now() < warmUp; i++) timed.step();
      }
      const milliseconds = measure(timed, seconds);
      answer = { milliseconds, compileMs: timed.compileMs, peakBytes: process.resourceUsage().maxRSS * 1024 };
    } catch (error) {
      answer = { error: (error as Error).message };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

serve().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
