import { interleave, median, row } from "../../bench/frame";

test("the median is the middle value, or the mean of the two middle ones", () => {
  expect(median([5, 1, 100])).toBe(5);
  expect(median([4, 1, 3, 100])).toBe(3.5);
  expect(() => median([])).toThrow("expected at least one value");
});

test("contestants take turns, and nobody is always first", async () => {
  const order: string[] = [];
  const contestant = (name: string, values: number[]) => () => {
    order.push(name);
    return values.shift()!;
  };
  const medians = await interleave({ ours: contestant("ours", [1, 9, 2]), peer: contestant("peer", [7, 7, 8]) }, 3);
  expect(order).toEqual(["ours", "peer", "peer", "ours", "ours", "peer"]);
  expect(medians).toEqual({ ours: 2, peer: 7 });
});

test("an aborted run stops before the next turn", async () => {
  const stop = new AbortController();
  let turns = 0;
  const run = interleave(
    {
      ours: () => {
        if (++turns === 2) stop.abort(new Error("bench: interrupted"));
        return 1;
      },
    },
    10,
    stop.signal,
  );
  await expect(run).rejects.toThrow("bench: interrupted");
  expect(turns).toBe(2);
});

test("a ratio above 1 means that ours is better, for times and for rates", () => {
  const time = row({ case: "a", metric: "start", unit: "ms", better: "lower" }, { ours: 10, peer: 30 });
  const rate = row({ case: "a", metric: "steps", unit: "1/s", better: "higher" }, { ours: 30, peer: 10 });
  expect(time.ratio.peer).toBe(3);
  expect(rate.ratio.peer).toBe(3);
  expect(time.peers).toEqual({ peer: 30 });
  expect(() => row({ case: "a", metric: "m", unit: "u", better: "lower" }, { peer: 1 })).toThrow(
    'expected a value under "ours"',
  );
});
