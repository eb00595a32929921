/**
 * A compiled graph: ONNX bytes turned into a native session, run over typed arrays.
 */
import { type DType, dtypes, type TypedArray } from "../dtypes";
import { TensorError } from "../errors";
import { type Shape, sizeOf } from "../shapes";
import {
  COPIED_BYTES,
  type NativeSession,
  type NativeSessionOptions,
  type NativeTensor,
  newNativeSession,
  READY,
  runInPlace,
} from "./binding";
import type { DeviceName } from "./device";

export interface SessionOptions {
  readonly device: DeviceName;
  readonly threads: number;
  /** How many nodes the graph has, when known. */
  readonly nodes?: number;
  /** Keep worker threads spinning between nodes: they burn a core that somebody else may need. */
  readonly spin: boolean;
  /** Prefix for ONNX Runtime's own profile, a Chrome trace written when the session ends. */
  readonly profile?: string | undefined;
  /** Files of weights that the model refers to, by the name it uses. */
  readonly externalData?: readonly { path: string; data: Uint8Array }[];
}

const PROVIDERS: Readonly<Record<DeviceName, string[]>> = {
  cpu: ["cpu"],
  cuda: ["cuda", "cpu"],
  webgpu: ["webgpu", "cpu"],
};

/**
 * ONNX Runtime's own optimizer finds nothing in our graphs that it can make faster (measured on five train steps: no
 * difference at any level), but takes as long as the rest of the compilation. "basic" folds constants, which a large trace
 * has few of. Other devices need the level that inserts their layouts.
 */
function optimizationLevel({ device, nodes = 0 }: SessionOptions): "disabled" | "basic" | "all" {
  if (device !== "cpu") return "all";
  return nodes > MAX_FOLDED_NODES ? "disabled" : "basic";
}

/** Constant folding costs about 0.06 ms per node. */
const MAX_FOLDED_NODES = 1000;

export class Session {
  private native: NativeSession | undefined;
  private readonly hasReady: boolean;

  constructor(model: Uint8Array | string, options: SessionOptions) {
    const native = newNativeSession();
    const settings: NativeSessionOptions = {
      executionProviders: PROVIDERS[options.device],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: optimizationLevel(options),
      enableCpuMemArena: true,
      enableMemPattern: true,
      logSeverityLevel: 3,
      // Not `set_denormal_as_zero`: it sets the processor's flag for this whole thread, and 5e-324 becomes 0 in JavaScript too.
      extra: {
        session: { intra_op: { allow_spinning: options.spin ? "1" : "0" } },
        // It turns `productOrientation` back: a transposed product becomes one Gemm with its operands exchanged.
        optimization: { disable_specified_optimizers: "GemmTransposeFusion" },
      },
      ...(options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {}),
      ...(options.externalData ? { externalData: [...options.externalData] } : {}),
    };
    try {
      if (typeof model === "string") native.loadModel(model, settings);
      else native.loadModel(model.buffer, model.byteOffset, model.byteLength, settings);
    } catch (cause) {
      throw new TensorError("FTT_SESSION", `session: ONNX Runtime refused the graph: ${messageOf(cause)}`, { cause });
    }
    this.native = native;
    this.hasReady = native.outputMetadata[0]?.name === READY;
  }

  /** Runs with a buffer of ours for every output, and copies none of them if the model was encoded with `ready`. */
  runInto(feeds: Record<string, NativeTensor>, fetches: Record<string, NativeTensor>): void {
    if (!this.hasReady) {
      this.run(feeds, fetches);
      return;
    }
    try {
      runInPlace(this.open(), feeds, fetches);
    } catch (cause) {
      throw failed(cause);
    }
  }

  get inputNames(): string[] {
    return this.open().inputMetadata.map(m => m.name);
  }

  get outputNames(): string[] {
    return this.open().outputMetadata.map(m => m.name);
  }

  run(feeds: Record<string, NativeTensor>, fetches: Record<string, NativeTensor | null>): Record<string, NativeTensor> {
    try {
      return this.open().run(feeds, fetches, {});
    } catch (cause) {
      throw failed(cause);
    }
  }

  private open(): NativeSession {
    if (!this.native) throw new TensorError("FTT_DISPOSED", "session: expected an open session, got a disposed one");
    return this.native;
  }

  dispose(): void {
    this.native?.dispose();
    this.native = undefined;
  }
}

export function nativeTensor(data: TypedArray, shape: Shape, dtype: DType): NativeTensor {
  return { dims: shape, type: dtype, location: "cpu", data };
}

/** ONNX Runtime reports an element type as a number of its own; this is the name for it. */
export function dtypeOfOnnx(code: number): DType | undefined {
  return (Object.keys(dtypes) as DType[]).find(d => dtypes[d].onnx === code);
}

/** `ready` for a graph whose results are large enough that copying them would cost. */
export function readyFor(outputs: readonly { shape: Shape; dtype: DType }[]): { ready?: string } {
  const bytes = outputs.reduce((sum, o) => sum + sizeOf(o.shape) * dtypes[o.dtype].bytes, 0);
  return bytes > COPIED_BYTES ? { ready: READY } : {};
}

function failed(cause: unknown): TensorError {
  if (cause instanceof TensorError) return cause;
  return new TensorError("FTT_SESSION", `session: ONNX Runtime failed: ${messageOf(cause)}`, { cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
