// The products and convolutions of cases.json on our engine, as a worker: `worker.ts THREADS`. One JSON line per request, as ops.py.
import { createInterface } from "node:readline";
import { type Jitted, jit, tf, threads } from "../../lib/tensor";

interface Request {
  kind: "matmul" | "conv";
  sizes: number[];
  seconds: number;
}

type Op = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function prepare({ kind, sizes }: Request): () => void {
  let op: Jitted<Op>;
  let inputs: [tf.Tensor, tf.Tensor];
  if (kind === "matmul") {
    const [M, K, N] = sizes as [number, number, number];
    op = jit((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b));
    inputs = [tf.randomUniform([M, K]), tf.randomUniform([K, N])];
  } else {
    const [B, H, W, I, O, k] = sizes as [number, number, number, number, number, number];
    op = jit((x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"));
    inputs = [tf.randomUniform([B, H, W, I]), tf.randomUniform([k, k, I, O])];
  }
  return () => op(...inputs).dispose();
}

async function serve(): Promise<void> {
  threads(Number(process.argv[2] ?? "1"));
  process.stdout.write(`${JSON.stringify({ ready: true, version: tf.version_core })}\n`);
  const prepared = new Map<string, () => void>();
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    const key = `${request.kind} ${request.sizes}`;
    const run = prepared.get(key) ?? prepare(request);
    if (!prepared.has(key)) run();
    prepared.set(key, run);
    const milliseconds: number[] = [];
    const end = performance.now() + request.seconds * 1000;
    while (performance.now() < end || milliseconds.length < 3) {
      const start = performance.now();
      run();
      milliseconds.push(performance.now() - start);
    }
    process.stdout.write(`${JSON.stringify({ milliseconds })}\n`);
  }
}

serve().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
