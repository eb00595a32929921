import type { Mutation } from "../mutation";
import { harmlessMutations } from "./harmless";
import { kernelMutations } from "./kernels";
import { outputMutations } from "./outputs";
import { runMutations } from "./runs";
import { sourceMutations } from "./sources";
import { storyMutations } from "./stories";

export { faultyKernel, kernelFaults } from "./kernels";

/** All mutations, by what they are about. */
export const mutationGroups: Readonly<Record<string, Mutation[]>> = {
  output: outputMutations,
  run: runMutations,
  kernel: kernelMutations,
  source: sourceMutations,
  story: storyMutations,
  harmless: harmlessMutations,
};

export const mutations: Mutation[] = Object.values(mutationGroups).flat();

/** The mutations whose "group: name" fits the pattern; all when there is none. */
export function chooseMutations(pattern = ""): Mutation[] {
  const wanted = new RegExp(pattern, "i");
  const chosen = mutations.filter(mutation => wanted.test(`${groupOf(mutation)}: ${mutation.name}`));
  if (chosen.length === 0) {
    const groups = Object.keys(mutationGroups).join(", ");
    throw new Error(`mutants: expected --only to fit "group: name" of a mutant (groups: ${groups}), got "${pattern}"`);
  }
  return chosen;
}

export function groupOf(mutation: Mutation): string {
  return Object.keys(mutationGroups).find(group => mutationGroups[group]!.includes(mutation))!;
}
