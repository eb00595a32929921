/**
 * Variables made inside a trace: an optimizer's slots, a layer's weights on first use.
 *
 * The first call makes them, later calls find them there, so the first call's graph may differ from all others. If the
 * initial value is a constant (zeros, nearly always), the variable is simply state that starts out with it, and the first
 * graph is already the final one. Otherwise the first graph computes the value, serves one call, and is traced again.
 */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { backend } from "../backend/install";
import { allocate, type TensorDType, type TypedArray } from "../dtypes";
import { materialize } from "../graph/arrange";
import { finish, inOrder } from "../graph/finish";
import type { Graph } from "../graph/graph";
import type { Lazy, Value } from "../graph/value";
import { encodeModel } from "../onnx/model";
import { nativeTensor, Session } from "../runtime/session";
import { sizeOf } from "../shapes";
import { core } from "../tfjs";
import type { StateSlot } from "./trace";

export interface Born {
  readonly variable: Variable;
  /** The initial value when the trace's inputs do not enter into it. */
  readonly initial: TypedArray | undefined;
}

interface Birth {
  readonly variable: Variable;
  readonly input: Value | undefined;
  readonly initial: Lazy;
  readonly symbolId: object;
}

export class BirthRecord {
  readonly list: Born[] = [];
  private readonly births: Birth[] = [];

  constructor(private readonly graph: Graph) {}

  /** From here on, `tf.variable` makes state of this graph. */
  watch(): void {
    const engine = core.engine();
    const original = Object.getPrototypeOf(engine).makeVariable as (...args: unknown[]) => Variable;
    engine.makeVariable = (initialValue: Tensor, ...rest) => {
      const variable = original.call(engine, initialValue, ...rest);
      const initial = backend.lazyOf(variable);
      const constant = isConstant(initial.value);
      let input: Value | undefined;
      let symbolId = variable.dataId;
      if (constant) {
        input = this.graph.input(variable.shape, variable.dtype as TensorDType);
        symbolId = backend.symbol(this.graph.lazy(input)).dataId;
        engine.state.tensorInfo.set(symbolId, { backend, dtype: variable.dtype, shape: variable.shape, bytes: 0 });
        variable.dataId = symbolId;
      }
      this.births.push({ variable, input, initial, symbolId });
      return variable;
    };
  }

  unwatch(): void {
    delete (core.engine() as { makeVariable?: unknown }).makeVariable;
  }

  /** The new variables that still live at the end of the trace, as state. */
  slots(): StateSlot[] {
    return this.births
      .filter(b => !b.variable.isDisposed)
      .map(({ variable, input, symbolId }) => {
        const changed = input === undefined || variable.dataId !== symbolId;
        const output = changed ? materialize(this.graph, backend.lazyOf(variable)) : undefined;
        return { variable, input, output };
      });
  }

  /**
   * Gives the new variables real tensors. After a trace that failed, those with a constant start are kept as well: an
   * optimizer that made its slots before the error finds them usable when the mistake is mended.
   */
  materialize(finished: boolean): void {
    const { state } = core.engine();
    const live = this.births.filter(b => !b.variable.isDisposed);
    const values = constantsOf(
      this.graph,
      live.filter(b => b.input).map(b => b.initial),
    );
    let next = 0;
    for (const { variable, input } of live) {
      const initial = input ? values[next++] : undefined;
      if (!initial && !finished) {
        delete state.registeredVariables[variable.name];
        continue;
      }
      const dtype = variable.dtype as TensorDType;
      const data = initial ?? allocate(dtype, variable.size);
      const info = backend.adopt(data, variable.shape, dtype, false);
      state.tensorInfo.set(info.dataId, { backend, dtype, shape: variable.shape, bytes: data.byteLength });
      state.numTensors++;
      state.numDataBuffers++;
      state.numBytes += data.byteLength;
      backend.forget(variable.dataId);
      variable.dataId = info.dataId;
      this.list.push({ variable, initial });
    }
  }
}

function isConstant(value: Value): boolean {
  if (value.isInput) return false;
  return inOrder([value]).every(node => node.inputs.every(i => !i?.isInput));
}

/** The numbers of constant expressions; those that are more than a fill run once as a graph of their own. */
function constantsOf(graph: Graph, lazies: readonly Lazy[]): TypedArray[] {
  const out = lazies.map(({ value, shape }) => {
    if (!value.data || (value.data.length !== 1 && value.data.length !== sizeOf(shape))) return undefined;
    const data = allocate(value.dtype, sizeOf(shape));
    if (value.data.length === 1) (data as Float32Array).fill(value.data[0] as number);
    else (data as Float32Array).set(value.data as Float32Array);
    return data;
  });
  const open = lazies.flatMap((lazy, i) => (out[i] ? [] : [{ lazy, i }]));
  if (open.length === 0) return out as TypedArray[];
  const done = finish(
    graph,
    open.map(({ lazy }) => materialize(graph, lazy)),
    [],
  );
  const session = new Session(encodeModel(done), { device: "cpu", threads: 1, spin: false });
  try {
    const fetches: Record<string, ReturnType<typeof nativeTensor>> = {};
    done.outputs.forEach((v, k) => {
      const data = allocate(v.dtype, sizeOf(v.shape));
      out[open[k]!.i] = data;
      fetches[v.name] = nativeTensor(data, v.shape, v.dtype);
    });
    session.runInto({}, fetches);
  } finally {
    session.dispose();
  }
  return out as TypedArray[];
}
