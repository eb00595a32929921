/** Runs `work` on all items, at most `size` at a time, and returns the results in the items' order. The first error stops new work. */
export async function pool<Item, Result>(
  items: Item[],
  size: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(size, items.length)) }, worker));
  const rejected = settled.find(entry => entry.status === "rejected");
  if (rejected) throw rejected.reason;
  return results;
}
