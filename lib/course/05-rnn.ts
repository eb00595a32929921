// Woven from notebooks/05-rnn.ipynb by `ftt weave`. Change the notebook, not this file.

import { adam, cosine, data, jit, nn, seed, sgd, tf, trainStep } from "fromthetensor";

// cell 19 [cell] of 05-rnn.ipynb
export type State = tf.Tensor[]; // what a cell remembers: [h], later [h, c], each (B, H)

export interface Cell {
  H: number; // units
  variables: [Wx: tf.Variable, Wh: tf.Variable, b: tf.Variable]; // (I, kH), (H, kH), (kH)
  empty: (B: number) => State;
  next: (fromX: tf.Tensor, state: State) => State; // fromX = x Wx + b, (B, kH)
}

export interface Start {
  on?: number;
  gain?: number;
  keep?: number;
} // how the weights begin
export type Kind = (I: number, H: number, random: data.Random, start?: Start) => Cell;

export function matrix(rows: number, columns: number, deviation: number, random: data.Random): tf.Variable {
  const values = Float32Array.from({ length: rows * columns }, () => deviation * random.normal());
  return tf.variable(tf.tensor2d(values, [rows, columns]));
}

// cell 20 [rnn] of 05-rnn.ipynb
export const weights = (
  I: number,
  H: number,
  k: number,
  random: data.Random,
  { on = 1, gain = 1 }: Start,
): Cell["variables"] => [
  matrix(I, k * H, 1 / Math.sqrt(on), random),
  matrix(H, k * H, gain / Math.sqrt(H), random),
  tf.variable(tf.zeros([k * H])),
];

export const rnn: Kind = (I, H, random, start = {}) => {
  const variables = weights(I, H, 1, random, start);
  return {
    H,
    variables,
    empty: B => [tf.zeros([B, H])],
    next: (fromX, [h]) => [tf.tanh(tf.add(fromX, tf.matMul(h!, variables[1])))],
  };
};

// cell 22 [read] of 05-rnn.ipynb
export interface Model {
  cell: Cell;
  variables: tf.Variable[];
} // the cell's three, then Wo (H, V) and bo (V)

export function model(kind: Kind, V: number, H: number, seed: number): Model {
  const random = new data.Random(seed);
  const cell = kind(V, H, random);
  const output = [matrix(H, V, 1 / Math.sqrt(H), random), tf.variable(tf.zeros([V]))];
  return { cell, variables: [...cell.variables, ...output] };
}

export function unroll(cell: Cell, fromX: tf.Tensor, state: State): State[] {
  // fromX (T, B, kH) -> T states
  return tf.unstack(fromX).map(x => (state = cell.next(x, state)));
}

export const timeMajor = (rows: tf.Tensor): tf.Tensor1D => tf.transpose(rows).flatten(); // (B, T) -> (T B)

/** The scores of each next character, (B, T) ids -> (T B, V), and what is remembered at the end. */
export function read({ cell, variables }: Model, ids: tf.Tensor, state: State, dropout = 0) {
  const [Wx, , b, Wo, bo] = variables as [tf.Variable, tf.Variable, tf.Variable, tf.Variable, tf.Variable];
  const [B, T] = ids.shape as [number, number];
  const fromX = tf.add(tf.gather(Wx as tf.Tensor, timeMajor(ids)), b).reshape([T, B, b.size]);
  const states = unroll(cell, fromX, state);
  const h = tf.concat(
    states.map(([h]) => h!),
    0,
  ); // (T B, H)
  const logits = tf.add(tf.matMul(dropout ? tf.dropout(h, dropout) : h, Wo), bo) as tf.Tensor2D;
  return { logits, states };
}

// cell 36 [read-on] of 05-rnn.ipynb
export type Memory = tf.Variable[];
export const memoryOf = ({ cell }: Model, B: number): Memory => cell.empty(B).map(t => tf.variable(t, false));

/** Reads on from where the last call stopped. */
export function readOn(net: Model, ids: tf.Tensor, memory: Memory, dropout = 0): tf.Tensor2D {
  const { logits, states } = read(net, ids, memory, dropout);
  for (const [i, tensor] of states.at(-1)!.entries()) memory[i]!.assign(tensor);
  return logits;
}

// cell 47 [lstm] of 05-rnn.ipynb
/** A bias of k blocks of H zeros, but for one block. */
export function biasOf(b: tf.Variable, H: number, block: number, value: number): void {
  b.assign(tf.tensor1d(Float32Array.from({ length: b.size }, (_, j) => (Math.floor(j / H) === block ? value : 0))));
}

export const lstm: Kind = (I, H, random, start = {}) => {
  const variables = weights(I, H, 4, random, start);
  biasOf(variables[2], H, 1, start.keep ?? 1);
  return {
    H,
    variables,
    empty: B => [tf.zeros([B, H]), tf.zeros([B, H])],
    next: (fromX, [h, c]) => {
      const sums = tf.split(tf.add(fromX, tf.matMul(h!, variables[1])), 4, 1);
      const [i, f, g, o] = sums as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const kept = tf.add(tf.mul(tf.sigmoid(f), c!), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      return [tf.mul(tf.sigmoid(o), tf.tanh(kept)), kept];
    },
  };
};

// cell 48 [gru] of 05-rnn.ipynb
export const gru: Kind = (I, H, random, start = {}) => {
  const variables = weights(I, H, 3, random, start);
  biasOf(variables[2], H, 0, start.keep ?? 1);
  const parts = (t: tf.Tensor) => tf.split(t, [2 * H, H], 1) as [tf.Tensor, tf.Tensor];
  return {
    H,
    variables,
    empty: B => [tf.zeros([B, H])],
    next: (fromX, [h]) => {
      const [[xzr, xn], [Uzr, Un]] = [parts(fromX), parts(variables[1])];
      const [z, r] = tf.split(tf.sigmoid(tf.add(xzr, tf.matMul(h!, Uzr))), 2, 1) as [tf.Tensor, tf.Tensor];
      const n = tf.tanh(tf.add(xn, tf.matMul(tf.mul(r, h!), Un)));
      return [tf.add(n, tf.mul(z, tf.sub(h!, n)))]; // z h + (1 - z) n
    },
  };
};

// cell 64 [book] of 05-rnn.ipynb
export interface Book {
  fitting: Int32Array;
  validation: Int32Array;
  test: Int32Array;
  alphabet: data.CharacterTokenizer;
}

export async function mobyDick(): Promise<Book> {
  const { chapters } = await data.mobyDick();
  const texts = chapters.map(({ heading, title, text }) => `${heading}. ${title}\n\n${text}\n\n\n`);
  const alphabet = data.CharacterTokenizer.of(texts.join(""));
  const part = (of: (lastDigit: number) => boolean) =>
    alphabet.encode(texts.filter((_, i) => of((i + 1) % 10)).join(""));
  return { fitting: part(d => d % 5 !== 0), validation: part(d => d === 5), test: part(d => d === 0), alphabet };
}

// cell 73 [fit] of 05-rnn.ipynb
export interface Plan {
  steps: number;
  rate?: number;
  B?: number; // streams
  T?: number; // characters in a piece
  clip?: number;
  dropout?: number;
  forget?: boolean; // begin each piece with an empty memory
  optimizer?: typeof adam | typeof sgd;
  before?: (step: number) => void | Promise<void>;
}

export async function fit(net: Model, text: Int32Array, plan: Plan): Promise<number[]> {
  const { steps, rate = 5e-3, B = 32, T = 48, clip = 1, dropout = 0, forget = false, optimizer = adam, before } = plan;
  const memory = memoryOf(net, B);
  const clear = () => {
    for (const tensor of memory) tensor.assign(tf.zerosLike(tensor));
  };
  const loss = (x: tf.Tensor, y: tf.Tensor) => nn.softmaxCrossEntropy(readOn(net, x, memory, dropout), timeMajor(y));
  const update = optimizer(net.variables, { learningRate: cosine(rate, { steps }) });
  const step = jit(trainStep(loss, net.variables, update, { clipNorm: clip }));
  const losses: number[] = [];
  while (losses.length < steps) {
    clear(); // the book is opened again
    for await (const { inputs, targets, shape } of data.streams(text, { size: B, length: T })) {
      await before?.(losses.length);
      if (forget) clear();
      const [x, y] = [inputs, targets].map(ids => tf.tensor2d(ids, [...shape], "int32")) as [tf.Tensor, tf.Tensor];
      losses.push(tf.tidy(() => step(x, y).dataSync()[0]!));
      tf.dispose([x, y]);
      if (losses.length === steps) break;
    }
  }
  return losses;
}

// cell 74 [measure] of 05-rnn.ipynb
/** Nats per character. */
export async function measure(net: Model, text: Int32Array): Promise<number> {
  const memory = memoryOf(net, 16);
  const loss = jit((x: tf.Tensor, y: tf.Tensor) => nn.softmaxCrossEntropy(readOn(net, x, memory), timeMajor(y)));
  let [sum, count] = [0, 0];
  for await (const { inputs, targets, shape } of data.streams(text, { size: 16, length: 100 })) {
    const [x, y] = [inputs, targets].map(ids => tf.tensor2d(ids, [...shape], "int32")) as [tf.Tensor, tf.Tensor];
    sum += tf.tidy(() => loss(x, y).dataSync()[0]!);
    tf.dispose([x, y]);
    count++;
  }
  return sum / count;
}
