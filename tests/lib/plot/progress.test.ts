import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as plot from "../../../lib/plot";
import { duration } from "../../../lib/plot/live/progress";
import { repository } from "../../kernel/targets";

/** A terminal, as far as progress looks at one. */
class Screen {
  written: string[] = [];
  columns = 120;
  constructor(readonly isTTY: boolean) {}
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

/** A notebook, as far as lib/plot sees one. */
class Notebook {
  shown: { id?: string; bundle: Record<string, unknown> }[] = [];
  updates: { id: string; bundle: Record<string, unknown> }[] = [];
  controller = new AbortController();
  stopped = false;
  get signal() {
    return this.controller.signal;
  }
  display(bundle: Record<string, unknown>, options?: { displayId?: string }) {
    this.shown.push({ id: options?.displayId, bundle });
  }
  update(id: string, bundle: Record<string, unknown>) {
    this.updates.push({ id, bundle });
  }
  clear() {}
  interrupted() {
    return this.stopped;
  }
  last(): Record<string, unknown> {
    return (this.updates.at(-1) ?? this.shown.at(-1))!.bundle;
  }
}

const KEY = Symbol.for("fromthetensor.jupyter");
const globals = globalThis as Record<symbol, unknown>;
let notebook: Notebook;
function enterNotebook(): void {
  notebook = new Notebook();
  globals[KEY] = notebook;
}
afterEach(() => {
  delete globals[KEY];
});

describe("progress in a notebook", () => {
  beforeEach(enterNotebook);

  it("counts an iterable and leaves one still line", () => {
    const seen: number[] = [];
    for (const value of plot.progress([5, 6, 7], { label: "reading" })) seen.push(value);
    expect(seen).toEqual([5, 6, 7]);
    expect(notebook.shown).toHaveLength(1);
    expect(notebook.last()["text/plain"]).toMatch(/^reading ✓ 3\/3 in /);
  });

  it("updates the same output, at most ten times a second", () => {
    const bar = plot.progress(1e6);
    const start = performance.now();
    while (performance.now() - start < 350) bar.tick({ loss: 0.5 });
    bar.done();
    // 350 ms hold three intervals of 100 ms; the first and the last line come besides.
    expect(notebook.updates.length).toBeLessThanOrEqual(5);
    expect(notebook.updates.length).toBeGreaterThanOrEqual(2);
    expect(new Set([notebook.shown[0]!.id, ...notebook.updates.map(update => update.id)]).size).toBe(1);
    expect(notebook.updates[0]!.bundle["text/plain"]).toMatch(
      /[█▏▎▍▌▋▊▉]░+ +\d+% \d+\/1000000 · .*it\/s · .* left · loss 0\.5/,
    );
  });

  it("says where work was interrupted", () => {
    const bar = plot.progress(10);
    bar.tick();
    bar.tick();
    notebook.stopped = true;
    notebook.controller.abort();
    expect(bar.state).toBe("interrupted");
    expect(notebook.last()["text/plain"]).toContain("■ interrupted at 2/10");
  });

  it("says where a loop was left by an error", () => {
    expect(() => {
      for (const step of plot.progress(10)) if (step === 4) throw new Error("boom");
    }).toThrow("boom");
    expect(notebook.last()["text/plain"]).toContain("■ stopped at 4/10");
  });

  it("keeps the error that ended the work", () => {
    const bar = plot.progress(10, { label: "training" });
    bar.tick();
    bar.fail(new Error("loss is NaN"));
    expect(notebook.last()["text/plain"]).toMatch(/training ✗ failed at 1\/10 .* loss is NaN$/);
  });

  it("follows an asynchronous source", async () => {
    async function* source() {
      yield 1;
      yield 2;
    }
    let sum = 0;
    for await (const value of plot.progress(source(), { total: 2 })) sum += value;
    expect(sum).toBe(3);
    expect(notebook.last()["text/plain"]).toContain("✓ 2/2");
  });
});

describe("progress in a terminal", () => {
  it("rewrites one line and never wraps it", () => {
    const screen = new Screen(true);
    screen.columns = 40;
    for (const _ of plot.progress(3, {
      label: "a label that is rather long for forty columns",
      stream: screen.stream,
    }));
    expect(screen.written.length).toBeGreaterThanOrEqual(2);
    for (const text of screen.written) expect(text.startsWith("\r")).toBe(true);
    expect(screen.written[0]!.replace("\r", "").replace("\x1b[K", "").length).toBeLessThanOrEqual(39);
    expect(screen.written.at(-1)!.endsWith("\n")).toBe(true);
  });
  it("writes only the end into a log", () => {
    const screen = new Screen(false);
    for (const _ of plot.progress(3, { stream: screen.stream }));
    expect(screen.written).toHaveLength(1);
    expect(screen.written[0]).toMatch(/^✓ 3\/3 in .*\n$/);
  });
});

describe("a program that ends before its work does", () => {
  const library = JSON.stringify(join(repository, "lib", "plot", "index.ts"));
  const run = (code: string) =>
    spawnSync(process.execPath, ["--require", "tsx/cjs", "-e", `const plot = require(${library}); ${code}`], {
      cwd: repository,
      encoding: "utf8",
    });
  it("by an error leaves its last states, marked, before the error", () => {
    const { stderr, status } = run(
      "const bar = plot.progress(9); bar.tick(); const live = plot.liveCurves(); live.add(1, { train: 2 }); throw new Error('boom')",
    );
    expect(status).toBe(1);
    expect(stderr).toContain("✗ failed at 1/9 in ");
    expect(stderr).toContain("■ failed · step 1 · train 2");
    expect(stderr).toContain("boom");
  });
  it("by its own will says where it stopped", () => {
    const { stderr } = run("const bar = plot.progress(9, { unit: 'batch' }); bar.tick(); bar.tick(); process.exit(0)");
    expect(stderr).toMatch(/^■ stopped at 2\/9 in .* batches\/s\n$/);
  });
});

it("a terminal that does not know its width is taken for one of 80 columns", () => {
  const screen = new Screen(true);
  screen.columns = 0;
  const bar = plot.progress(10, { label: "x".repeat(200), stream: screen.stream });
  bar.done();
  expect(screen.written[0]!.replace("\x1b[K", "")).toHaveLength(80);
});

describe("live curves", () => {
  it("show while training and leave an ordinary figure behind", async () => {
    enterNotebook();
    const live = plot.liveCurves({ title: "MLP" });
    live.add(0, { train: 2 });
    live.add(1, { train: 1, validation: 1.5 });
    await live.done();
    const figure = live.figure();
    expect(notebook.shown).toHaveLength(1);
    expect(notebook.shown[0]!.bundle).not.toHaveProperty("image/png");
    expect(Object.keys(notebook.last())).toEqual([plot.PLOTLY_MIME, "image/png", "text/plain"]);
    expect(figure!.data.map(trace => trace.name)).toEqual(["train", "validation", "best validation"]);
    expect(notebook.last()[plot.PLOTLY_MIME]).toEqual(figure!.toJSON());
  });

  it("mark work that was interrupted, and keep its points", () => {
    enterNotebook();
    const live = plot.liveCurves();
    for (let step = 0; step < 40; step++) live.add(step, { train: 40 - step });
    notebook.stopped = true;
    notebook.controller.abort();
    expect(live.state).toBe("interrupted");
    const shown = notebook.last()[plot.PLOTLY_MIME] as {
      layout: { title: { subtitle: { text: string } } };
      data: { y: number[] }[];
    };
    expect(shown.layout.title.subtitle.text).toContain("■ interrupted at step 39");
    expect(shown.data[0]!.y).toHaveLength(40);
  });

  it("mark work that failed, with its error", () => {
    enterNotebook();
    const live = plot.liveCurves();
    live.add(0, { train: 1 });
    live.fail(new Error("diverged"));
    expect(JSON.stringify(notebook.last())).toContain("failed: diverged at step 0");
  });

  it("are a line of blocks in a terminal", async () => {
    const screen = new Screen(false);
    const live = plot.liveCurves({ stream: screen.stream });
    for (let step = 0; step < 100; step++) live.add(step, { train: 100 - step });
    await live.done();
    expect(screen.written).toHaveLength(1);
    expect(screen.written[0]).toMatch(/^step 99 · train 1 █.*▁\n$/);
  });

  it("refuse a tensor where a number belongs", () => {
    const live = plot.liveCurves({ stream: new Screen(false).stream });
    expect(() => live.add(0, { train: { shape: [], dataSync: () => [1] } as never })).toThrow(
      /"train" must be a number.*dataSync\(\)\[0\]/,
    );
  });
});

describe("a live figure", () => {
  it("is drawn in one output and ends with the last frame in all its forms", async () => {
    enterNotebook();
    using live = plot.liveFigure();
    let drawn = 0;
    for (let step = 1; step <= 50; step++) {
      await live.draw(() => {
        drawn++;
        return plot.line([0, step], { title: `step ${step}` });
      });
    }
    expect(drawn).toBeLessThan(50);
    expect(notebook.shown).toHaveLength(1);
    expect(Object.keys(notebook.shown[0]!.bundle)).toEqual(["image/png", "text/plain"]);
    await live.done();
    expect(new Set(notebook.updates.map(({ id }) => id))).toEqual(new Set([notebook.shown[0]!.id]));
    expect(Object.keys(notebook.last())).toEqual([plot.PLOTLY_MIME, "image/png", "text/plain"]);
    expect(notebook.last()["text/plain"]).toContain("step 50");
  });

  it("keeps the last frame drawn when work stops early, marked and in all its forms", async () => {
    for (const state of ["stopped", "interrupted"]) {
      enterNotebook();
      const live = plot.liveFigure();
      await live.draw(() => plot.line([1, 2], { title: "a frame", subtitle: "of two points" }));
      if (state === "interrupted") {
        notebook.stopped = true;
        notebook.controller.abort();
      } else live[Symbol.dispose]();
      expect(notebook.last()["text/plain"]).toContain(`“a frame” — of two points · ■ ${state}`);
      const deadline = performance.now() + 10_000;
      while (!("image/png" in notebook.last())) {
        if (performance.now() > deadline) throw new Error("expected a still within 10 s, got none");
        await new Promise(resolve => setImmediate(resolve));
      }
      expect(JSON.stringify(notebook.last()[plot.PLOTLY_MIME])).toContain(`■ ${state}`);
    }
  });

  it("may end with a frame of its own, and draws nothing after its end", async () => {
    enterNotebook();
    const live = plot.liveFigure();
    await live.done(() => plot.line([1, 2], { title: "the end" }));
    await live.draw(() => plot.line([1, 2], { title: "too late" }));
    expect(notebook.last()["text/plain"]).toContain("the end");
  });
});

it("a tick and a point cost less than a hundredth of a step of 5 ms", () => {
  enterNotebook();
  const bar = plot.progress(1e9);
  const live = plot.liveCurves();
  const cost = (work: (i: number) => void) => {
    for (let i = 0; i < 2000; i++) work(i);
    const before = process.cpuUsage();
    for (let i = 0; i < 20000; i++) work(i);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 20000;
  };
  const values = { train: 1, validation: 2 };
  const [tick, add] = [cost(() => bar.tick(values)), cost(i => live.add(i, values))];
  bar.done();
  live[Symbol.dispose]();
  // Microseconds; the few draws that fall into the loop are counted.
  expect(tick).toBeLessThan(50);
  expect(add).toBeLessThan(50);
});

it.each([
  [0.1234, "0.12 s"],
  [12.34, "12.3 s"],
  [245, "4:05"],
  [3723, "1:02:03"],
])("%p seconds read as %s", (seconds, text) => expect(duration(seconds)).toBe(text));
