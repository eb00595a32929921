/**
 * ONNX Runtime's native binding, typed.
 *
 * The package's public `InferenceSession` is asynchronous in name only: its `run` blocks the event loop all the same,
 * then costs a promise and a copy of every output. The binding beneath it is synchronous and takes output buffers, which
 * is what tfjs needs (kernels are synchronous) and what state needs (weights swap between two buffers, never copied).
 */
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

interface NativeModule {
  binding: { InferenceSession: new () => NativeSession };
  initOrt: () => void;
}

let loaded: NativeModule | undefined;

/** Loads the 40 MB library at the first session, not at import: a notebook that only plots never pays for it. */
export function newNativeSession(): NativeSession {
  if (!loaded) {
    loaded = require("onnxruntime-node/dist/binding.js") as NativeModule;
    loaded.initOrt();
  }
  return new loaded.binding.InferenceSession();
}
