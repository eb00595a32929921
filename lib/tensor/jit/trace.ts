/**
 * Runs a function once on symbols and keeps the graph that it drew.
 *
 * Three kinds of tensor meet in a trace. Arguments become inputs of the graph. Variables become state: an input for the
 * value before, an output for the value after if the function assigned one. Everything else the function closes over is
 * captured as it is. tfjs's gradients need no help, since they are made of the same kernels.
 */
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { backend } from "../backend/install";
import { type Captured, type Trace, withTrace } from "../backend/trace-state";
import { isTensorDType, type TensorDType } from "../dtypes";
import { TensorError } from "../errors";
import { materialize } from "../graph/arrange";
import { Graph } from "../graph/graph";
import type { Value } from "../graph/value";
import type { Target } from "../lowering/registry";
import { core } from "../tfjs";
import { BirthRecord, type Born } from "./born";
import { guardHostRandomness } from "./host-random";
import { mapTree, rebuild, type Tree, treeOf } from "./tree";

/** A variable as the graph sees it. */
export interface StateSlot {
  readonly variable: Variable;
  /** The value before the run; absent for a variable whose first value the graph itself computes. */
  readonly input: Value | undefined;
  /** The value after the run, if the function assigned one. */
  readonly output: Value | undefined;
}

export interface Recording {
  readonly graph: Graph;
  /** One input per tensor among the arguments, in order; variables among them have none. */
  readonly arguments: readonly (Value | undefined)[];
  readonly result: Tree<Value>;
  readonly state: readonly StateSlot[];
  readonly captured: readonly Captured[];
  readonly born: readonly Born[];
  readonly kernels: number;
}

export type Traceable = (...args: never[]) => unknown;

export function record(fn: Traceable, args: readonly Tree<Tensor>[], target: Target): Recording {
  const engine = core.engine();
  const { state } = engine;
  const graph = new Graph();
  const trace: Trace = { graph, target, captured: new Map(), kernels: 0 };
  // Symbols are no memory: what tfjs counts while tracing is undone at the end.
  const { numTensors, numBytes, numDataBuffers } = state;
  const swapped = withTrace(trace, () => swapVariables(Object.values(state.registeredVariables), graph));
  const births = new BirthRecord(graph);
  const restoreRandom = guardHostRandomness();
  let finished = false;
  try {
    return withTrace(trace, () => {
      births.watch();
      engine.startScope("jit");
      try {
        const inputs: (Value | undefined)[] = [];
        const values = args.map(tree => rebuild(mapTree(tree, leaf => argumentOf(leaf, graph, inputs))));
        const result = fn(...(values as never[]));
        if (result instanceof Promise) {
          result.catch(() => undefined);
          throw new TensorError(
            "FTT_TRACE_ASYNC",
            "jit: expected a function that returns tensors, got a promise; a trace cannot wait, so make the function synchronous and await around it",
          );
        }
        const recording: Recording = {
          graph,
          arguments: inputs,
          result: mapTree(treeOf(result, "the result"), t => materialize(graph, backend.lazyOf(t))),
          // In order of birth: tfjs lists variables by name, where a new one may come first.
          state: [...swapped.map(slot => slotOf(slot, graph)), ...births.slots()].sort(
            (a, b) => a.variable.id - b.variable.id,
          ),
          captured: [...trace.captured.values()],
          born: births.list,
          kernels: trace.kernels,
        };
        finished = true;
        return recording;
      } finally {
        engine.endScope();
      }
    });
  } finally {
    restoreRandom();
    births.unwatch();
    for (const slot of swapped) restore(slot);
    Object.assign(state, { numTensors, numBytes, numDataBuffers });
    births.materialize(finished);
  }
}

interface Swapped {
  readonly variable: Variable;
  readonly dataId: object;
  readonly symbolId: object;
  readonly input: Value;
}

/** Puts a symbol in every variable's place, so that reads, assignments and disposals all happen to symbols. */
function swapVariables(variables: readonly Variable[], graph: Graph): Swapped[] {
  const { tensorInfo } = core.engine().state;
  return variables
    .filter(v => isTensorDType(v.dtype))
    .map(variable => {
      const input = graph.input(variable.shape, variable.dtype as TensorDType);
      const dataId = variable.dataId;
      const symbolId = backend.symbol(graph.lazy(input)).dataId;
      tensorInfo.set(symbolId, { backend, dtype: variable.dtype, shape: variable.shape, bytes: 0 });
      variable.dataId = symbolId;
      return { variable, dataId, symbolId, input };
    });
}

function slotOf({ variable, symbolId, input }: Swapped, graph: Graph): StateSlot {
  if (variable.isDisposed) {
    throw new TensorError(
      "FTT_TRACE_SIDE_EFFECT",
      `jit: a traced function must not dispose a variable, got one for "${variable.name}"; dispose it outside`,
    );
  }
  const output = variable.dataId === symbolId ? undefined : materialize(graph, backend.lazyOf(variable));
  return { variable, input, output: output === input ? undefined : output };
}

function restore({ variable, dataId, symbolId }: Swapped): void {
  variable.dataId = dataId;
  backend.forget(symbolId);
}

function argumentOf(leaf: Tensor, graph: Graph, inputs: (Value | undefined)[]): Tensor {
  if (leaf.isDisposed) {
    throw new TensorError("FTT_DISPOSED", `jit: expected live tensors, got a disposed one of shape [${leaf.shape}]`);
  }
  if (leaf instanceof core.Variable) {
    inputs.push(undefined);
    return leaf;
  }
  if (!isTensorDType(leaf.dtype)) {
    throw new TensorError("FTT_ARGUMENT", `jit: tensors must be float32, int32 or bool, got ${leaf.dtype}`);
  }
  const value = graph.input(leaf.shape, leaf.dtype);
  inputs.push(value);
  return core.engine().makeTensorFromTensorInfo(backend.symbol(graph.lazy(value)), backend);
}
