// Woven from notebooks/05-rnn.ipynb by `ftt weave`. Change the notebook, not this file.

import { adam, cosine, data, jit, nn, seed, sgd, tf, trainStep } from "fromthetensor";

// cell 19 [cell] of 05-rnn.ipynb
export type State = tf.Tensor[]; // what a cell remembers: [h], later [h, c], each (B, H)

export interface Cell {
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

// cell 21 [kind-of] of 05-rnn.ipynb
export function matrix(rows: number, columns: number, deviation: number, random: data.Random): tf.Variable {
  const values = Float32Array.from({ length: rows * columns }, () => deviation * random.normal());
  return tf.variable(tf.tensor2d(values, [rows, columns]));
}

export type Next = (fromX: tf.Tensor, state: State, Wh: tf.Tensor, H: number) => State;

export function kindOf({ blocks = 1, keeper = -1, parts = 1 }, next: Next): Kind {
  return (I, H, random, { on = 1, gain = 1, keep = 1 } = {}) => {
    const Wx = matrix(I, blocks * H, 1 / Math.sqrt(on), random);
    const Wh = matrix(H, blocks * H, gain / Math.sqrt(H), random);
    const b = Float32Array.from({ length: blocks * H }, (_, j) => (Math.floor(j / H) === keeper ? keep : 0));
    const empty = (B: number) => Array.from({ length: parts }, () => tf.zeros([B, H]));
    return { variables: [Wx, Wh, tf.variable(tf.tensor1d(b))], empty, next: (x, state) => next(x, state, Wh, H) };
  };
}

// cell 22 [rnn] of 05-rnn.ipynb
export const rnn = kindOf({}, (fromX, [h], Wh) => [tf.tanh(tf.add(fromX, tf.matMul(h!, Wh)))]);

// cell 24 [model] of 05-rnn.ipynb
export interface Model {
  cell: Cell;
  variables: tf.Variable[];
} // the cell's three, then Wo (H, V) and bo (V)

export function model(kind: Kind, V: number, H: number, seed: number): Model {
  const random = new data.Random(seed);
  const cell = kind(V, H, random);
  return { cell, variables: [...cell.variables, matrix(H, V, 1 / Math.sqrt(H), random), tf.variable(tf.zeros([V]))] };
}

export const unroll = (cell: Cell, fromX: tf.Tensor, state: State): State[] =>
  // fromX (T, B, kH) -> T states
  tf.unstack(fromX).map(x => (state = cell.next(x, state)));

// cell 25 [read] of 05-rnn.ipynb
export const timeMajor = (rows: tf.Tensor): tf.Tensor1D => tf.transpose(rows).flatten(); // (B, T) -> (T B)

/** The scores of each next character, (B, T) ids -> (T B, V), and what is remembered after each moment. */
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

// cell 34 [read-on] of 05-rnn.ipynb
export const memoryOf = ({ cell }: Model, B: number): tf.Variable[] => cell.empty(B).map(t => tf.variable(t, false));

/** Reads on from where the last call stopped. */
export function readOn(net: Model, ids: tf.Tensor, memory: tf.Variable[], dropout = 0): tf.Tensor2D {
  const { logits, states } = read(net, ids, memory, dropout);
  for (const [i, tensor] of states.at(-1)!.entries()) memory[i]!.assign(tensor);
  return logits;
}

// cell 36 [plan] of 05-rnn.ipynb
export const usual = {
  // B streams in pieces of T characters; who forgets begins each piece with an empty memory
  B: 32,
  T: 48,
  rate: 5e-3,
  optimizer: adam as typeof adam | typeof sgd,
  clip: 1,
  dropout: 0,
  forget: false,
};
export type Plan = Partial<typeof usual> & { steps: number; before?: (step: number) => void | Promise<void> };
export const xy = ({ inputs, targets, shape }: data.WindowBatch) =>
  [inputs, targets].map(ids => tf.tensor2d(ids, [...shape], "int32")) as [x: tf.Tensor, y: tf.Tensor];

// cell 37 [fit] of 05-rnn.ipynb
export async function fit(net: Model, text: Int32Array, plan: Plan): Promise<number[]> {
  // the loss of each step
  const { B, T, rate, optimizer, clip, dropout, forget, steps, before } = { ...usual, ...plan };
  const memory = memoryOf(net, B);
  const clear = () => memory.forEach(tensor => void tensor.assign(tf.zerosLike(tensor)));
  const loss = (x: tf.Tensor, y: tf.Tensor) => nn.softmaxCrossEntropy(readOn(net, x, memory, dropout), timeMajor(y));
  const update = optimizer(net.variables, { learningRate: cosine(rate, { steps }) });
  const step = jit(trainStep(loss, net.variables, update, { clipNorm: clip }));
  const losses: number[] = [];
  while (losses.length < steps) {
    clear(); // the text begins again
    for await (const piece of data.streams(text, { size: B, length: T })) {
      await before?.(losses.length);
      if (forget) clear();
      losses.push(tf.tidy(() => step(...xy(piece)).dataSync()[0]!));
      if (losses.length === steps) break;
    }
  }
  return losses;
}

// cell 39 [measure] of 05-rnn.ipynb
export async function measure(net: Model, text: Int32Array): Promise<number> {
  // nats per character
  const memory = memoryOf(net, 16);
  const loss = jit((x: tf.Tensor, y: tf.Tensor) => nn.softmaxCrossEntropy(readOn(net, x, memory), timeMajor(y)));
  const pieces = data.streams(text, { size: 16, length: 100 });
  let sum = 0;
  for await (const piece of pieces) sum += tf.tidy(() => loss(...xy(piece)).dataSync()[0]!);
  return sum / pieces.length;
}

// cell 52 [lstm] of 05-rnn.ipynb
export const lstm = kindOf({ blocks: 4, keeper: 1, parts: 2 }, (fromX, [h, c], Wh) => {
  const sums = tf.split(tf.add(fromX, tf.matMul(h!, Wh)), 4, 1);
  const [i, f, g, o] = sums as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const kept = tf.add(tf.mul(tf.sigmoid(f), c!), tf.mul(tf.sigmoid(i), tf.tanh(g)));
  return [tf.mul(tf.sigmoid(o), tf.tanh(kept)), kept];
});

// cell 53 [gru] of 05-rnn.ipynb
export const gru = kindOf({ blocks: 3, keeper: 0 }, (fromX, [h], Wh, H) => {
  const parts = (t: tf.Tensor) => tf.split(t, [2 * H, H], 1) as [tf.Tensor, tf.Tensor];
  const [[xzr, xn], [Uzr, Un]] = [parts(fromX), parts(Wh)];
  const [z, r] = tf.split(tf.sigmoid(tf.add(xzr, tf.matMul(h!, Uzr))), 2, 1) as [tf.Tensor, tf.Tensor];
  const n = tf.tanh(tf.add(xn, tf.matMul(tf.mul(r, h!), Un)));
  return [tf.add(n, tf.mul(z, tf.sub(h!, n)))]; // z h + (1 - z) n
});
