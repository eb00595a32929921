// Woven from notebooks/01-tensors.ipynb by `ftt weave`. Change the notebook, not this file.

import { data } from "fromthetensor";

// cell 37 [value] of 01-tensors.ipynb
export class Value {
  /** The derivative of the end of the computation with respect to this: filled by `backward`. */
  grad = 0;

  constructor(
    public data: number,
    readonly inputs: readonly Value[] = [],
    readonly slopes: readonly number[] = [], // one for each input
    readonly op = "",
  ) {}

  plus(b: Value): Value {
    return new Value(this.data + b.data, [this, b], [1, 1], "+");
  }
  times(b: Value): Value {
    return new Value(this.data * b.data, [this, b], [b.data, this.data], "×");
  }
  scale(k: number): Value {
    return new Value(this.data * k, [this], [k], `×${k}`);
  }
  exp(): Value {
    return new Value(Math.exp(this.data), [this], [Math.exp(this.data)], "exp");
  }
  log1p(): Value {
    return new Value(Math.log1p(this.data), [this], [1 / (1 + this.data)], "ln(1+·)");
  }

  tanh(): Value {
    const y = Math.tanh(this.data);
    return new Value(y, [this], [1 - y * y], "tanh");
  }
}

export const total = (terms: readonly Value[]): Value =>
  new Value(
    terms.reduce((sum, { data }) => sum + data, 0),
    terms,
    terms.map(() => 1),
    "Σ",
  );

// cell 39 [backward] of 01-tensors.ipynb
/** All that `end` was made from, each number after those that it was made from itself. */
export function historyOf(end: Value): Value[] {
  const order: Value[] = [];
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    for (const input of value.inputs) visit(input);
    order.push(value);
  };
  visit(end);
  return order;
}

export function backward(end: Value): void {
  const order = historyOf(end);
  for (const value of order) value.grad = 0;
  end.grad = 1;
  for (const value of order.reverse()) {
    value.inputs.forEach((input, i) => {
      input.grad += value.slopes[i]! * value.grad; // the chain rule; += because ways meet
    });
  }
}

// cell 58 [moons] of 01-tensors.ipynb
export function moons(count: number, seed: number): { points: [number, number][]; labels: number[] } {
  const random = new data.Random(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const points = labels.map((label): [number, number] => {
    const angle = Math.PI * random.uniform();
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    const [across, up] = label === 0 ? [x, y] : [1 - x, 0.5 - y]; // the second one hangs upside down
    return [across + 0.1 * random.normal(), up + 0.1 * random.normal()];
  });
  return { points, labels };
}

// cell 60 [network] of 01-tensors.ipynb
export interface Layer {
  weights: Value[][]; // one row for each neuron
  biases: Value[];
}

export function network(sizes: readonly number[], seed: number): Layer[] {
  const random = new data.Random(seed);
  return sizes.slice(1).map((neurons, l) => {
    const inputs = Array.from({ length: sizes[l]! });
    const row = () => inputs.map(() => new Value(random.normal() / Math.sqrt(inputs.length)));
    const each = Array.from({ length: neurons });
    return { weights: each.map(row), biases: each.map(() => new Value(0)) };
  });
}

export const parametersOf = (layers: readonly Layer[]): Value[] =>
  layers.flatMap(({ weights, biases }) => [...weights.flat(), ...biases]);

export const tanh = (sum: Value): Value => sum.tanh();

export function score(layers: readonly Layer[], point: readonly number[], bend = tanh): Value {
  let values = point.map(number => new Value(number));
  for (const { weights, biases } of layers) {
    const before = values;
    const sums = weights.map((row, i) => total([...row.map((w, j) => w.times(before[j]!)), biases[i]!]));
    values = biases.length === 1 ? sums : sums.map(bend);
  }
  return values[0]!;
}
