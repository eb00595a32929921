import type { Mutation } from "../mutation";
import { harmlessMutations } from "./harmless";
import { kernelMutations } from "./kernels";
import { outputMutations } from "./outputs";
import { runMutations } from "./runs";
import { sourceMutations } from "./sources";
import { storyMutations } from "./stories";

export { faultyKernel, kernelFaults } from "./kernels";

export const mutations: Mutation[] = [
  ...outputMutations,
  ...runMutations,
  ...kernelMutations,
  ...sourceMutations,
  ...storyMutations,
  ...harmlessMutations,
];
