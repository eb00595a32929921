// One kernel makes all random numbers: from the generator's state and a shape, uniform numbers or a dropout mask.
//
// In a graph it is about 20 small nodes for the row and column hashes and 7 passes over the result, measured at 7 to 9 ns per element on one
// core; ONNX's own RandomUniform takes 5, but keeps its state inside the session, where no seed reaches it. Host-fed numbers from JavaScript
// cost 5 as well, all of it on the thread that should be feeding the next batch.
import "../backend/install";
import type { KernelConfig, NamedTensorMap, Tensor } from "@tensorflow/tfjs-core";
import type { Graph } from "../graph/graph";
import type { Value } from "../graph/value";
import { registerKernel } from "../lowering/custom";
import { sizeOf } from "../shapes";
import { core } from "../tfjs";
import { COLUMNS, eachWord, MIX } from "./hash";

export const RANDOM = "FttRandom";

export interface RandomAttributes {
  shape: number[];
  /** Absent: uniform in [0, 1) with 24 bits. Present: 1/(1 - rate) with probability 1 - rate, else 0. */
  dropRate?: number;
}

/** Words below this are dropped. */
const threshold = (rate: number): number => Math.min(Math.round(rate * 2 ** 32), 2 ** 32 - 1);

const host: KernelConfig["kernelFunc"] = ({ inputs, attrs, backend }) => {
  const { shape, dropRate } = attrs as unknown as RandomAttributes;
  const cpu = backend as unknown as {
    data: { get(id: object): { values: ArrayLike<number> } };
    makeTensorInfo(
      shape: number[],
      dtype: "float32",
      values: Float32Array,
    ): { dataId: object; shape: number[]; dtype: "float32" };
  };
  const state = cpu.data.get(inputs.state!.dataId).values;
  const out = new Float32Array(sizeOf(shape));
  const seed = state[0]!;
  const counter = state[1]!;
  if (dropRate === undefined) {
    eachWord(seed, counter, out.length, (i, word) => {
      out[i] = (word >>> 8) / 2 ** 24;
    });
  } else {
    const limit = threshold(dropRate);
    const kept = 1 / (1 - dropRate);
    eachWord(seed, counter, out.length, (i, word) => {
      out[i] = word >= limit ? kept : 0;
    });
  }
  return cpu.makeTensorInfo(shape, "float32", out);
};

const runRandom = registerKernel<{ state: Tensor }>({
  name: RANDOM,
  host,
  lower: ({ state }, attributes, { graph }) => {
    const { shape, dropRate } = attributes as unknown as RandomAttributes;
    const words = hashNodes(graph, state!.value, sizeOf(shape));
    const flat = words.shape;
    if (dropRate === undefined) {
      const shifted = graph.op("BitShift", [words, graph.scalar(8, "uint32")], { direction: "RIGHT" }, flat, "uint32");
      const real = graph.op("Cast", [shifted], { to: 1 }, flat, "float32");
      const uniform = graph.op("Mul", [real, graph.scalar(2 ** -24)], {}, flat, "float32");
      return graph.lazy(crop(graph, uniform, shape));
    }
    const dropped = graph.op("Less", [words, graph.scalar(threshold(dropRate), "uint32")], {}, flat, "bool");
    const kept = graph.scalar(1 / (1 - dropRate));
    return graph.lazy(crop(graph, graph.op("Where", [dropped, graph.scalar(0), kept], {}, flat, "float32"), shape));
  },
});
// The plain JavaScript backend draws the same numbers.
core.registerKernel({ kernelName: RANDOM, backendName: "cpu", kernelFunc: host });

/** Draws from `state`, an int32 tensor [seed, counter]. */
export function draw(state: Tensor, attributes: RandomAttributes): Tensor {
  return runRandom({ state } as NamedTensorMap & { state: Tensor }, attributes as never)[0]!;
}

/** The hash of hash.ts: (rows, COLUMNS) words. */
function hashNodes(g: Graph, state: Value, count: number): Value {
  const rows = Math.ceil(count / COLUMNS);
  const lanes = rows + COLUMNS;
  const word = (value: number) => g.scalar(value >>> 0, "uint32");
  const op = (name: string, a: Value, b: Value, shape: readonly number[]) =>
    g.op(name, [a, b], {}, [...shape], "uint32");
  const xorShift = (x: Value, bits: number) =>
    op("BitwiseXor", x, g.op("BitShift", [x, word(bits)], { direction: "RIGHT" }, x.shape, "uint32"), x.shape);
  const round = (x: Value) =>
    op("Mul", xorShift(op("Mul", xorShift(x, 16), word(MIX.m1), x.shape), 15), word(MIX.m2), x.shape);
  const mix = (x: Value) => xorShift(round(x), 16);

  const key = g.op("Cast", [state], { to: 12 }, [2], "uint32"); // uint32
  const part = (i: number) => g.op("Slice", [key, g.ints([i]), g.ints([i + 1]), g.ints([0])], {}, [1], "uint32");
  const ids = Uint32Array.from({ length: lanes }, (_, id) => Math.imul(id, MIX.golden));
  const start = op("Add", g.constant(ids, [lanes], "uint32"), part(0), [lanes]);
  const hashed = mix(op("Add", mix(start), part(1), [lanes]));
  const slice = (from: number, to: number) =>
    g.op("Slice", [hashed, g.ints([from]), g.ints([to]), g.ints([0])], {}, [to - from], "uint32");
  const columns = slice(0, COLUMNS);
  const column = g.op("Reshape", [slice(COLUMNS, lanes), g.ints([rows, 1])], {}, [rows, 1], "uint32");
  return round(op("Add", column, columns, [rows, COLUMNS]));
}

/** The first elements of a (rows, COLUMNS) value, in another shape. */
function crop(g: Graph, value: Value, shape: readonly number[]): Value {
  const count = sizeOf(shape);
  const total = sizeOf(value.shape);
  const flat = g.op("Reshape", [value, g.ints([total])], {}, [total], value.dtype);
  const kept =
    total === count ? flat : g.op("Slice", [flat, g.ints([0]), g.ints([count]), g.ints([0])], {}, [count], value.dtype);
  return g.op("Reshape", [kept, g.ints(shape)], { allowzero: 1 }, [...shape], value.dtype);
}
