// `ftt image test`: builds the image for real, then tries each of its promises on containers of it. Where the machine offers no way to do that,
// it says so and counts nothing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKS } from "./checks";
import { copyCheckout } from "./clean-root";
import { type Engine, prepareEngine, Skip, tidy } from "./engine";

const IMAGE = "localhost/from-the-tensor-test";

export interface Count {
  passed: number;
  failed: number;
}

export async function testImage(): Promise<Count> {
  const count: Count = { passed: 0, failed: 0 };
  const say = (text: string) => process.stdout.write(`${text}\n`);
  let engine: Engine;
  try {
    engine = await prepareEngine(say);
  } catch (error) {
    if (!(error instanceof Skip)) throw error;
    say(`skipped: ${error.message}`);
    return count;
  }
  const folder = mkdtempSync(join(tmpdir(), "ftt-image-"));
  const context = join(folder, "from the tensor");
  const check = async (title: string, run: () => Promise<unknown>) => {
    const start = performance.now();
    try {
      await run();
      count.passed++;
      say(`ok    ${title} (${seconds(start)} s)`);
      return true;
    } catch (error) {
      count.failed++;
      say(`FAIL  ${title} (${seconds(start)} s)\n${(error as Error).message.replace(/^/gm, "      ")}`);
      return false;
    }
  };
  try {
    copyCheckout(context);
    const how = `${engine.tool}${engine.base ? ` on ${engine.base}` : ""}`;
    const built = await check(`it is built, with ${how}`, () => engine.build(context, IMAGE));
    if (built) for (const { title, run } of CHECKS) await check(title, () => run({ engine, image: IMAGE, context }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await tidy(engine);
  }
  return count;
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
