// Progress: how far, how fast, how long still, and the metrics of the moment, in one line that updates in place.
//
// A training loop ticks thousands of times a second, so a tick only counts and looks at the clock; the line is written at most ten times
// a second, to the notebook's output or to a terminal. Whatever ends the work, a still line stays: done, stopped, interrupted or failed.

import { PlotError } from "../errors";
import { describe } from "../input/numbers";
import { compact } from "../summary";
import { freshDisplayId, notebookHost } from "./host";
import { atExit, TerminalLine } from "./terminal";

export type Metrics = Record<string, number | string>;

export interface ProgressOptions {
  /** What is going on: "training". */
  label?: string;
  /** What a step is, in words: "batch" gives "212 batches/s". */
  unit?: string;
  /** Number of steps, where an iterable does not say. */
  total?: number;
  /** Where text goes outside of a notebook. */
  stream?: NodeJS.WriteStream;
}

export type ProgressState = "running" | "done" | "stopped" | "interrupted" | "failed";

/** Ten updates a second: more cannot be read, and each costs the kernel a message. */
export const UPDATE_INTERVAL_MS = 100;
const BAR_WIDTH = 24;

export class Progress<T = number> implements Iterable<T>, AsyncIterable<T>, Disposable {
  #done = 0;
  #metrics: Metrics = {};
  #state: ProgressState = "running";
  #error = "";
  readonly #started = performance.now();
  #ended = 0;
  #nextUpdate = 0;
  readonly #output: LineOutput;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => this.#finish("interrupted");
  #forget = () => {};

  constructor(
    private readonly source: Iterable<T> | AsyncIterable<T>,
    private readonly total: number | undefined,
    private readonly options: ProgressOptions,
  ) {
    this.#output = openLine(options.stream);
    this.#signal = notebookHost()?.signal;
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (this.#output instanceof TerminalLine) this.#forget = atExit(state => this.#finish(state));
    this.#draw();
  }

  get state(): ProgressState {
    return this.#state;
  }

  /** Steps done so far. */
  get count(): number {
    return this.#done;
  }

  /** Counts a step, with the metrics to show: `bar.tick({ loss })`. */
  tick(metrics?: Metrics): void {
    this.#advance(this.#done + 1, metrics);
  }

  /** Shows metrics without counting: inside `for (const batch of bar)`, which counts itself. */
  metrics(metrics: Metrics): void {
    Object.assign(this.#metrics, metrics);
  }

  /** Ends the work in good order. */
  done(metrics?: Metrics): void {
    if (metrics) this.metrics(metrics);
    this.#finish("done");
  }

  /** Ends the work with an error, which stays to be read. */
  fail(error: unknown): void {
    this.#error = error instanceof Error ? error.message : String(error);
    this.#finish("failed");
  }

  [Symbol.dispose](): void {
    this.#finish(this.total !== undefined && this.#done >= this.total ? "done" : "stopped");
  }

  *[Symbol.iterator](): Iterator<T> {
    if (!(Symbol.iterator in this.source)) {
      throw new PlotError("PLOT_VALUE", "plot.progress: this source is asynchronous; loop with `for await`");
    }
    let complete = false;
    try {
      for (const item of this.source) {
        yield item;
        this.#advance(this.#done + 1);
      }
      complete = true;
    } finally {
      this.#finish(complete ? "done" : "stopped");
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    let complete = false;
    try {
      for await (const item of this.source) {
        yield item;
        this.#advance(this.#done + 1);
      }
      complete = true;
    } finally {
      this.#finish(complete ? "done" : "stopped");
    }
  }

  #advance(done: number, metrics?: Metrics): void {
    this.#done = done;
    if (metrics) Object.assign(this.#metrics, metrics);
    if (this.#state !== "running") return;
    if (performance.now() >= this.#nextUpdate) this.#draw();
  }

  #finish(state: ProgressState): void {
    if (this.#state !== "running") return;
    this.#state = notebookHost()?.interrupted() && state !== "done" ? "interrupted" : state;
    this.#ended = performance.now();
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#forget();
    this.#output.end(this.line());
  }

  #draw(): void {
    this.#output.write(this.line());
    this.#nextUpdate = performance.now() + UPDATE_INTERVAL_MS;
  }

  #units(): string {
    return this.options.unit ? plural(this.options.unit) : "it";
  }

  /** The line as it reads now. */
  line(): string {
    const seconds = ((this.#ended || performance.now()) - this.#started) / 1000;
    const rate = this.#done / Math.max(seconds, 1e-9);
    const parts: string[] = [];
    const label = this.options.label ? `${this.options.label} ` : "";
    const count = this.total === undefined ? `${this.#done}` : `${this.#done}/${this.total}`;
    if (this.#state === "running") {
      const share = this.total ? Math.min(this.#done / this.total, 1) : undefined;
      const bar = share === undefined ? "" : `${drawBar(share)} ${String(Math.floor(share * 100)).padStart(3)}% `;
      parts.push(`${label}${bar}${count}`);
      if (this.#done > 0) {
        parts.push(`${compact(Number(rate.toPrecision(3)))} ${this.#units()}/s`);
        if (this.total !== undefined && this.#done < this.total)
          parts.push(`${duration((this.total - this.#done) / rate)} left`);
      }
    } else {
      const word = { done: "✓", stopped: "■ stopped at", interrupted: "■ interrupted at", failed: "✗ failed at" }[
        this.#state
      ];
      parts.push(`${label}${word} ${count} in ${duration(seconds)}`);
      if (this.#done > 0) parts.push(`${compact(Number(rate.toPrecision(3)))} ${this.#units()}/s`);
    }
    for (const [name, value] of Object.entries(this.#metrics)) {
      parts.push(`${name} ${typeof value === "number" ? compact(value) : value}`);
    }
    if (this.#error) parts.push(this.#error);
    return parts.join(" · ");
  }
}

/**
 * Shows the progress of a loop.
 *
 * `for (const batch of plot.progress(batches, { label: "training" })) { ... }`
 * `const bar = plot.progress(1000); for (const step of bar) { bar.metrics({ loss }); }`
 *
 * Takes an iterable, an async iterable or a number of steps. Throws a PlotError for anything else.
 */
export function progress(total: number, options?: ProgressOptions): Progress<number>;
export function progress<T>(iterable: Iterable<T> | AsyncIterable<T>, options?: ProgressOptions): Progress<T>;
export function progress<T>(
  work: number | Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions = {},
): Progress<T> | Progress<number> {
  if (typeof work === "number") {
    if (!Number.isInteger(work) || work < 0) {
      throw new PlotError("PLOT_VALUE", `plot.progress: expected a whole number of steps, got ${work}`);
    }
    return new Progress<number>(counting(work), work, options);
  }
  if (typeof work !== "object" || work === null || !(Symbol.iterator in work || Symbol.asyncIterator in work)) {
    throw new PlotError(
      "PLOT_VALUE",
      `plot.progress: expected an iterable or a number of steps, got ${describe(work)}`,
    );
  }
  const sized = work as { length?: unknown; size?: unknown };
  const length =
    typeof sized.length === "number" ? sized.length : typeof sized.size === "number" ? sized.size : undefined;
  return new Progress<T>(work, options.total ?? length, options);
}

/** English plural of a unit: steps, batches, boxes, queries, days. */
function plural(word: string): string {
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

function* counting(total: number): Iterable<number> {
  for (let i = 0; i < total; i++) yield i;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function drawBar(share: number): string {
  const eighths = Math.round(share * BAR_WIDTH * 8);
  const full = "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
  return `${full}${"░".repeat(BAR_WIDTH - full.length)}`;
}

/** 0.42 s, 12.3 s, 4:05, 1:02:03. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** One line of text that can be written again in place. */
export interface LineOutput {
  write(line: string): void;
  end(line: string): void;
}

export function openLine(stream?: NodeJS.WriteStream): LineOutput {
  const host = stream ? undefined : notebookHost();
  if (!host) return new TerminalLine(stream ?? process.stderr);
  const displayId = freshDisplayId("line");
  let open = false;
  const write = (line: string) => {
    const bundle = { "text/plain": line };
    if (open) host.update(displayId, bundle);
    else host.display(bundle, { displayId });
    open = true;
  };
  return { write, end: write };
}
