/** Counts of n-grams. */
import { countFollowers } from "../../../../lib/data";

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
