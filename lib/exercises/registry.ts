// The exercises by name. A chapter's references are one file in `references/`, named like the chapter; a name belongs to one exercise only.
import type { Expectation } from "./expectations";

const known = new Map<string, Expectation>();

export class UnknownExerciseError extends Error {
  override readonly name = "UnknownExerciseError";
  readonly code = "UNKNOWN_EXERCISE";
}

/** Registers the exercises of a chapter; `chapter` is its number, and every name starts with it: "03-relu". */
export function defineExercises(chapter: string, exercises: Record<string, Expectation>): void {
  for (const [name, expectation] of Object.entries(exercises)) {
    if (!name.startsWith(`${chapter}-`))
      throw new Error(`internal: exercise "${name}" of chapter ${chapter} must be called "${chapter}-..."`);
    if (known.has(name)) throw new Error(`internal: two exercises are called "${name}"`);
    known.set(name, expectation);
  }
}

export function findExercise(name: string): Expectation {
  const found = known.get(name);
  if (found) return found;
  const chapter = name.split("-")[0]!;
  const others = exerciseNames().filter(other => other.startsWith(`${chapter}-`));
  const rest = others.length > 0 ? `the chapter has ${others.join(", ")}` : `no chapter "${chapter}" has exercises`;
  throw new UnknownExerciseError(`check: expected the name of an exercise, got "${name}"; ${rest}`);
}

export function exerciseNames(): string[] {
  return [...known.keys()].sort();
}
