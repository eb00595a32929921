// The references of chapter 5 against answers of its readers: the right one passes, the usual mistakes are named.
import "../../../lib/exercises/references";
import { findExercise } from "../../../lib/exercises/registry";

const complaints = (name: string, answer: unknown) => findExercise(`05-${name}`)(answer) as string[];
const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));

test("an LSTM has four blocks, each with weights from the input and from the state", () => {
  expect(complaints("parameters", 23_552)).toEqual([]);
  expect(complaints("parameters", 27 * 64 + 64 * 64 + 64)[0]).toMatch(/too small/);
});

test("a cell without its memory is right at the first input only", () => {
  const forgetful = (x: number[], wx: number, _: number, b: number) => x.map(value => Math.tanh(value * wx + b));
  expect(complaints("states", forgetful)[0]).toMatch(/value at \[1\]/);
});

test("the slope by the first input passes the recurrent weight once less than there are states", () => {
  const product = (h: number[]) => h.reduce((all, state) => all * (1 - state ** 2), 1);
  expect(complaints("slope", (h: number[], wx: number, wh: number) => product(h) * wx * wh ** (h.length - 1))).toEqual(
    [],
  );
  expect(complaints("slope", (h: number[], wx: number, wh: number) => product(h) * wx * wh ** h.length)).toHaveLength(
    1,
  );
});

test("clipping number by number, or each gradient by its own norm, is not clipping by the global norm", () => {
  const one = (g: number[], c: number) => g.map(v => v * Math.min(1, c / Math.hypot(...g)));
  expect(complaints("clip", (all: number[][], c: number) => all.map(g => one(g, c)))[0]).toMatch(/value at/);
  const always = (all: number[][], c: number) => all.map(g => g.map(v => (v * c) / Math.hypot(...all.flat())));
  expect(complaints("clip", always)[0]).toMatch(/value at/); // lengthens what is short
});

test("the forget bias halves the memory after n steps", () => {
  expect(complaints("forget-bias", (n: number) => -Math.log(2 ** (1 / n) - 1))).toEqual([]);
  expect(complaints("forget-bias", (n: number) => Math.log(n))).toHaveLength(1);
});

test("a GRU that resets before the product, or keeps with 1 - z, is found out", () => {
  const swapped = (az: number, ar: number, an: number, un: number, h: number) =>
    (1 - sigmoid(az)) * h + sigmoid(az) * Math.tanh(an + sigmoid(ar) * un);
  expect(complaints("gru-after", swapped)).toHaveLength(1);
});

test("a nucleus keeps the id that crosses the share, and no more", () => {
  const ranked = (p: number[]) => [...p.keys()].sort((a, b) => p[b]! - p[a]!);
  const before = (p: number[], share: number) => {
    let mass = 0;
    return ranked(p).filter(id => {
      mass += p[id]!;
      return mass < share;
    });
  };
  expect(complaints("nucleus", before)[0]).toMatch(/shape/);
});

test("parity may be solved in any way, and a net that forgets is told after which bits", () => {
  const net = {
    Wx: [10, 10],
    Wh: [
      [5, 5],
      [-5, -5],
    ],
    b: [-5, -15],
    Wo: [0.5, -0.5],
    bo: -0.5,
  };
  expect(complaints("parity", net)).toEqual([]);
  const negated = {
    ...net,
    Wx: [-10, -10],
    Wh: [
      [5, 5],
      [-5, -5],
    ],
    b: [5, 15],
    Wo: [-0.5, 0.5],
  };
  expect(complaints("parity", negated)).toEqual([]);
  const still = {
    ...net,
    Wh: [
      [0, 0],
      [0, 0],
    ],
  }; // sees the last bit only
  expect(complaints("parity", still)).toContain("expected that it says even after 1, 1; yours does not");
  expect(complaints("parity", { ...net, Wh: [[5, -5]] })[0]).toMatch(/Wh of two by two/);
});
