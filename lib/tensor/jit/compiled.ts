/**
 * One trace, compiled: a session with its arguments, captures and state bound to buffers.
 *
 * State is never copied. A variable that the step updates alternates between two buffers: the session reads one and writes
 * the other, then the variable points at the new one. Readers outside get copies, since a buffer is written again two
 * steps later.
 */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { backend } from "../backend/install";
import { allocate, type TensorDType, type TypedArray } from "../dtypes";
import { TensorError } from "../errors";
import { type Finished, finish } from "../graph/finish";
import { rewritePasses } from "../graph/rewrite";
import type { Value } from "../graph/value";
import type { Target } from "../lowering/registry";
import { encodeModel } from "../onnx/model";
import type { NativeTensor } from "../runtime/binding";
import { nativeTensor, readyFor, Session, type SessionOptions } from "../runtime/session";
import { sizeOf } from "../shapes";
import { core } from "../tfjs";
import type { Recording } from "./trace";
import { leavesOf, mapTree, rebuild } from "./tree";

export interface CompileTimes {
  readonly traceMs: number;
  /** Rewriting and encoding. */
  readonly buildMs: number;
  readonly sessionMs: number;
}

interface BoundState {
  readonly variable: Variable;
  readonly input: Value | undefined;
  readonly output: Value | undefined;
  /** A buffer of ours that the variable does not use at the moment. */
  spare: TypedArray | undefined;
}

/** A graph ready to be encoded: what a recording wants computed, rewritten for the target. */
export interface Built {
  readonly recording: Recording;
  readonly finished: Finished;
  readonly resultCount: number;
}

export function build(recording: Recording, target: Target): Built {
  const results = leavesOf(recording.result);
  const updates = recording.state.flatMap(s => (s.output ? [s.output] : []));
  const finished = finish(recording.graph, [...results, ...updates], rewritePasses(target));
  return { recording, finished, resultCount: results.length };
}

export class Compiled {
  private readonly session: Session;
  private readonly state: BoundState[];
  private readonly results: readonly Value[];
  private readonly liveInputs: ReadonlySet<Value>;
  readonly modelBytes: number;

  constructor(
    readonly built: Built,
    options: SessionOptions,
  ) {
    const { recording, finished, resultCount } = built;
    const model = encodeModel(finished, readyFor(finished.outputs));
    this.modelBytes = model.length;
    this.session = new Session(model, { ...options, nodes: finished.nodes.length });
    this.results = finished.outputs.slice(0, resultCount);
    this.liveInputs = new Set(finished.inputs);
    let next = resultCount;
    this.state = recording.state
      .map(s => ({
        variable: s.variable,
        input: s.input && this.liveInputs.has(s.input) ? s.input : undefined,
        output: s.output ? finished.outputs[next++] : undefined,
        spare: undefined,
      }))
      .filter(s => s.input || s.output);
  }

  get nodes(): number {
    return this.built.finished.nodes.length;
  }

  /** Runs the graph once. `args` are the tensors of the arguments, in the order of the trace. */
  run(args: readonly Tensor[]): unknown {
    const feeds: Record<string, NativeTensor> = {};
    const fetches: Record<string, NativeTensor> = {};
    this.bindArguments(args, feeds);
    this.bindCaptures(feeds);
    for (const s of this.state) this.bindState(s, feeds, fetches);
    const buffers = this.results.map(value => {
      const data = backend.pool.take(value.dtype, sizeOf(value.shape));
      fetches[value.name] = nativeTensor(data, value.shape, value.dtype);
      return data;
    });
    this.session.runInto(feeds, fetches);
    for (const s of this.state) if (s.output) this.commit(s, fetches[s.output.name]!.data);
    const engine = core.engine();
    const tensors = this.results.map((value, i) =>
      engine.makeTensorFromTensorInfo(backend.adopt(buffers[i]!, value.shape, value.dtype, true), backend),
    );
    let at = 0;
    return rebuild(mapTree(this.built.recording.result, () => tensors[at++]));
  }

  private bindArguments(args: readonly Tensor[], feeds: Record<string, NativeTensor>): void {
    this.built.recording.arguments.forEach((value, i) => {
      if (!value || !this.liveInputs.has(value)) return;
      const tensor = args[i]!;
      if (tensor.isDisposed) {
        throw new TensorError("FTT_DISPOSED", `jit: expected live tensors, got argument ${i} disposed`);
      }
      feeds[value.name] = nativeTensor(backend.typedValues(tensor), value.shape, value.dtype);
    });
  }

  private bindCaptures(feeds: Record<string, NativeTensor>): void {
    for (const { dataId, value, data } of this.built.recording.captured) {
      if (!backend.holds(dataId)) {
        throw new TensorError(
          "FTT_DISPOSED",
          `jit: the function closes over a tensor of shape [${value.shape}] that has been disposed; tf.keep it, or pass it as an argument`,
        );
      }
      if (this.liveInputs.has(value)) feeds[value.name] = nativeTensor(data, value.shape, value.dtype);
    }
  }

  private bindState(s: BoundState, feeds: Record<string, NativeTensor>, fetches: Record<string, NativeTensor>): void {
    const { variable, input, output } = s;
    if (variable.isDisposed) {
      throw new TensorError(
        "FTT_DISPOSED",
        `jit: the function uses variable "${variable.name}" of shape [${variable.shape}], which has been disposed; make a new one and jit the function again`,
      );
    }
    if (input) {
      feeds[input.name] = nativeTensor(backend.typedValues(variable), input.shape, input.dtype);
    }
    if (output) {
      const data = s.spare ?? allocate(output.dtype, sizeOf(output.shape));
      fetches[output.name] = nativeTensor(data, output.shape, output.dtype);
    }
  }

  /** Points the variable at the buffer just written, and keeps the old one for the next step if it is ours to reuse. */
  private commit(s: BoundState, data: TypedArray): void {
    const record = backend.record(s.variable.dataId);
    if (record.refCount > 1) {
      // Somebody holds this very tensor (`before = v.clone()`): it keeps its numbers, the variable moves on.
      const info = backend.adopt(data, s.variable.shape, s.variable.dtype as TensorDType, false);
      backend.record(info.dataId).reused = true;
      const engine = core.engine();
      // A tensor of its own lifetime: inside a caller's tidy, it must not be disposed a second time at the end of the scope.
      const next = engine.makeTensorFromTensorInfo(info, backend);
      s.variable.assign(next);
      next.dispose();
      s.spare = undefined;
      return;
    }
    s.spare = record.reused ? (record.values as TypedArray) : undefined;
    record.values = data as Float32Array;
    record.reused = true;
    record.pooled = false;
  }

  dispose(): void {
    this.session.dispose();
  }
}
