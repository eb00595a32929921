// What `check(...)` said, read from a cell's outputs: in a solutions' notebook every verdict must be "right", in a student's notebook none,
// or its solution is in it.
import { chapterName } from "./chapter-name";
import { type Cell, type Output, tags } from "./notebook";

const CHECK_MIME = "application/vnd.fromthetensor.check+json";

interface Verdict {
  exercise: string;
  passed: boolean;
  complaints: string[];
}

function verdicts(outputs: Output[]): Verdict[] {
  return outputs.flatMap(output =>
    "data" in output && CHECK_MIME in output.data ? [output.data[CHECK_MIME] as Verdict] : [],
  );
}

/** What is wrong with the verdicts among a cell's outputs, one sentence each. */
export function verdictFaults(path: string, cell: Cell, outputs: Output[]): string[] {
  const chapter = chapterName(path);
  if (!chapter) return [];
  return verdicts(outputs).flatMap(({ exercise, passed, complaints }) => {
    if (chapter.isSolution)
      return passed ? [] : [`the solution of "${exercise}" does not pass its checker: ${complaints.join("; ")}`];
    return passed && !tags(cell).includes("given")
      ? [`"${exercise}" is solved in the student's notebook; tag the cell \`given\` if it is meant`]
      : [];
  });
}
