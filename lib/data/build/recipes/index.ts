import type { Recipe } from "../recipe";
import { clipVocabulary } from "./clip-vocabulary";
import { emoji } from "./emoji";
import { fashionMnist } from "./fashion-mnist";
import { firstNames } from "./first-names";
import { gpt2Vocabulary } from "./gpt2-vocabulary";
import { mnist } from "./mnist";
import { mobyDick } from "./moby-dick";
import { photographs } from "./photographs";
import { spam } from "./spam";
import { breastCancer, digits, penguins, wine } from "./tables";

/** All recipes, in the order in which the manifest and the page list them. */
export const recipes: readonly Recipe[] = [
  mnist,
  fashionMnist,
  digits,
  emoji,
  photographs,
  firstNames,
  mobyDick,
  spam,
  gpt2Vocabulary,
  clipVocabulary,
  wine,
  breastCancer,
  penguins,
];
