import type { Recipe } from "../recipe";
import { mnist } from "./mnist";

/** All recipes, in the order in which the manifest and the page list them. */
export const recipes: readonly Recipe[] = [mnist];
