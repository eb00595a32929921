// `check(name, answer)`: tells whether an answer is right and, if not, what is wrong with it. It never throws for a wrong answer: a chapter
// whose exercises are still open must run from top to bottom.
import "./references";
import { findExercise } from "./registry";

/** How a verdict travels in a notebook's output, for programs: whether an exercise is solved is not read from a sentence. */
export const CHECK_MIME = "application/vnd.fromthetensor.check+json";

export interface Verdict {
  exercise: string;
  passed: boolean;
  complaints: string[];
}

/** What the kernel offers to a running cell. */
interface Notebook {
  display(bundle: Record<string, unknown>): void;
}

/**
 * Checks an answer and shows the verdict in the notebook, or on the terminal where there is none. The result is a promise only when the
 * answer is an asynchronous function: then write `await check(...)`.
 *
 *     check("03-relu", relu);
 */
export function check(name: string, answer: unknown): Promise<void> | undefined {
  const complaints = findExercise(name)(answer);
  const tell = (found: string[]) => show({ exercise: name, passed: found.length === 0, complaints: found });
  if (complaints instanceof Promise) return complaints.then(tell);
  tell(complaints);
  return undefined;
}

/** The verdict as a sentence. */
export function verdictText({ exercise, passed, complaints }: Verdict): string {
  return passed ? `✓ ${exercise}: right.` : `✗ ${exercise}: ${complaints.join("\n  ")}`;
}

function show(verdict: Verdict): void {
  const notebook = (globalThis as Record<symbol, unknown>)[Symbol.for("fromthetensor.jupyter")] as Notebook | undefined;
  const text = verdictText(verdict);
  if (notebook) notebook.display({ "text/plain": text, [CHECK_MIME]: verdict });
  else console.log(text);
}
