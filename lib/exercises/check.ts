// `check(name, answer)`: tells whether an answer is right and, if not, what is wrong with it. It never throws for a wrong answer: a chapter
// whose exercises are still open must run from top to bottom.
import type { Figure } from "../plot";
import type { Judgement } from "./expectations";
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
 * answer is an asynchronous function or a picture has to be drawn: then write `await check(...)`.
 *
 *     check("03-relu", relu);
 */
export function check(name: string, answer: unknown): Promise<void> | undefined {
  const judged = findExercise(name)(answer);
  const tell = (found: string[] | Judgement) => {
    const { complaints, picture } = Array.isArray(found) ? { complaints: found, picture: undefined } : found;
    return show({ exercise: name, passed: complaints.length === 0, complaints }, picture);
  };
  return judged instanceof Promise ? judged.then(tell) : tell(judged);
}

/** The verdict as a sentence. */
export function verdictText({ exercise, passed, complaints }: Verdict): string {
  return passed ? `✓ ${exercise}: right.` : `✗ ${exercise}: ${complaints.join("\n  ")}`;
}

function show(verdict: Verdict, picture: (() => Figure) | undefined): Promise<void> | undefined {
  const notebook = (globalThis as Record<symbol, unknown>)[Symbol.for("fromthetensor.jupyter")] as Notebook | undefined;
  const text = verdictText(verdict);
  if (notebook) notebook.display({ "text/plain": text, [CHECK_MIME]: verdict });
  else console.log(text);
  return notebook && picture ? picture().display() : undefined;
}
