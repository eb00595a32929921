import { callable, numbers, satisfies } from "../expectations";
import { defineExercises } from "../registry";

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

function states(x: readonly number[], wx: number, wh: number, b: number): number[] {
  let h = 0;
  return x.map(value => (h = Math.tanh(value * wx + h * wh + b)));
}

function slope(h: readonly number[], wx: number, wh: number): number {
  return h.reduce((product, state) => product * (1 - state * state), 1) * wx * wh ** (h.length - 1);
}

function clip(gradients: readonly (readonly number[])[], c: number): number[][] {
  const all = gradients.flat();
  const factor = Math.min(1, c / Math.hypot(...all));
  return gradients.map(g => g.map(value => value * factor));
}

function nucleus(chances: readonly number[], p: number): number[] {
  const kept: number[] = [];
  let mass = 0;
  for (const id of [...chances.keys()].sort((a, b) => chances[b]! - chances[a]!)) {
    if (mass >= p) break;
    kept.push(id);
    mass += chances[id]!;
  }
  return kept;
}

interface Parity {
  Wx: number[]; // (2)
  Wh: number[][]; // (2, 2)
  b: number[]; // (2)
  Wo: number[]; // (2)
  bo: number;
}

/** Whether the cell's answer is right after every bit. */
const tellsParity = (bits: readonly number[]) => (net: Parity) => {
  let h = [0, 0];
  let odd = false;
  return bits.every(bit => {
    h = net.b.map((bias, j) => Math.tanh(bit * net.Wx[j]! + h[0]! * net.Wh[0]![j]! + h[1]! * net.Wh[1]![j]! + bias));
    if (bit === 1) odd = !odd;
    return h[0]! * net.Wo[0]! + h[1]! * net.Wo[1]! + net.bo > 0 === odd;
  });
};

// 200 bits of a shift register of 16 (taps 16, 14, 13, 11), which looks random and is the same everywhere.
function longSequence(): number[] {
  let register = 0xace1;
  return Array.from({ length: 200 }, () => {
    const bit = (register ^ (register >> 2) ^ (register >> 3) ^ (register >> 5)) & 1;
    register = (register >> 1) | (bit << 15);
    return bit;
  });
}

const isShaped = ({ Wx, Wh, b, Wo, bo }: Parity) =>
  [Wx, Wh, b, Wo].every(part => Array.isArray(part) && part.length === 2) &&
  Wh.every(row => Array.isArray(row) && row.length === 2) &&
  [...Wx, ...Wh.flat(), ...b, ...Wo, bo].every(Number.isFinite);
const law = (says: string, bits: readonly number[]) => ({
  says,
  holds: (net: Parity) => isShaped(net) && tellsParity(bits)(net),
});

defineExercises("05", {
  "05-parameters": numbers({ value: 4 * (27 + 64 + 1) * 64 }),
  "05-bits": callable({
    cases: [[5.5], [0], [5.5 * Math.LN2], [11]],
    reference: (nats: number) => nats / 5.5 / Math.LN2,
  }),
  "05-states": callable({
    cases: [
      [[1], 1, 1, 0],
      [[1, 0, 0], 2, 0.9, 0.1],
      [[0.5, -1, 2, 0, 0], 1, -1.5, 0],
      [[], 1, 1, 1],
    ],
    reference: states,
    properties: [{ says: "lies between -1 and 1", holds: (h: number[]) => h.every(state => Math.abs(state) <= 1) }],
  }),
  "05-slope": callable({
    cases: [
      [[0.5], 2, 3],
      [[0, 0, 0], 1, 0.5],
      [[0.9, -0.5, 0.1, 0.3], -2, 1.5],
    ],
    reference: slope,
  }),
  "05-clip": callable({
    cases: [
      [[[3, 4]], 5],
      [[[3, 4]], 1],
      [
        [
          [6, 0],
          [0, 8],
        ],
        5,
      ],
      [
        [
          [0.1, 0],
          [0.1, -0.1],
        ],
        1,
      ],
      [
        [
          [-30, 10],
          [5, 20],
        ],
        2,
      ],
    ],
    reference: clip,
  }),
  "05-forget-bias": callable({
    cases: [[1], [2], [10], [100]],
    reference: (n: number) => {
      const kept = 0.5 ** (1 / n);
      return Math.log(kept / (1 - kept));
    },
  }),
  "05-gru-after": callable({
    cases: [
      [0, 0, 0, 0, 1],
      [0, 0, 0.5, 2, 0],
      [-1, 2, 0.3, -1.2, 0.8],
      [30, 1, 1, 1, -0.6],
    ],
    reference: (az: number, ar: number, an: number, un: number, h: number) => {
      const [z, n] = [sigmoid(az), Math.tanh(an + sigmoid(ar) * un)];
      return z * h + (1 - z) * n;
    },
  }),
  "05-nucleus": callable({
    cases: [
      [[0.7, 0.2, 0.1], 0.5],
      [[0.1, 0.2, 0.7], 0.8],
      [[0.25, 0.2, 0.3, 0.15, 0.1], 0.6],
      [[0.5, 0.25, 0.25], 1],
    ],
    reference: nucleus,
  }),
  "05-parity": satisfies([
    { says: "has Wx, b and Wo of two numbers, Wh of two by two, and a number bo", holds: isShaped },
    law("says even after 0", [0]),
    law("says odd after 1", [1]),
    law("says even after 1, 1", [1, 1]),
    law("remembers the one in 1, 0, 0, 0", [1, 0, 0, 0]),
    law("is right after each of 200 bits", longSequence()),
  ]),
});
