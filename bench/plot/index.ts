// `ftt bench plot`: time and bytes of each verb's still, against plotly.js drawing the same JSON in a headless Chromium (what plotly.py's
// own image export does), and what progress and live curves cost a training step.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { liveCurves, progress } from "../../lib/plot";
import { ensureChromium } from "../../tests/browser";
import { GALLERY } from "../../tests/lib/plot/gallery";
import { drawWithPlotly, launchForPlotly, openPlotlyPage } from "../../tests/lib/plot/plotly-page";
import { type Benchmark, type BenchRow, interleave, row } from "../frame";

export const bench: Benchmark = {
  name: "plot",
  description: "time and bytes of each verb's still, against plotly.js in a headless Chromium",
  peers: {
    chromium: {
      title: "plotly.js in a running headless Chromium: draw and capture",
      available: async () => ensureChromium() !== undefined,
    },
  },
  rounds: 5,
  async run(context) {
    const rows: BenchRow[] = [];
    const browser = context.peers.includes("chromium") ? await launchForPlotly(ensureChromium()!) : undefined;
    try {
      const page = browser && (await openPlotlyPage(browser));
      // The first still loads canvas and fonts; it is measured apart.
      await GALLERY.line!().png();
      for (const [name, make] of Object.entries(GALLERY)) {
        const sizes: Record<string, number> = {};
        const contestants: Record<string, () => Promise<number>> = {
          async ours() {
            const start = performance.now();
            const png = await make().png();
            const elapsed = performance.now() - start;
            sizes.ours = png.length;
            return elapsed;
          },
        };
        if (page) {
          contestants.chromium = async () => {
            const start = performance.now();
            const png = await drawWithPlotly(page, make().toJSON());
            const elapsed = performance.now() - start;
            sizes.chromium = png.length;
            return elapsed;
          };
        }
        const times = await interleave(contestants, context.rounds, context.signal);
        rows.push(row({ case: name, metric: "still", unit: "ms", better: "lower" }, times));
        rows.push(row({ case: name, metric: "still's size", unit: "bytes", better: "lower" }, sizes));
        const json = JSON.stringify(make()).length;
        rows.push(
          row({ case: name, metric: "interactive form's size", unit: "bytes", better: "lower" }, { ours: json }),
        );
        context.log(`${name}: ${times.ours!.toFixed(0)} ms`);
      }
    } finally {
      await browser?.close();
    }
    rows.push(
      row(
        { case: "fresh process", metric: "first still", unit: "ms", better: "lower" },
        await interleave({ ours: firstStill }, context.rounds, context.signal),
      ),
    );
    rows.push(
      row(
        { case: "fresh process", metric: "import", unit: "ms", better: "lower" },
        await interleave({ ours: importTime }, context.rounds, context.signal),
      ),
    );
    rows.push(
      row(
        { case: "progress", metric: "one tick", unit: "us", better: "lower" },
        await interleave({ ours: tickCost }, context.rounds, context.signal),
      ),
    );
    rows.push(
      row(
        { case: "liveCurves", metric: "one point", unit: "us", better: "lower" },
        await interleave({ ours: pointCost }, context.rounds, context.signal),
      ),
    );
    rows.push(
      row(
        { case: "progress", metric: "share of steps of 5 ms", unit: "%", better: "lower" },
        await interleave({ ours: async () => shareOfSteps(progressOfSteps) }, context.rounds, context.signal),
      ),
    );
    rows.push(
      row(
        { case: "liveCurves", metric: "share of steps of 5 ms", unit: "%", better: "lower" },
        await interleave({ ours: async () => shareOfSteps(curvesOfSteps) }, context.rounds, context.signal),
      ),
    );
    return rows;
  },
};

/** Milliseconds that a script measures of itself in a process of its own. */
function measured(script: string): number {
  const library = createRequire(__filename).resolve("fromthetensor/plot");
  const out = spawnSync(process.execPath, ["--import", "tsx", "-e", script, library], { encoding: "utf8" });
  const value = Number(out.stdout.trim().split("\n").at(-1));
  if (!Number.isFinite(value))
    throw new Error(`bench plot: expected a number from a fresh process, got ${out.stdout}${out.stderr}`);
  return value;
}

function importTime(): number {
  return measured("const t = performance.now(); require(process.argv[1]); console.log(performance.now() - t);");
}

function firstStill(): number {
  return measured(
    "const plot = require(process.argv[1]); const t = performance.now(); plot.line([1, 2, 3]).png().then(() => console.log(performance.now() - t));",
  );
}

/** A stream that swallows what a terminal would show. */
const silent = { isTTY: true, columns: 80, write: () => true } as unknown as NodeJS.WriteStream;
const CALLS = 100_000;

function tickCost(): number {
  const bar = progress(CALLS, { stream: silent });
  const metrics = { loss: 0.5 };
  const start = performance.now();
  for (let i = 0; i < CALLS; i++) bar.tick(metrics);
  return ((performance.now() - start) * 1000) / CALLS;
}

function pointCost(): number {
  const live = liveCurves({ stream: silent });
  const values = { train: 0.5, validation: 0.6 };
  const start = performance.now();
  for (let i = 0; i < CALLS; i++) live.add(i, values);
  const cost = ((performance.now() - start) * 1000) / CALLS;
  live[Symbol.dispose]();
  return cost;
}

const STEP_MS = 5;
const STEPS = 1000;

interface Shown {
  step(i: number): void;
  end(): void;
}

/** Percent of a training loop's time that its display takes in a notebook, messages made into JSON as the kernel makes them. */
function shareOfSteps(show: () => Shown): number {
  const key = Symbol.for("fromthetensor.jupyter");
  const globals = globalThis as Record<symbol, unknown>;
  const send = (...message: unknown[]) => JSON.stringify(message);
  globals[key] = { display: send, update: send, clear: send, interrupted: () => false };
  try {
    const shown = show();
    let spent = 0;
    const start = performance.now();
    for (let i = 0; i < STEPS; i++) {
      const began = performance.now();
      while (performance.now() - began < STEP_MS);
      const before = performance.now();
      shown.step(i);
      spent += performance.now() - before;
    }
    const share = (100 * spent) / (performance.now() - start);
    shown.end();
    return share;
  } finally {
    delete globals[key];
  }
}

function progressOfSteps(): Shown {
  const bar = progress(STEPS, { label: "training", unit: "step" });
  return { step: i => bar.tick({ loss: 1 / (i + 1) }), end: () => bar.done() };
}

function curvesOfSteps(): Shown {
  const live = liveCurves({ title: "MLP", yScale: "log" });
  return {
    step: i => live.add(i, { train: 1 / (i + 1), validation: 1.1 / (i + 1) }),
    end: () => live[Symbol.dispose](),
  };
}
