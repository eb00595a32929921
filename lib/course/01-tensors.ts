// Woven from notebooks/01-tensors.ipynb by `ftt weave`. Change the notebook, not this file.

import { data } from "fromthetensor";

// cell 37 [value] of 01-tensors.ipynb
export class Value {
  /** How much the end of the computation changes for each bit that this number does: filled by `backward`. */
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
export function backward(end: Value): void {
  const order: Value[] = [];
  const seen = new Set<Value>();
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    for (const input of value.inputs) visit(input);
    order.push(value);
  };
  visit(end);
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
    const [x, y] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [x + 0.1 * random.normal(), y + 0.1 * random.normal()];
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
  const some = (count: number, scale: number) =>
    Array.from({ length: count }, () => new Value(scale * random.normal()));
  return sizes.slice(1).map((neurons, l) => ({
    weights: Array.from({ length: neurons }, () => some(sizes[l]!, 1 / Math.sqrt(sizes[l]!))),
    biases: some(neurons, 0),
  }));
}

export function score(layers: readonly Layer[], point: readonly number[], bend = (sum: Value) => sum.tanh()): Value {
  let values = point.map(number => new Value(number));
  for (const { weights, biases } of layers) {
    const before = values;
    const sums = weights.map((row, i) => total([...row.map((weight, j) => weight.times(before[j]!)), biases[i]!]));
    values = biases.length === 1 ? sums : sums.map(bend);
  }
  return values[0]!;
}
