/**
 * The tfjs backend named `ort`.
 *
 * It is tfjs's own CPU backend with two additions. Tensors hold typed arrays, as there, so that every kernel tfjs has
 * written in JavaScript works on them unchanged; large work goes to ONNX Runtime (see `eager.ts`). And while a trace
 * runs, a tensor may hold a symbol in place of numbers.
 */

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import type { BackendValues, DataId, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { type DType, dtypes, isTensorDType, type TypedArray, toTypedArray } from "../dtypes";
import { TensorError } from "../errors";
import { reshapeLazy } from "../graph/arrange";
import { splatOf } from "../graph/graph";
import type { Lazy } from "../graph/value";
import { breatheIfDue } from "../runtime/breathe";
import { type Shape, sameShape, sizeOf } from "../shapes";
import { BufferPool } from "./buffer-pool";
import { currentTrace, type Symbolic } from "./trace-state";

/** MathBackendCPU's record of a tensor, with what this backend adds. */
export interface TensorRecord {
  values: BackendValues | null;
  dtype: DataType;
  refCount: number;
  complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  symbolic?: Symbolic;
  /** The buffer goes back to the pool when the tensor dies. False once anything else may look at it. */
  pooled?: boolean;
  /** A jitted function writes its next state into this buffer: readers get copies. */
  reused?: boolean;
}

export class OrtBackend extends MathBackendCPU {
  readonly pool = new BufferPool();

  constructor() {
    super();
    // The parent would print advice to install another backend.
    (this as unknown as { firstUse: boolean }).firstUse = false;
  }

  record(dataId: DataId): TensorRecord {
    return this.data.get(dataId) as unknown as TensorRecord;
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const trace = currentTrace();
    if (!trace || !isTensorDType(dtype)) return super.write(values, shape, dtype);
    // A tensor made inside a trace from host numbers: a constant of the graph.
    const data = toTypedArray(values as ArrayLike<number>, dtype);
    const splat = data.length > 0 && allEqual(data) ? Number(data[0]) : undefined;
    const lazy =
      splat === undefined
        ? // Copied: the caller keeps the array and may write to it before the graph is encoded.
          trace.graph.lazy(trace.graph.constant(data.slice() as TypedArray, shape, dtype))
        : trace.graph.lazy(trace.graph.scalar(splat, dtype), shape);
    return this.symbol(lazy).dataId;
  }

  /** A tensor that stands for a value of the running trace. */
  symbol(lazy: Lazy): TensorInfo {
    const trace = currentTrace()!;
    const dataId = {};
    const dtype = lazy.value.dtype as DataType;
    const record: TensorRecord = { values: null, dtype, refCount: 1, symbolic: { lazy, trace } };
    this.data.set(dataId, record as never);
    return { dataId, shape: [...lazy.shape], dtype };
  }

  /** The graph's view of a tensor in the running trace: its symbol, or a capture of its numbers. */
  lazyOf(tensor: TensorInfo): Lazy {
    const trace = currentTrace()!;
    const record = this.record(tensor.dataId);
    if (record.symbolic && record.symbolic.trace !== trace) this.settle(tensor.dataId);
    if (record.symbolic) return reshapeLazy(trace.graph, record.symbolic.lazy, tensor.shape);
    let captured = trace.captured.get(tensor.dataId);
    if (!captured) {
      const { dtype } = tensor;
      if (!isTensorDType(dtype)) {
        throw new TensorError("FTT_ARGUMENT", `jit: tensors must be float32, int32 or bool, got ${dtype}`);
      }
      const data = this.typedValues(tensor);
      // The graph holds on to this buffer for as long as it lives.
      record.pooled = false;
      const { graph } = trace;
      const small = data.length <= MAX_BAKED_ELEMENTS;
      const value = small ? graph.constant(data, [...tensor.shape], dtype) : graph.input([...tensor.shape], dtype);
      captured = { dataId: tensor.dataId, value, data };
      trace.captured.set(tensor.dataId, captured);
    }
    return reshapeLazy(trace.graph, trace.graph.lazy(captured.value), tensor.shape);
  }

  /** Turns a constant that outlived its trace into an ordinary tensor; anything else that did is an error. */
  private settle(dataId: DataId): void {
    const record = this.record(dataId);
    const { lazy } = record.symbolic!;
    const { value, shape } = lazy;
    const splat = splatOf(value);
    if (splat !== undefined) {
      record.values = toTypedArray(new Array(sizeOf(shape)).fill(splat), value.dtype) as BackendValues;
    } else if (value.data && sameShape(value.shape, shape)) {
      record.values = value.data as BackendValues;
    } else {
      throw new TensorError(
        "FTT_TRACE_LEAK",
        `jit: expected a tensor with values, got one of shape [${shape}] that exists only inside a finished trace; return it from the jitted function, or assign it to a tf.variable`,
      );
    }
    record.symbolic = undefined;
  }

  /**
   * The tensor's numbers as the typed array of its dtype. tfjs stores some as plain arrays, and its widening casts share
   * one record between two dtypes.
   */
  typedValues({ dataId, dtype: asked }: Pick<TensorInfo, "dataId" | "dtype">): TypedArray {
    const record = this.record(dataId);
    if (record.symbolic) this.settle(dataId);
    const dtype = record.dtype as DType;
    if (asked !== dtype) return toTypedArray(record.values as unknown as ArrayLike<number>, asked as DType);
    if (!(record.values instanceof dtypes[dtype].array)) {
      record.values = toTypedArray(record.values as unknown as ArrayLike<number>, dtype) as BackendValues;
    }
    return record.values as TypedArray;
  }

  /** A new tensor over `data`, which returns to the pool with the tensor's death if it came from there. */
  adopt(data: TypedArray, shape: Shape, dtype: DType, pooled: boolean): TensorInfo {
    const info = this.makeTensorInfo([...shape], dtype as DataType, data as BackendValues);
    this.record(info.dataId).pooled = pooled && this.pool.pools(dtype, data.length);
    return info;
  }

  holds(dataId: DataId): boolean {
    return this.data.has(dataId);
  }

  /** Drops a record whatever its reference count: symbols whose trace is over. */
  forget(dataId: DataId): void {
    this.data.delete(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const record = this.data.has(dataId) ? this.record(dataId) : undefined;
    const disposed = super.disposeData(dataId, force);
    if (disposed && record?.pooled && record.values) {
      this.pool.give(record.dtype as DType, record.values as TypedArray);
      record.values = null;
    }
    return disposed;
  }

  override readSync(dataId: DataId): BackendValues {
    const record = this.record(dataId);
    if (record?.symbolic) {
      if (record.symbolic.trace === currentTrace()) {
        throw new TensorError(
          "FTT_TRACE_READ",
          "jit: a traced function must not read a tensor's values, got dataSync(), arraySync() or print() on a traced tensor; use tf.where in place of `if`, or return the tensor and read it outside",
        );
      }
      this.settle(dataId);
    }
    const values = super.readSync(dataId);
    // The caller may keep what it read; a pooled buffer will be written again.
    return record?.pooled || record?.reused ? ((values as TypedArray).slice() as BackendValues) : values;
  }

  /** Awaiting a loss is where a training loop lets the notebook breathe: see `breathe.ts`. */
  override async read(dataId: DataId): Promise<BackendValues> {
    const values = this.readSync(dataId);
    await breatheIfDue();
    return values;
  }
}

/** Captured tensors up to this size become constants of the model, where ONNX Runtime can fold them. */
const MAX_BAKED_ELEMENTS = 1 << 16;

function allEqual(data: TypedArray): boolean {
  const first = data[0];
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return false;
  return true;
}
