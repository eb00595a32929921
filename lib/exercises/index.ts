export { CHECK_MIME, check, type Verdict, verdictText } from "./check";
export {
  callable,
  type Expectation,
  type FunctionExpectation,
  type NumericExpectation,
  numbers,
  type Property,
  satisfies,
  words,
} from "./expectations";
export { defineExercises, exerciseNames, UnknownExerciseError } from "./registry";
