// What each contestant is asked to run: the same work in its own language and, where the kernels differ, its own words.
import type { Target } from "../../tests/kernel/targets";

export interface Dialect {
  trivial: string;
  /** A loop of a million steps at the top level of the cell. */
  loop: string;
  print: (count: number) => string;
  /** The i-th of many cells that each declare a class and use the one before. */
  classCell: (i: number) => string;
  importTensorFlow?: string;
  useTensorFlow?: string;
  complete: string;
  inspect: string;
  /** Turned on and off by a cell; absent where types are always or never checked. */
  typesOff?: string;
  typesOn?: string;
  checksTypes: boolean;
}

const typescript: Dialect = {
  trivial: "1 + 1",
  loop: "let total = 0; for (let i = 0; i < 1_000_000; i++) total += i; total",
  print: count => `for (let i = 0; i < ${count}; i++) console.log('line', i)`,
  classCell: i => `class Layer${i} ${i > 0 ? `extends Layer${i - 1} ` : ""}{
  weights${i} = new Float32Array(${i + 1});
  forward${i}(x: number): number { return x + this.weights${i}.length }
}
const layer${i} = new Layer${i}();
const out${i}: number = layer${i}.forward${i}(${i});
out${i}`,
  importTensorFlow: 'import * as tf from "@tensorflow/tfjs"',
  useTensorFlow: "tf.tidy(() => tf.matMul(tf.ones([4, 4]), tf.ones([4, 4])).sum().dataSync()[0])",
  complete: "Math.flo",
  inspect: "Math.floor",
  checksTypes: true,
};

const python: Dialect = {
  trivial: "1 + 1",
  loop: "total = 0\nfor i in range(1_000_000): total += i\ntotal",
  print: count => `for i in range(${count}): print('line', i)`,
  classCell: i => `class Layer${i}${i > 0 ? `(Layer${i - 1})` : ""}:
  def __init__(self): self.weights${i} = [0.0] * ${i + 1}
  def forward${i}(self, x: float) -> float: return x + len(self.weights${i})
layer${i} = Layer${i}()
out${i}: float = layer${i}.forward${i}(${i})
out${i}`,
  complete: "str.capi",
  inspect: "str.capitalize",
  checksTypes: false,
};

export const dialects: Record<Target["name"], Dialect> = {
  ours: { ...typescript, typesOff: "%types off", typesOn: "%types on" },
  tslab: typescript,
  deno: { ...typescript, checksTypes: false },
  ipykernel: python,
};
