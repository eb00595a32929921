/**
 * ONNX Runtime's native binding, typed.
 *
 * The package's public `InferenceSession` is asynchronous in name only: its `run` blocks the event loop all the same,
 * then costs a promise and a copy of every output. The binding beneath it is synchronous and takes output buffers, which
 * is what tfjs needs (kernels are synchronous) and what state needs (weights swap between two buffers, never copied).
 */
import { isMainThread } from "node:worker_threads";
import type { TypedArray } from "../dtypes";

// Read once, when the library loads: a course's notebooks report to nobody.
process.env.ORT_DISABLE_TELEMETRY ??= "1";

export interface NativeTensor {
  readonly dims: readonly number[];
  readonly type: string;
  readonly location: "cpu";
  readonly data: TypedArray;
}

export interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: NativeSessionOptions): void;
  loadModel(path: string, options: NativeSessionOptions): void;
  run(
    feeds: Record<string, NativeTensor>,
    fetches: Record<string, NativeTensor | null>,
    options: Record<string, unknown>,
  ): Record<string, NativeTensor>;
  readonly inputMetadata: readonly NativeMetadata[];
  readonly outputMetadata: readonly NativeMetadata[];
  dispose(): void;
  endProfiling(): void;
}

export interface NativeMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type: number;
  readonly shape: readonly (number | string)[];
}

export interface NativeSessionOptions {
  executionProviders?: (string | { name: string })[];
  intraOpNumThreads?: number;
  interOpNumThreads?: number;
  graphOptimizationLevel?: "disabled" | "basic" | "extended" | "layout" | "all";
  executionMode?: "sequential" | "parallel";
  enableCpuMemArena?: boolean;
  enableMemPattern?: boolean;
  enableProfiling?: boolean;
  profileFilePrefix?: string;
  optimizedModelFilePath?: string;
  logSeverityLevel?: number;
  externalData?: { path: string; data: Uint8Array }[];
  extra?: Record<string, unknown>;
}

type Constructor = new (...args: unknown[]) => object;

interface NativeModule {
  binding: {
    InferenceSession: new () => NativeSession;
    initOrtOnce(logLevel: number, tensor: Constructor, isMainThread: boolean): void;
  };
  initOrt: () => void;
}

/** A model's extra first output, one number: see `runInPlace`. */
export const READY = "ready";
/** Up to this many bytes a copy is cheaper than what avoids it, about 6 µs. */
export const COPIED_BYTES = 1 << 16;

/** Thrown through the binding when the run is over and only copies would follow. */
const RUN_IS_OVER = { runIsOver: true };
let stopAtFirstOutput = false;

let loaded: NativeModule | undefined;

/** Loads the 40 MB library at the first session, not at import: a notebook that only plots never pays for it. */
export function newNativeSession(): NativeSession {
  if (!loaded) {
    loaded = require("onnxruntime-node/dist/binding.js") as NativeModule;
    loaded.initOrt();
    const { Tensor } = require("onnxruntime-common") as { Tensor: Constructor };
    const interrupting = new Proxy(Tensor, {
      construct(target, args, newTarget) {
        if (stopAtFirstOutput) throw RUN_IS_OVER;
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
    // 2 is onnxruntime's own default, "warning".
    loaded.binding.initOrtOnce(2, interrupting, isMainThread);
  }
  return new loaded.binding.InferenceSession();
}

/**
 * A run whose outputs all have buffers. The binding (1.30) writes the results into them and then copies each into a fresh
 * array all the same, which for the weights of a train step means megabytes of new pages at every step: 2 ms for 4 MB,
 * where the run itself took 0.5. Copying starts after the run, output by output, and ends each with a call of the `Tensor`
 * constructor that the binding was given. Ours throws at the first, which is one number (`READY`). Where somebody else has
 * set the constructor since, everything is copied and nothing is wrong. onnxruntime's main branch no longer copies.
 */
export function runInPlace(
  session: NativeSession,
  feeds: Record<string, NativeTensor>,
  fetches: Record<string, NativeTensor>,
): void {
  const ready: NativeTensor = { dims: [], type: "float32", location: "cpu", data: new Float32Array(1) };
  stopAtFirstOutput = true;
  try {
    session.run(feeds, { [READY]: ready, ...fetches }, {});
  } catch (error) {
    if (error !== RUN_IS_OVER) throw error;
  } finally {
    stopAtFirstOutput = false;
  }
}
