// Learning curves that grow while training runs, and an ordinary figure when it ends.
//
// A training step may take a millisecond, so drawing is rationed: at most ten times a second, and never more than one part in two hundred
// of the time that passes. While running only the interactive form is sent, thinned to what a screen can show; the still and all
// points come once, at the end.

import { PlotError } from "../errors";
import { type Figure, PLOTLY_MIME } from "../figure";
import { describe } from "../input/numbers";
import type { XY } from "../input/series";
import { compact } from "../summary";
import { DISPLAY_METADATA } from "../types";
import { type CurvesOptions, curves } from "../verbs/curves";
import { freshDisplayId, type NotebookHost, notebookHost } from "./host";
import { UPDATE_INTERVAL_MS } from "./progress";
import { atExit, TerminalLine } from "./terminal";

export type LiveCurvesOptions = Omit<CurvesOptions, "steps"> & {
  /** Where text goes outside of a notebook. */
  stream?: NodeJS.WriteStream;
};

/** Share of the passing time that drawing may take. */
const SHARE = 0.005;
/** Points per series while running: more than a figure has pixels helps nobody. */
const LIVE_POINTS = 400;

interface Growing {
  x: number[];
  y: number[];
}

export class LiveCurves implements Disposable {
  readonly #series = new Map<string, Growing>();
  readonly #host: NotebookHost | undefined;
  readonly #line: TerminalLine | undefined;
  readonly #displayId = freshDisplayId("curves");
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#end("interrupted");
  #forget = () => {};
  #shown = false;
  #state: "running" | "done" | "stopped" | "interrupted" | "failed" = "running";
  #nextDraw = 0;
  #error = "";

  constructor(private readonly options: LiveCurvesOptions = {}) {
    this.#host = options.stream ? undefined : notebookHost();
    if (!this.#host) {
      this.#line = new TerminalLine(options.stream ?? process.stderr);
      this.#forget = atExit(state => this.#end(state));
    }
    if (this.#host) warmUp();
    this.#signal = this.#host?.signal;
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get state(): string {
    return this.#state;
  }

  /** Adds values at a step: `live.add(step, { train: loss })`. Costs a few hundred nanoseconds unless it is time to draw. */
  add(step: number, values: { readonly [series: string]: number }): void {
    for (const name in values) {
      let series = this.#series.get(name);
      if (!series) {
        series = { x: [], y: [] };
        this.#series.set(name, series);
      }
      const value = values[name];
      if (typeof value !== "number") {
        throw new PlotError(
          "PLOT_VALUE",
          `plot.liveCurves: "${name}" must be a number, got ${describe(value)}; read tensors with dataSync()[0]`,
        );
      }
      series.x.push(step);
      series.y.push(value);
    }
    if (this.#state === "running" && performance.now() >= this.#nextDraw) this.#draw();
  }

  /** Ends in good order: the finished figure takes the place of the live one. `live.figure()` gives it. */
  async done(): Promise<void> {
    this.#end("done");
    await this.#finished;
  }

  /** Ends with an error, which is written on the figure. */
  fail(error: unknown): void {
    this.#error = error instanceof Error ? error.message : String(error);
    this.#end("failed");
  }

  /** `using live = plot.liveCurves()` marks the curves as stopped when an error leaves the block. */
  [Symbol.dispose](): void {
    this.#end("stopped");
  }

  /** The figure of all points so far; undefined before the first. */
  figure(): Figure | undefined {
    return this.#build(Number.POSITIVE_INFINITY);
  }

  #finished: Promise<void> = Promise.resolve();

  #build(most: number): Figure | undefined {
    const finite = [...this.#series].filter(([, series]) => series.y.some(Number.isFinite));
    if (finite.length === 0) return undefined;
    const options: LiveCurvesOptions = { ...this.options };
    delete options.stream;
    const input = Object.fromEntries(finite.map(([name, series]): [string, XY] => [name, thin(series, most)]));
    const mark =
      this.#state === "running" || this.#state === "done"
        ? ""
        : `${this.#state}${this.#error ? `: ${this.#error}` : ""}`;
    const subtitle = mark
      ? [options.subtitle, `■ ${mark} at step ${this.#lastStep()}`].filter(Boolean).join(" · ")
      : options.subtitle;
    return curves(input, {
      ...options,
      title: options.title ?? "Training",
      ...(subtitle === undefined ? {} : { subtitle }),
    });
  }

  #lastStep(): string {
    return compact(Math.max(...[...this.#series.values()].map(series => series.x.at(-1) ?? 0)));
  }

  #draw(): void {
    const start = performance.now();
    if (this.#line) this.#line.write(this.#words());
    else {
      const figure = this.#build(LIVE_POINTS);
      if (figure) this.#send({ [PLOTLY_MIME]: figure.toJSON(), "text/plain": this.#words() });
    }
    const cost = performance.now() - start;
    this.#nextDraw = performance.now() + Math.max(UPDATE_INTERVAL_MS, cost / SHARE);
  }

  #send(bundle: Record<string, unknown>, metadata?: Record<string, unknown>): void {
    if (this.#shown) this.#host!.update(this.#displayId, bundle, metadata);
    else this.#host!.display(bundle, { displayId: this.#displayId, ...(metadata ? { metadata } : {}) });
    this.#shown = true;
  }

  #end(state: "done" | "stopped" | "interrupted" | "failed"): void {
    if (this.#state !== "running") return;
    this.#state = this.#host?.interrupted() && state !== "done" ? "interrupted" : state;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#forget();
    if (this.#line) {
      this.#line.end(this.#words());
      return;
    }
    const figure = this.figure();
    if (!figure) return;
    // The interactive form at once, in case nothing after this gets to run; the still as soon as it is made.
    this.#send({ [PLOTLY_MIME]: figure.toJSON(), "text/plain": figure.text() });
    this.#finished = figure.png().then(png => {
      this.#send(
        { [PLOTLY_MIME]: figure.toJSON(), "image/png": png.toString("base64"), "text/plain": figure.text() },
        figure[DISPLAY_METADATA](),
      );
    });
    // Whoever awaits done() hears of a still that failed; work that was stopped has nobody waiting.
    this.#finished.catch(() => undefined);
  }

  /** One line for terminals: each series' last value and its course in eight heights. */
  #words(): string {
    const parts = [...this.#series].map(([name, { y }]) => `${name} ${compact(y.at(-1)!)} ${sparkline(y, 24)}`);
    const mark =
      this.#state === "running" || this.#state === "done"
        ? ""
        : `■ ${this.#state}${this.#error ? `: ${this.#error}` : ""} · `;
    return `${mark}${this.#series.size > 0 ? `step ${this.#lastStep()} · ` : ""}${parts.join(" · ")}`;
  }
}

let warm = false;

/**
 * Fonts and code are loaded before the first step and not during it: a cold first figure takes ten times as long as the next, and would
 * use up what steps can spare for a quarter of a minute.
 */
function warmUp(): void {
  if (warm) return;
  warm = true;
  const y = Array.from({ length: 60 }, (_, i) => 1 / (i + 1));
  for (let i = 0; i < 3; i++) curves({ train: y, validation: y }, { title: "warm-up", yScale: "log" }).toJSON();
}

/**
 * Starts learning curves that redraw themselves while training.
 *
 * `using live = plot.liveCurves({ title: "MLP", yScale: "log" }); for (...) live.add(step, { train: loss }); await live.done();`
 */
export function liveCurves(options: LiveCurvesOptions = {}): LiveCurves {
  return new LiveCurves(options);
}

/** At most `most` points: the mean of each stretch, the last point as it is. */
function thin({ x, y }: Growing, most: number): Growing {
  if (x.length <= most) return { x: [...x], y: [...y] };
  const out: Growing = { x: [], y: [] };
  const stretch = x.length / most;
  for (let i = 0; i < most; i++) {
    const [from, to] = [Math.floor(i * stretch), Math.max(Math.floor((i + 1) * stretch), Math.floor(i * stretch) + 1)];
    let sum = 0;
    for (let k = from; k < to; k++) sum += y[k]!;
    out.x.push(x[to - 1]!);
    out.y.push(sum / (to - from));
  }
  return out;
}

const HEIGHTS = "▁▂▃▄▅▆▇█";

/** A row of block characters for the course of a series. */
export function sparkline(values: readonly number[], width: number): string {
  const { y } = thin({ x: values.map((_, i) => i), y: [...values] }, width);
  const finite = y.filter(Number.isFinite);
  if (finite.length === 0) return "";
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return y
    .map(value => (Number.isFinite(value) ? HEIGHTS[Math.round(((value - low) / (high - low || 1)) * 7)]! : " "))
    .join("");
}
