/**
 * Which trace is running, if any. A trace replaces tensors by symbols: the backend hands out data ids without data, and
 * every kernel call becomes nodes of `graph`. One trace runs at a time, because tfjs has one engine.
 */
import type { DataId } from "@tensorflow/tfjs-core";
import type { TypedArray } from "../dtypes";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import type { Target } from "../lowering/registry";

/** A tensor from outside that the traced function closes over. */
export interface Captured {
  readonly dataId: DataId;
  readonly value: Value;
  readonly data: TypedArray;
}

export interface Trace {
  readonly graph: Graph;
  readonly target: Target;
  readonly captured: Map<DataId, Captured>;
  /** tfjs kernels seen, for `stats()`. */
  kernels: number;
}

let current: Trace | undefined;

export function currentTrace(): Trace | undefined {
  return current;
}

export function withTrace<T>(trace: Trace, body: () => T): T {
  const before = current;
  current = trace;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** What the backend stores for a tensor that exists only in a trace. */
export interface Symbolic {
  readonly lazy: Lazy;
  readonly trace: Trace;
}
