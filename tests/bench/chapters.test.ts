import { existsSync } from "node:fs";
import { join } from "node:path";
import { secondsTo } from "../../bench/chapters";
import { CASES } from "../../bench/chapters/cases";

const stages = [
  { seconds: 2, score: 5 },
  { seconds: 3, score: 8 },
  { seconds: 4, score: 7 },
];

test("the time to a score is that of all stages up to the first that reached it", () => {
  expect(secondsTo(5, "higher", stages)).toBe(2);
  expect(secondsTo(7, "higher", stages)).toBe(5);
  expect(secondsTo(5, "lower", stages)).toBe(2);
});

test("a score that was never reached has no time", () => {
  expect(secondsTo(9, "higher", stages)).toBeNaN();
  expect(secondsTo(4, "lower", stages)).toBeNaN();
});

test.each(Object.keys(CASES))("case %s has a twin in Python", name => {
  expect(existsSync(join(__dirname, "..", "..", "bench", "chapters", `${name}.py`))).toBe(true);
});
