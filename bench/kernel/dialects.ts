// What each contestant is asked to run: the same work in its own language and, where the kernels differ, its own words.
import type { Target } from "../../tests/kernel/targets";

export interface Dialect {
  /** The i-th of many cells; each has a text of its own, so that no answer can be a remembered one. */
  trivial: (i: number) => string;
  /** A loop of a million steps at the top level of the cell. */
  loop: string;
  print: (count: number) => string;
  /** The i-th of many cells that each declare a class and use the one before. */
  classCell: (i: number) => string;
  importTensorFlow?: string;
  useTensorFlow?: (i: number) => string;
  complete: string;
  inspect: string;
  /** Turned on and off by a cell; absent where types are always or never checked. */
  typesOff?: string;
  typesOn?: string;
  checksTypes: boolean;
}

const typescript: Dialect = {
  trivial: i => `1 + ${i}`,
  loop: "let total = 0; for (let i = 0; i < 1_000_000; i++) total += i; total",
  print: count => `for (let i = 0; i < ${count}; i++) console.log('line', i)`,
  classCell: i =>
    i === 0
      ? "abstract class Layer { constructor(readonly units: number) {} abstract forward(x: Float32Array): Float32Array }"
      : `class Layer${i} extends Layer {
  readonly weights = new Float32Array(${i}).fill(0.5);
  #calls = 0;
  get calls(): number { return this.#calls }
  forward(x: Float32Array): Float32Array {
    this.#calls++;
    return ${i > 1 ? `layer${i - 1}.forward(x)` : "x"}.map((value, at) => value + (this.weights[at] ?? 0));
  }
  static make(units = ${i}): Layer${i} { return new Layer${i}(units) }
}
const layer${i} = Layer${i}.make();
const out${i}: number = layer${i}.forward(new Float32Array(4)).length + layer${i}.calls;
out${i}`,
  importTensorFlow: 'import * as tf from "@tensorflow/tfjs"',
  useTensorFlow: i => `tf.tidy(() => tf.matMul(tf.ones([4, 4]), tf.fill([4, 4], ${i})).sum().dataSync()[0])`,
  complete: "Math.flo",
  inspect: "Math.floor",
  checksTypes: true,
};

const python: Dialect = {
  trivial: i => `1 + ${i}`,
  loop: "total = 0\nfor i in range(1_000_000): total += i\ntotal",
  print: count => `for i in range(${count}): print('line', i)`,
  classCell: i =>
    i === 0
      ? "class Layer:\n  def __init__(self, units: int): self.units = units"
      : `class Layer${i}(Layer):
  def __init__(self, units: int = ${i}):
    super().__init__(units)
    self.weights = [0.5] * ${i}
    self._calls = 0
  @property
  def calls(self) -> int: return self._calls
  def forward(self, x: list) -> list:
    self._calls += 1
    y = ${i > 1 ? `layer${i - 1}.forward(x)` : "x"}
    return [value + (self.weights[at] if at < len(self.weights) else 0) for at, value in enumerate(y)]
layer${i} = Layer${i}()
out${i}: int = len(layer${i}.forward([0.0] * 4)) + layer${i}.calls
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
