// What a mutant is: the fixture with one change, which the harness must catch or, when it is harmless, must let pass.
import type { TestOptions } from "../harness";
import type { Cell, Notebook, Output } from "../harness/notebook";

/** The files of the fixture before they are written: a mutation changes them in place. */
export interface Subject {
  chapter: Notebook;
  solutions: Notebook;
  /** The module woven from the chapter. */
  woven: string | undefined;
}

export interface Mutation {
  name: string;
  /** What must catch it: running the notebooks or checking their source. */
  by: "test" | "check";
  /** Not a fault: the harness must let it pass. */
  harmless?: true;
  apply(subject: Subject): void;
  /** In place of one run: what happens to the chapter written at `path`, and the lines with which it was caught. */
  story?: (path: string) => Promise<string[]>;
  /** A word of the message with which it must be caught: a mutant that fails for another reason is not caught. */
  message?: RegExp;
  options?: TestOptions;
}

/** The cell of a notebook with this id. */
export function cell(notebook: Notebook, id: string): Cell & { outputs: Output[] } {
  const found = notebook.cells.find(candidate => candidate.id === id);
  if (!found) throw new Error(`internal: the fixture has no cell "${id}"`);
  return found as Cell & { outputs: Output[] };
}

type Displayed = Extract<Output, { data: Record<string, unknown> }>;

/** The data of a cell's output number `place`. */
export function shown(notebook: Notebook, id: string, place = 0): Displayed["data"] {
  return (cell(notebook, id).outputs[place] as Displayed).data;
}

/**
 * Replaces words in the saved outputs of a cell, inside a text or, where no text holds them, in the JSON itself. Throws when they are not
 * there, since a mutation that changes nothing proves nothing.
 */
export function editSaved(notebook: Notebook, id: string, from: string, to: string): void {
  const target = cell(notebook, id);
  const saved = JSON.stringify(target.outputs);
  // As it stands in JSON, where a quote inside a text is escaped.
  const inText = (words: string) => JSON.stringify(words).slice(1, -1);
  const [a, b] = saved.includes(inText(from)) ? [inText(from), inText(to)] : [from, to];
  if (!saved.includes(a)) throw new Error(`internal: cell "${id}" does not show ${JSON.stringify(from)}`);
  target.outputs = JSON.parse(saved.replace(a, () => b)) as Output[];
}

/** Replaces words in the source of a cell. */
export function editSource(notebook: Notebook, id: string, from: string, to: string): void {
  const target = cell(notebook, id);
  const source = [target.source].flat().join("");
  if (!source.includes(from)) throw new Error(`internal: cell "${id}" does not say ${JSON.stringify(from)}`);
  target.source = source.replace(from, () => to);
}

/** Adds a line to the end of a cell. */
export function append(notebook: Notebook, id: string, line: string): void {
  const target = cell(notebook, id);
  target.source = `${[target.source].flat().join("")}\n${line}`;
}
