// The kernel against its peers: tslab (the TypeScript kernel that ours is compatible with), Deno's, and ipykernel where Python
// allows the comparison. Each turn is a whole session of a fresh kernel; the contestants alternate.

import { ours, peers, repository, type Target } from "../../tests/kernel/targets";
import { type BenchContext, type Benchmark, type BenchRow, median, row } from "../frame";
import { npmHas, pythonHas } from "../peers";
import { type Measurements, measure } from "./session";

interface Case {
  id: string;
  case: string;
  metric: string;
  unit: string;
  better?: "higher";
}

const cases: Case[] = [
  { id: "start", case: "start to first result", metric: "time", unit: "ms" },
  { id: "trivial-checked", case: "trivial cell, types checked", metric: "time", unit: "ms" },
  { id: "trivial-unchecked", case: "trivial cell, types off", metric: "time", unit: "ms" },
  { id: "loop", case: "top-level loop, 1e6 steps", metric: "time", unit: "ms" },
  { id: "tenth", case: "class-heavy cell, the tenth", metric: "time", unit: "ms" },
  { id: "hundredth", case: "class-heavy cell, the hundredth", metric: "time", unit: "ms" },
  { id: "growth", case: "class-heavy cell, hundredth / tenth", metric: "growth", unit: "x" },
  { id: "complete", case: "completion", metric: "time", unit: "ms" },
  { id: "inspect", case: "inspection", metric: "time", unit: "ms" },
  { id: "import", case: "import of tfjs", metric: "time", unit: "ms" },
  { id: "use", case: "a cell that uses tfjs", metric: "time", unit: "ms" },
  { id: "again", case: "the same cell again", metric: "time", unit: "ms" },
  { id: "memory-kernel", case: "memory after tfjs, kernel", metric: "resident", unit: "MB" },
  { id: "memory-server", case: "memory after tfjs, language server", metric: "resident", unit: "MB" },
  { id: "memory-total", case: "memory after tfjs, all processes", metric: "resident", unit: "MB" },
  { id: "print", case: "100,000 prints", metric: "time", unit: "ms" },
  { id: "print-lines", case: "100,000 prints", metric: "arrived", unit: "lines", better: "higher" },
];

async function sessions(contestants: Target[], context: BenchContext): Promise<Map<string, Measurements[]>> {
  const found = new Map<string, Measurements[]>(contestants.map(target => [target.name, []]));
  for (let round = 0; round < context.rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      context.signal.throwIfAborted();
      const target = contestants[(round + turn) % contestants.length]!;
      const began = performance.now();
      found.get(target.name)!.push(await measure(target, context.log));
      context.log(
        `round ${round + 1} of ${context.rounds}, ${target.name}: ${((performance.now() - began) / 1000).toFixed(1)} s`,
      );
    }
  }
  return found;
}

async function run(context: BenchContext): Promise<BenchRow[]> {
  const contestants = [await ours(), ...peers().filter(peer => context.peers.includes(peer.name))];
  const found = await sessions(contestants, context);
  return cases.flatMap(({ id, better, ...what }) => {
    const medians: Record<string, number> = {};
    for (const [name, rounds] of found) {
      const values = rounds.map(round => round[id]).filter(value => value !== undefined);
      if (values.length > 0) medians[name] = median(values);
    }
    return medians.ours === undefined ? [] : [row({ ...what, better: better ?? "lower" }, medians)];
  });
}

export const bench: Benchmark = {
  name: "kernel",
  description: "our kernel against tslab, Deno and ipykernel",
  peers: {
    tslab: {
      title: "tslab 1.0.22 on Node",
      available: () => npmHas(repository, "tslab"),
      install: { npm: ["tslab@1.0.22"] },
    },
    deno: {
      title: "Deno 2.9.6 (`deno jupyter`), which checks no types",
      available: () => npmHas(repository, "deno"),
      install: { npm: ["deno@2.9.6"] },
    },
    ipykernel: {
      title: "ipykernel 7.4.0, Python",
      available: () => pythonHas(repository, "ipykernel"),
      install: { pip: ["ipykernel==7.4.0"] },
    },
  },
  rounds: 5,
  run,
};
