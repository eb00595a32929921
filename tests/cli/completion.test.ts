// Completion knows every command and option, because it is made from them; bash is asked for real, the others where they are installed.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { completionScript, SHELLS, type Shell } from "../../cli/completion/command";
import { pathOf, withDescendants } from "../../cli/help";
import { buildProgram } from "../../cli/main";

const program = buildProgram();
const commands = withDescendants(program);
const shells = Object.keys(SHELLS) as Shell[];
const isInstalled = (name: string) => spawnSync(name, ["-c", "exit 0"]).status === 0;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ftt-completion-"));
  for (const shell of shells) writeFileSync(join(folder, `ftt.${shell}`), completionScript(shell, program));
  mkdirSync(join(folder, "notebooks"));
  for (const name of ["01 one.ipynb", "02-two.ipynb", "notes.txt"]) writeFileSync(join(folder, "notebooks", name), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(shells)("%s", shell => {
  const script = completionScript(shell, program);

  test("is told of every command and every option", () => {
    for (const command of commands) {
      if (command !== program) expect(script).toContain(pathOf(command).replace(/^ftt /, ""));
      for (const { long } of command.options)
        expect(script).toContain(shell === "fish" ? `-l ${long!.slice(2)}` : long);
    }
  });

  (isInstalled(shell) ? test : test.skip)("reads the script without a complaint", () => {
    const { status, stderr } = spawnSync(shell, ["-n", join(folder, `ftt.${shell}`)], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

/** What bash would offer behind each of these lines. */
function askBash(lines: string[][]): string[][] {
  const asks = lines.map(words => {
    const quoted = words.map(word => `'${word}'`).join(" ");
    return `COMP_WORDS=(ftt ${quoted}); COMP_CWORD=${words.length}; _ftt; (IFS=$'\\t'; echo "\${COMPREPLY[*]}")`;
  });
  const script = ["source ./ftt.bash", ...asks].join("\n");
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout
    .replace(/\n$/, "")
    .split("\n")
    .map(line => line.split("\t").filter(Boolean));
}

(isInstalled("bash") ? describe : describe.skip)("asked, bash offers", () => {
  test("every command where a command may stand", () => {
    const groups = commands.filter(command => command.commands.length > 0);
    const answers = askBash(groups.map(group => [...pathOf(group).split(" ").slice(1), ""]));
    for (const [i, group] of groups.entries())
      expect(answers[i]).toEqual(expect.arrayContaining(group.commands.map(command => command.name())));
  });

  test("every option of every command", () => {
    const answers = askBash(commands.map(command => [...pathOf(command).split(" ").slice(1), "--"]));
    for (const [i, command] of commands.entries())
      expect(answers[i]).toEqual(expect.arrayContaining([...command.options.map(({ long }) => long), "--help"]));
  });

  test("names of benchmarks, datasets and shells, and after an option what belongs there", () => {
    const [benchmarks, datasets, shellNames, nothing] = askBash([
      ["bench", ""],
      ["data", "verify", "m"],
      ["completion", ""],
      ["test", "--jobs", ""],
    ]);
    expect(benchmarks).toEqual(["kernel", "train", "ops", "chapters", "plot"]);
    expect(datasets).toEqual(["mnist", "moby-dick"]);
    expect(shellNames).toEqual(shells);
    expect(nothing).toEqual([]);
  });

  test("notebooks and folders, no other files, also with a blank in the name", () => {
    const [first, below] = askBash([
      ["test", "n"],
      ["test", "--changed", "notebooks/"],
    ]);
    expect(first).toEqual(["notebooks/"]);
    expect(below?.sort()).toEqual(["notebooks/01 one.ipynb", "notebooks/02-two.ipynb"]);
  });
});
