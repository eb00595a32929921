/** Counts of n-grams and of words. */
import { bagOfWords, countFollowers } from "../../../../lib/data";

test("followers of every context up to the longest are counted", () => {
  const seen = countFollowers("abracadabra", 2);
  expect(seen.get("")).toEqual({
    total: 11,
    counts: new Map([
      ["a", 5],
      ["b", 2],
      ["r", 2],
      ["c", 1],
      ["d", 1],
    ]),
  });
  expect(seen.get("ab")).toEqual({ total: 2, counts: new Map([["r", 2]]) });
  // The last "a" has nothing after it.
  expect(seen.get("a")!.total).toBe(4);
  expect(seen.get("abr")).toBeUndefined();
  expect([...countFollowers("aab", 0).keys()]).toEqual([""]);
  expect(() => countFollowers("a", -1)).toThrow("longest must be a whole number from 0 on, got -1");
});

test("a bag of words counts each row by itself, and ids that are none are refused", () => {
  expect(bagOfWords([[2, 0, 2], [], Int32Array.of(1)], 3)).toEqual({
    values: Float32Array.of(1, 0, 2, 0, 0, 0, 0, 1, 0),
    shape: [3, 3],
  });
  expect(() => bagOfWords([[0], [3]], 3)).toThrow("ids must be from 0 to 2, got 3 in row 1");
});
