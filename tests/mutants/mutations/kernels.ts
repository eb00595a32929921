// Faults of kernels: each of these notebooks is right, and runs on a kernel that is not (faulty_kernel.py). What a kernel says about itself
// is what most tools believe.
import type { Cell, Output } from "../../harness/notebook";
import type { Mutation } from "../mutation";

const short = { limits: { cellMs: 4000, graceMs: 1500, startMs: 20_000 } };

/** The name of the kernelspec that has this fault. */
export function faultyKernel(fault: string): string {
  return `faulty-${fault}`;
}

export const kernelFaults = [
  "aborted",
  "skips-silently",
  "runs-twice",
  "late-output",
  "prints-nothing",
  "unknown-status",
  "error-without-output",
  "ok-with-error",
  "ignores-interrupt",
  "ignores-shutdown",
  "dies",
  "never-starts",
] as const;

function on(fault: (typeof kernelFaults)[number], name: string, message?: RegExp): Mutation {
  return {
    name,
    by: "test",
    options: fault === "never-starts" ? { limits: { startMs: 4000 } } : short,
    ...(message ? { message } : { harmless: true as const }),
    apply: ({ chapter }) => {
      chapter.metadata = { kernelspec: { name: faultyKernel(fault), display_name: fault, language: "text" } };
      chapter.cells = ["first", "second", "third"].map((word, index) => printing(word, index));
    },
  };
}

function printing(word: string, index: number): Cell {
  const output: Output = { output_type: "stream", name: "stdout", text: `${word} cell\n` };
  return {
    cell_type: "code",
    id: word,
    metadata: {},
    source: `print ${word} cell`,
    outputs: [output],
    execution_count: index + 1,
  };
}

export const kernelMutations: Mutation[] = [
  on("aborted", "cell aborted by the kernel", /cell 2 .*aborted: the kernel skipped it/),
  on("skips-silently", "cell skipped, reply says ok", /cell 2 .*(aborted|timeout|not executed)/),
  on("runs-twice", "cell run twice", /cell [23] .*(ran twice|late output|differs)/),
  on("late-output", "output after idle", /late output/),
  on("prints-nothing", "output lost by the kernel", /cell 2 .*run nothing/),
  on("unknown-status", "reply with an unknown status", /cell 2 .*status "fine"/),
  on("error-without-output", "error in the reply only", /cell 2 .*reply says error .* but the kernel showed none/),
  on("ok-with-error", "error shown, reply says ok", /cell 2 .*raised Failure.*the reply says ok/),
  on(
    "ignores-interrupt",
    "hang that ignores the interrupt, with a detached child",
    /cell 2 .*ignored the interrupt .* killed; last output: before the hang/,
  ),
  on("dies", "kernel that dies in a cell", /cell 2 .*kernel died: .*last output: last words/),
  on("never-starts", "kernel that never starts", /did not start: no answer after 4 s/),
  on("ignores-shutdown", "kernel that ignores its shutdown"),
];
