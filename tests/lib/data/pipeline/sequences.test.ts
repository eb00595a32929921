/** Windows, streams, padding and packing keep every token where it belongs. */
import { batches, collect, pack, pad, streams, windows } from "../../../../lib/data";

const tokens = Uint16Array.from({ length: 23 }, (_, i) => i);

test("windows are views, each with the token after it, and none runs over the end", () => {
  const source = windows(tokens, { length: 5 });
  expect(source.length).toBe(4); // 0-4, 5-9, 10-14, 15-19; 20-22 are too few.
  expect([...source.window(1)]).toEqual([5, 6, 7, 8, 9, 10]);
  expect(source.window(1).buffer).toBe(tokens.buffer);
  expect(windows(tokens, { length: 5, stride: 1 }).length).toBe(18);
  expect([...windows(tokens, { length: 5, stride: 1 }).window(17)]).toEqual([17, 18, 19, 20, 21, 22]);
  expect(windows(tokens, { length: 22 }).length).toBe(1);
  expect(windows(tokens, { length: 23 }).length).toBe(0);
});

test("a batch of windows has targets one step later", async () => {
  const [first] = await collect(batches(windows(tokens, { length: 3 }), { size: 2 }).epoch(0));
  expect(first).toEqual({
    inputs: Int32Array.of(0, 1, 2, 3, 4, 5),
    targets: Int32Array.of(1, 2, 3, 4, 5, 6),
    shape: [2, 3],
  });
});

test("streams go on in each row where the batch before stopped", async () => {
  const epoch = streams(tokens, { size: 2, length: 5 });
  const read = await collect(epoch);
  expect(epoch.length).toBe(2);
  expect(read.length).toBe(2);
  expect([...read[0]!.inputs]).toEqual([0, 1, 2, 3, 4, 11, 12, 13, 14, 15]);
  expect([...read[1]!.inputs]).toEqual([5, 6, 7, 8, 9, 16, 17, 18, 19, 20]);
  for (const { inputs, targets } of read) expect([...targets]).toEqual([...inputs].map(token => token + 1));
});

test("padding fills on the side asked for and says where tokens are", () => {
  const sequences = [[1, 2, 3], [4], []];
  expect(pad(sequences)).toEqual({
    values: Int32Array.of(1, 2, 3, 4, 0, 0, 0, 0, 0),
    mask: Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0),
    lengths: Int32Array.of(3, 1, 0),
    shape: [3, 3],
  });
  const left = pad(sequences, { length: 2, value: 9, side: "left" });
  expect([...left.values]).toEqual([1, 2, 9, 4, 9, 9]);
  expect([...left.mask]).toEqual([1, 1, 0, 1, 0, 0]);
});

test("packing puts several sequences in a row, whole, and says which token is whose", () => {
  const packed = pack([[1, 1, 1], [2, 2], [3, 3, 3, 3], [4], [], [5, 5]], { length: 5 });
  expect(packed.shape).toEqual([3, 5]);
  expect([...packed.values]).toEqual([3, 3, 3, 3, 4, 1, 1, 1, 2, 2, 5, 5, 0, 0, 0]);
  expect([...packed.segments]).toEqual([1, 1, 1, 1, 2, 1, 1, 1, 2, 2, 1, 1, 0, 0, 0]);
  expect([...packed.positions]).toEqual([0, 1, 2, 3, 0, 0, 1, 2, 0, 1, 0, 1, 0, 0, 0]);
  expect(() => pack([[1, 2, 3]], { length: 2 })).toThrow("pack: sequence 0 has 3 tokens, a row has 2");
});
