// The projects of chapters 3 and 4: a network that may hold few numbers is measured on digits that it has not seen. It is asked for a
// hundred at a time, so that the activations of a wide network stay small.
import type { Tensor2D, Variable } from "@tensorflow/tfjs-core";
import { mnist } from "../../data/sets/mnist";
import { tensorflow } from "../../data/tensorflow";
import { describeKind } from "../answer";
import type { Expectation } from "../expectations";

interface Answer {
  variables: readonly Variable[];
  scores: (x: Tensor2D) => Tensor2D;
}

/** Expects `{ variables, scores }` with at most so many numbers, right on at least this share of the first test digits. */
export function readsDigits(bar: { variables: number; digits: number; accuracy: number }): Expectation {
  return async given => {
    if (given === undefined || given === null) return ["not answered yet"];
    const { variables, scores } = given as Partial<Answer>;
    if (!Array.isArray(variables) || typeof scores !== "function")
      return [`expected { variables, scores }, got ${describeKind(given)}; variables is a list, scores a function`];
    const count = (variables as readonly Variable[]).reduce((sum, variable) => sum + variable.size, 0);
    if (count > bar.variables) return [`expected at most ${bar.variables} numbers in the variables, got ${count}`];
    const right = await countRight(scores, bar.digits);
    if (typeof right === "string") return [right];
    const accuracy = right / bar.digits;
    if (accuracy >= bar.accuracy) return [];
    return [`expected ${(100 * bar.accuracy).toFixed(0)} % of the digits right, got ${(100 * accuracy).toFixed(1)} %`];
  };
}

async function countRight(scores: Answer["scores"], digits: number): Promise<number | string> {
  const tf = tensorflow();
  const { test } = await mnist();
  const size = 100;
  let right = 0;
  for (let from = 0; from < digits; from += size) {
    const part = test.slice(from, from + size);
    const answers = tf.tidy(() => {
      const result = scores(tf.tensor2d(part.floats(), [size, 784]) as Tensor2D);
      return String(result?.shape) === `${size},10` ? result.argMax(1).dataSync() : describeKind(result);
    });
    if (typeof answers === "string") return `expected scores of shape [${size},10] for ${size} digits, got ${answers}`;
    right += part.labels.reduce((sum, label, i) => sum + Number(answers[i] === label), 0);
  }
  return right;
}
