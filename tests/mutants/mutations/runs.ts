// Faults in what a notebook does when it runs.
import { append, cell, editSource, type Mutation, type Subject } from "../mutation";

function adds(name: string, line: string, message: RegExp, options: Mutation["options"] = {}): Mutation {
  return { name, by: "test", message, options, apply: ({ chapter }: Subject) => append(chapter, "waiting", line) };
}

// Long enough for a loaded machine, short enough for a test.
const short = { limits: { cellMs: 4000, graceMs: 8000 } }; // a machine that is busy with the other tests may take seconds to hear of it

export const runMutations: Mutation[] = [
  adds("cell that throws", 'throw new Error("unexpected");', /error: raised Error: unexpected/),
  adds("cell that does not compile", "const count: number = title;", /TypeScriptError|TS2322/),
  adds(
    "rejection that nobody awaits",
    'void new Promise((_, fail) => setTimeout(() => fail(new Error("late")), 30));',
    /late|leftover/,
  ),
  adds(
    "output after the end of the cell",
    'setTimeout(() => console.log("too late"), 40);',
    /late output: .*too late|leftover work/,
  ),
  adds("timer left behind", "setInterval(() => {}, 1000);", /leftover work: .*timer/),
  adds("server left behind", '(await import("node:http")).createServer().listen(0);', /leftover work: .*server/),
  adds(
    "child process left behind",
    '(await import("node:child_process")).spawn("sleep", ["300"]);',
    /leftover work: .*child process/,
  ),
  adds("kernel that exits", "process.exit(0);", /kernel died/),
  adds("kernel that is killed", 'process.kill(process.pid, "SIGKILL");', /kernel died/),
  adds("kernel that dies between cells", "setTimeout(() => process.exit(1), 20);", /kernel died/),
  adds("loop without end", "while (true);", /timeout: no end after 4 s; interrupted; last output: after a wait/, short),
  adds("wait without end", "await new Promise(() => {});", /timeout: no end after 4 s/, short),
  adds(
    "hang in a native call",
    '(await import("node:child_process")).execSync("sleep 300");',
    /timeout: no end after 4 s; (interrupted|it ignored the interrupt for 8 s and was killed)/,
    short,
  ),
  {
    name: "notebook that takes longer than it may",
    by: "test",
    message: /timeout: no end within the 6 s of the notebook/,
    options: { limits: { notebookMs: 6000 } },
    apply: ({ chapter }) => append(chapter, "waiting", "await new Promise(done => setTimeout(done, 600_000));"),
  },
  {
    name: "kernel that dies after the last cell",
    by: "test",
    message: /kernel died|leftover work/,
    apply: ({ chapter }) => append(chapter, "exercise", "setTimeout(() => process.exit(1), 60);"),
  },
  {
    name: "error swallowed",
    by: "test",
    message: /kind of output.*saved stdout.*run nothing/,
    apply: ({ chapter }) => {
      cell(chapter, "waiting").source = 'try {\n  throw new Error("lost");\n} catch {}';
    },
  },
  {
    name: "expected error that does not come",
    by: "test",
    message: /tagged raises-exception, but it raised nothing/,
    apply: ({ chapter }) => editSource(chapter, "raises", "throw new", "new"),
  },
  {
    name: "cell skipped without a reason",
    by: "test",
    message: /tagged skip without a reason/,
    apply: ({ chapter }) => {
      cell(chapter, "waiting").metadata.tags = ["skip"];
    },
  },
  {
    name: "cell whose code was lost",
    by: "test",
    message: /saved stdout.*run nothing/,
    apply: ({ chapter }) => {
      cell(chapter, "waiting").source = "// console.log";
    },
  },
  {
    name: "volatile cell that shows nothing",
    by: "test",
    message: /volatile output: saved stdout, run nothing/,
    apply: ({ chapter }) => {
      cell(chapter, "volatile").source = "Date.now;".replace("Date.now", "void Date.now");
    },
  },
  {
    name: "misspelt tolerance",
    by: "test",
    message: /metadata.*expected .* to have only the keys/,
    apply: ({ chapter }) => {
      cell(chapter, "loose").metadata.ftt = { numbers: [{ after: "loss", abss: 1 }] };
    },
  },
  {
    name: "kernel that is not installed",
    by: "test",
    message: /kernel "no-such-kernel" did not start/,
    apply: ({ chapter }) => {
      chapter.metadata.kernelspec = { name: "no-such-kernel", display_name: "none", language: "typescript" };
    },
  },
  {
    name: "value that no two runs share",
    by: "test",
    message: /not deterministic: .*first run .*second run/,
    options: { twice: true },
    apply: ({ chapter }) => append(chapter, "waiting", "console.log(Math.random());"),
  },
  {
    name: "solution that does not pass its checker",
    by: "test",
    message: /exercise: the solution of "90-relu" does not pass its checker/,
    apply: ({ solutions }) => editSource(solutions, "solution", "? 1 : 0", "? 1 : 0.1"),
  },
  {
    name: "solution in the student's exercise",
    by: "test",
    message: /"90-relu" is solved in the student's notebook/,
    apply: ({ chapter }) =>
      editSource(
        chapter,
        "exercise",
        "(_: number): number => Number.NaN",
        "(value: number): number => Math.max(0, value)",
      ),
  },
];
