// Ours as a worker: `worker.ts CASE THREADS`. Trains the case's network and answers seconds and score of each stage.
import { createInterface } from "node:readline";
import { tf, threads } from "../../lib/tensor";
import { CASES } from "./cases";

async function serve(name: string, count: number): Promise<void> {
  threads(count);
  const { chapter } = await CASES[name]!();
  process.stdout.write(`${JSON.stringify({ ready: true, version: tf.version_core })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const { seed } = JSON.parse(line) as { seed: number };
    const answer = await chapter.train(seed).then(
      stages => ({ stages }),
      (error: Error) => ({ error: error.message }),
    );
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

serve(process.argv[2]!, Number(process.argv[3])).catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
