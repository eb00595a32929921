import { callable, numbers } from "../expectations";
import { defineExercises } from "../registry";

const right = (answers: readonly number[], labels: readonly number[]) =>
  answers.filter((answer, i) => answer === labels[i]).length / answers.length;

defineExercises("03", {
  "03-parameters": numbers({ value: 784 * 256 + 256 + 256 * 10 + 10 }),
  "03-untrained-loss": numbers({ value: Math.log(26), rel: 1e-3 }),
  "03-accuracy": callable({
    cases: [
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
      [
        [7, 1, 1],
        [7, 1, 0],
      ],
      [
        [0, 0, 0, 0, 0],
        [1, 2, 3, 4, 5],
      ],
      [
        [5, 6],
        [6, 5],
      ],
    ],
    reference: right,
    properties: [{ says: "lies between 0 and 1", holds: (share: number) => share >= 0 && share <= 1 }],
  }),
});
