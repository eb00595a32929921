export { CHECK_MIME, check, type Verdict, verdictText } from "./check";
export {
  callable,
  type Expectation,
  type FunctionExpectation,
  type Judgement,
  type NumericExpectation,
  numbers,
  type Property,
  satisfies,
  words,
} from "./expectations";
export { type Indices, type PuzzleExpectation, type PuzzleValue, puzzle } from "./puzzle";
export { defineExercises, exerciseNames, UnknownExerciseError } from "./registry";
