/**
 * `jit(fn)`: the function as one compiled graph.
 *
 * The first call with a new signature (shapes, dtypes, structure and plain values of the arguments) runs `fn` on symbols,
 * lowers what it did to ONNX and compiles it; every later call with that signature runs the graph and never `fn`.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { BACKEND_NAME } from "../backend/kernels";
import { currentTrace } from "../backend/trace-state";
import { TensorError } from "../errors";
import { targetFor } from "../lowering/target";
import { breatheIfDue, stopIfInterrupted } from "../runtime/breathe";
import { type DeviceName, device, threads } from "../runtime/device";
import { core } from "../tfjs";
import { build, Compiled, type CompileTimes } from "./compiled";
import { fingerprint } from "./fingerprint";
import { type Program, programOf } from "./program";
import { record, type Traceable } from "./trace";
import { leavesOf, signatureOf, type Tree, treeOf } from "./tree";

export interface JitOptions {
  /** Where it runs; the device set by `device()` otherwise. */
  readonly device?: DeviceName;
  /** Threads for this function; the number set by `threads()` otherwise. */
  readonly threads?: number;
  /** Traces kept at a time (8). The least recently used goes first. */
  readonly maxTraces?: number;
  /** Traces every signature twice and throws if the graphs differ: finds counters, clocks and other host state. */
  readonly verify?: boolean;
  /** Writes ONNX Runtime's profile to `<profile>_<date>.json` on dispose. */
  readonly profile?: string;
}

export interface JitStats {
  /** Traces made, evicted ones included. */
  readonly traces: number;
  readonly evictions: number;
  readonly runs: number;
  /** Time to trace, rewrite, encode and load, summed over all traces. */
  readonly compileMs: number;
  readonly compile: CompileTimes;
  /** Time in the compiled graph, summed over all runs. */
  readonly runMs: number;
  readonly lastRunMs: number;
  /** Nodes and tfjs kernels of the graph that ran last. */
  readonly nodes: number;
  readonly kernels: number;
  readonly modelBytes: number;
  /** How often each rewrite pass applied in the graph that ran last. */
  readonly rewrites: Readonly<Record<string, number>>;
}

export interface Jitted<F extends Traceable> {
  (...args: Parameters<F>): ReturnType<F>;
  /** The same, giving the event loop a turn now and then: for loops that await nothing else. */
  async(...args: Parameters<F>): Promise<ReturnType<F>>;
  stats(): JitStats;
  /** The graph that ran last, as traced and as it runs: for `plot.graph`. Undefined before the first call. */
  program(): Program | undefined;
  /** Frees the sessions. The variables stay as the last step left them. */
  dispose(): void;
}

interface Entry {
  compiled: Compiled;
  /** Set when the trace made variables: the next call must look again. */
  provisional: boolean;
}

const DEFAULT_MAX_TRACES = 8;

/**
 * Compiles a function of tensors.
 *
 * @example
 * const step = jit((x: tf.Tensor2D, y: tf.Tensor2D) =>
 *   optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model(x)), true)!);
 * for (const [x, y] of batches) console.log((await step(x, y).data())[0]);
 *
 * @param fn  takes and returns tensors, plain values, and arrays and objects of these; may assign variables
 * @throws TensorError with a code from errors.ts, at the first call, if `fn` does what a graph cannot
 */
export function jit<F extends Traceable>(fn: F, options: JitOptions = {}): Jitted<F> {
  const entries = new Map<string, Entry>();
  const maxTraces = options.maxTraces ?? DEFAULT_MAX_TRACES;
  const total = { traces: 0, evictions: 0, runs: 0, runMs: 0, lastRunMs: 0, traceMs: 0, buildMs: 0, sessionMs: 0 };
  let disposed = false;
  let last: Compiled | undefined;

  function compile(trees: readonly Tree<Tensor>[], previous?: Entry): Entry {
    const where = options.device ?? device();
    const target = targetFor(where);
    const t0 = performance.now();
    const recording = record(fn, trees, target);
    const t1 = performance.now();
    const built = build(recording, target);
    if (options.verify) verify(trees, built);
    total.traceMs += t1 - t0;
    if (previous) {
      if (recording.born.length) throw makesVariablesAgain(recording.born.map(b => b.variable.name));
      // The usual case: the first graph had its new variables as state already, and nothing else changed.
      if (fingerprint(previous.compiled.built) === fingerprint(built)) {
        previous.provisional = false;
        total.buildMs += performance.now() - t1;
        return previous;
      }
      previous.compiled.dispose();
    }
    const t2 = performance.now();
    const compiled = new Compiled(built, {
      device: where,
      threads: options.threads ?? threads(),
      // Waiting workers that sleep cost nothing on a quiet machine (five train steps, 2 threads: within 2 %, LSTM 13 % faster),
      // and on a busy one a spinning worker halves the speed of a graph of small nodes.
      spin: false,
      profile: options.profile,
    });
    total.traces++;
    total.buildMs += t2 - t1;
    total.sessionMs += performance.now() - t2;
    return { compiled, provisional: recording.born.length > 0 };
  }

  function verify(trees: readonly Tree<Tensor>[], built: ReturnType<typeof build>): void {
    if (built.recording.born.length) return; // The second call traces again anyway.
    const target = targetFor(options.device ?? device());
    const again = build(record(fn, trees, target), target);
    const [a, b] = [fingerprint(built).split("\n"), fingerprint(again).split("\n")];
    const at = a.findIndex((line, i) => line !== b[i]);
    if (at < 0 && a.length === b.length) return;
    throw new TensorError(
      "FTT_TRACE_SIDE_EFFECT",
      `jit: expected the same graph from two traces, got two that differ (${(a[at] ?? "").slice(0, 120)} / ${(b[at] ?? "").slice(0, 120)}); host state such as a counter or a clock is baked in, so pass it as a tensor or keep it in a tf.variable`,
    );
  }

  function lookup(trees: readonly Tree<Tensor>[]): Compiled {
    const key = `${options.device ?? device()}|${options.threads ?? threads()}|${trees.map(signatureOf).join()}`;
    let entry = entries.get(key);
    if (entry) entries.delete(key);
    if (!entry || entry.provisional) entry = compile(trees, entry);
    // Re-inserting makes it the most recently used.
    entries.set(key, entry);
    if (entries.size > maxTraces) {
      const [oldestKey, oldest] = entries.entries().next().value!;
      oldest.compiled.dispose();
      entries.delete(oldestKey);
      total.evictions++;
    }
    return entry.compiled;
  }

  function call(...args: Parameters<F>): ReturnType<F> {
    if (disposed) {
      throw new TensorError(
        "FTT_DISPOSED",
        "jit: expected a live function, got a call after dispose(); call jit(fn) again",
      );
    }
    const engine = core.engine();
    // Inside another trace, under a gradient tape, or on another backend, the function is simply itself.
    if (currentTrace() || engine.isTapeOn()) return fn(...(args as never[])) as ReturnType<F>;
    if (core.getBackend() !== BACKEND_NAME) return core.tidy(() => fn(...(args as never[])) as never) as ReturnType<F>;
    stopIfInterrupted();
    const trees = args.map((arg, i) => treeOf(arg, `argument ${i}`));
    last = lookup(trees);
    const start = performance.now();
    const result = last.run(trees.flatMap(tree => leavesOf(tree))) as ReturnType<F>;
    total.lastRunMs = performance.now() - start;
    total.runMs += total.lastRunMs;
    total.runs++;
    return result;
  }

  return Object.assign(call, {
    async: async (...args: Parameters<F>): Promise<ReturnType<F>> => {
      const result = call(...args);
      await breatheIfDue();
      return result;
    },
    stats: (): JitStats => ({
      traces: total.traces,
      evictions: total.evictions,
      runs: total.runs,
      compileMs: total.traceMs + total.buildMs + total.sessionMs,
      compile: { traceMs: total.traceMs, buildMs: total.buildMs, sessionMs: total.sessionMs },
      runMs: total.runMs,
      lastRunMs: total.lastRunMs,
      nodes: last?.nodes ?? 0,
      kernels: last?.built.recording.kernels ?? 0,
      modelBytes: last?.modelBytes ?? 0,
      rewrites: last?.built.finished.rewrites ?? {},
    }),
    program: () => last && programOf(last.built),
    dispose: (): void => {
      disposed = true;
      for (const { compiled } of entries.values()) compiled.dispose();
      entries.clear();
    },
  });
}

function makesVariablesAgain(names: readonly string[]): TensorError {
  return new TensorError(
    "FTT_TRACE_VARIABLE",
    `jit: expected variables to be made once, got new ones at the second call too (${names.slice(0, 3).join(", ")}); make them outside the jitted function`,
  );
}
