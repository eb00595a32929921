// The harness must catch every mutant, for the right reason, and let every harmless change pass.
import { join } from "node:path";
import { mutations } from "../mutants/mutations";
import { makeMutants, type Outcome, runMutants } from "../mutants/run-mutants";
import { projectRoot } from "./project";

const folder = join(projectRoot, ".ftt", "mutants", "jest");
const outcomes = new Map<string, Outcome>();

beforeAll(async () => {
  const mutants = await makeMutants(mutations, folder);
  for (const outcome of await runMutants(mutants, folder, { shareRuns: true }))
    outcomes.set(outcome.mutant.mutation.name, outcome);
}, 600_000);

test("mutants have names of their own", () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
});

test("there are at least 40 faults and 10 harmless changes", () => {
  expect(mutations.filter(({ harmless }) => !harmless).length).toBeGreaterThanOrEqual(40);
  expect(mutations.filter(({ harmless }) => harmless).length).toBeGreaterThanOrEqual(10);
});

describe("a fault is caught", () => {
  test.each(mutations.filter(({ harmless }) => !harmless).map(({ name, message }) => [name, message] as const))(
    "%s",
    (name, message) => {
      const { lines } = outcomes.get(name)!;
      expect(lines).not.toEqual([]);
      if (message) expect(lines.join("\n")).toMatch(message);
    },
  );
});

describe("a harmless change passes", () => {
  test.each(mutations.filter(({ harmless }) => harmless).map(({ name }) => name))("%s", name => {
    expect(outcomes.get(name)!.lines).toEqual([]);
  });
});
