// Makes the mutants, lets the harness loose on them, and says which it caught.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { failureLines, type JupyterServer, type NotebookResult, runNotebook, startServer } from "../harness";
import { checkNotebooks } from "../harness/check/check-notebooks";
import { findingLine } from "../harness/check/finding";
import { compareRun } from "../harness/compare-run";
import { formatNotebook, type Notebook, readNotebook, text } from "../harness/notebook";
import { pool } from "../harness/pool";
import { displayPath, findPython, projectRoot } from "../harness/project";
import { summarise } from "../harness/results";
import { testNotebook } from "../harness/test-notebooks";
import { compareWoven } from "../harness/weave/weave-notebooks";
import type { Mutation, Subject } from "./mutation";
import { faultyKernel, kernelFaults } from "./mutations";

const fixtures = join(__dirname, "fixtures");
const NAME = "90-fixture.ipynb";

export interface Mutant {
  mutation: Mutation;
  /** The notebook that runs: the chapter, or its solutions when these were changed. */
  notebook: string;
  chapter: string;
  courseFolder: string;
}

export interface Outcome {
  mutant: Mutant;
  /** What the harness said; empty when it let the mutant pass. */
  lines: string[];
  /** Whether that is what it must say. */
  right: boolean;
  ms: number;
}

/** Writes all mutants below `folder`, which lies in the checkout so that imports resolve, and the kernels that some of them need. */
export async function makeMutants(mutations: Mutation[], folder: string): Promise<Mutant[]> {
  rmSync(folder, { recursive: true, force: true });
  const [sound] = await compareWoven([join(fixtures, NAME)], { folder: () => join(folder, "none") });
  installFaultyKernels(kernelFolder(folder));
  return mutations.map((mutation, i) => {
    const home = join(folder, `${String(i + 1).padStart(2, "0")}-${mutation.name.replace(/[^a-z0-9]+/gi, "-")}`);
    const subject: Subject = {
      chapter: readNotebook(join(fixtures, NAME)),
      solutions: readNotebook(join(fixtures, "solutions", NAME)),
      woven: sound!.expected,
    };
    const solutionsBefore = formatNotebook(subject.solutions);
    const chapterBefore = formatNotebook(subject.chapter);
    mutation.apply(subject);
    const chapter = write(join(home, NAME), subject.chapter);
    const solutions =
      subject.solutions.cells.length > 0 ? write(join(home, "solutions", NAME), subject.solutions) : undefined;
    mkdirSync(join(home, "course"), { recursive: true });
    if (subject.woven !== undefined) writeFileSync(join(home, "course", "90-fixture.ts"), subject.woven);
    const onlySolutions =
      formatNotebook(subject.chapter) === chapterBefore && formatNotebook(subject.solutions) !== solutionsBefore;
    const notebook = onlySolutions && solutions ? solutions : chapter;
    return { mutation, notebook, chapter, courseFolder: join(home, "course") };
  });
}

function write(path: string, notebook: Notebook): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, formatNotebook(notebook));
  return path;
}

export function kernelFolder(folder: string): string {
  return join(folder, "jupyter");
}

function installFaultyKernels(folder: string): void {
  for (const fault of kernelFaults) {
    const home = join(folder, "kernels", faultyKernel(fault));
    mkdirSync(home, { recursive: true });
    const argv = [findPython(), join(__dirname, "faulty_kernel.py"), "--fault", fault, "-f", "{connection_file}"];
    writeFileSync(join(home, "kernel.json"), JSON.stringify({ argv, display_name: fault, language: "text" }));
  }
}

export interface MutantOptions {
  /**
   * Mutants whose code is the fixture's own share one run of it, since only what they have saved is wrong. Without this each of them runs by
   * itself, which takes minutes and shows the same.
   */
  shareRuns?: boolean;
  /** Hears of each outcome as it comes. */
  told?: (outcome: Outcome) => void;
}

/** Lets the harness loose on all mutants. */
export async function runMutants(mutants: Mutant[], folder: string, options: MutantOptions = {}): Promise<Outcome[]> {
  const server = await startServer({ root: projectRoot, kernelPaths: [kernelFolder(folder)] });
  const done = (mutant: Mutant, lines: string[], ms: number): Outcome => {
    const outcome = { mutant, lines, right: isRight(mutant.mutation, lines), ms };
    options.told?.(outcome);
    return outcome;
  };
  try {
    const outcomes = new Map<Mutant, Outcome>();
    const judgeSaved = options.shareRuns ? await sharedRun(server) : undefined;
    const checked = mutants.filter(({ mutation }) => mutation.by === "check");
    const ran = mutants.filter(mutant => !checked.includes(mutant));
    for (const outcome of await checkAll(checked, done)) outcomes.set(outcome.mutant, outcome);
    await pool(ran, availableParallelism(), async mutant => {
      const began = performance.now();
      const { story } = mutant.mutation;
      try {
        const lines = story
          ? await story(mutant.chapter)
          : (judgeSaved?.(mutant) ?? (await linesOfRun(mutant, server)));
        outcomes.set(mutant, done(mutant, lines, performance.now() - began));
      } catch (error) {
        // One that cannot be judged is wrong, and the others still are to be judged.
        const outcome = { mutant, lines: [(error as Error).message], right: false, ms: performance.now() - began };
        options.told?.(outcome);
        outcomes.set(mutant, outcome);
      }
    });
    return mutants.map(mutant => outcomes.get(mutant)!);
  } finally {
    await server.stop();
  }
}

// All at once: the compiler and the linter read sixty files as quickly as one.
async function checkAll(
  mutants: Mutant[],
  done: (mutant: Mutant, lines: string[], ms: number) => Outcome,
): Promise<Outcome[]> {
  if (mutants.length === 0) return [];
  const began = performance.now();
  const home = ({ chapter }: Mutant) => `${dirname(chapter)}${sep}`;
  const course = (notebook: string) => mutants.find(mutant => notebook.startsWith(home(mutant)))!.courseFolder;
  const { findings } = await checkNotebooks(
    mutants.map(({ chapter }) => dirname(chapter)),
    { folder: course },
  );
  const each = (performance.now() - began) / mutants.length;
  return mutants.map(mutant => {
    const own = findings.filter(
      ({ notebook, severity }) => severity === "error" && resolve(notebook).startsWith(home(mutant)),
    );
    return done(mutant, own.map(findingLine), each);
  });
}

async function linesOfRun({ mutation, notebook, chapter }: Mutant, server: JupyterServer): Promise<string[]> {
  const result = await testNotebook(server, notebook, {
    outputFolder: join(dirname(chapter), "executed"),
    ...mutation.options,
  });
  return toldLines(mutation, result);
}

// Runs the fixture once, and judges the saved outputs of others by it.
async function sharedRun(server: JupyterServer): Promise<(mutant: Mutant) => string[] | undefined> {
  const path = join(fixtures, NAME);
  const sound = readNotebook(path);
  const run = await runNotebook(server, path, sound);
  return ({ mutation, notebook: file }) => {
    const notebook = readNotebook(file);
    if (mutation.options || code(notebook) !== code(sound)) return undefined;
    const cells = run.cells.map(cell => ({
      ...cell,
      problems: [...cell.problems],
      saved: notebook.cells[cell.index]!.outputs ?? [],
    }));
    compareRun(file, notebook, cells);
    return toldLines(mutation, {
      ...run,
      cells,
      path: file,
      name: displayPath(file),
      ms: 0,
      updated: 0,
      cached: false,
    });
  };
}

/** What decides how a notebook runs: its kernel, and the source and metadata of its code. */
function code({ cells, metadata }: Notebook): string {
  const running = cells.map(cell =>
    cell.cell_type === "code" ? [text(cell.source), cell.metadata, cell.id] : cell.id,
  );
  return JSON.stringify([metadata.kernelspec, running]);
}

function toldLines({ name }: Mutation, result: NotebookResult): string[] {
  const lines = failureLines(result, true);
  const { failed } = summarise([result], 0);
  // What fails must be told, and what is told must fail.
  if (failed > 0 !== lines.length > 0)
    throw new Error(`internal: ${name}: ${failed} failures and ${lines.length} lines`);
  return lines;
}

function isRight({ harmless, message }: Mutation, lines: string[]): boolean {
  if (harmless) return lines.length === 0;
  return lines.length > 0 && (!message || lines.some(line => message.test(line)));
}
