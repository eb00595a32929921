// What every command of ftt promises, held by walking the tree of commands: a new command that breaks a promise fails here.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { nearest, pathOf, withDescendants } from "../../cli/help";
import { buildProgram, main } from "../../cli/main";
import { ROOT } from "./checkout";

const commands = withDescendants(buildProgram());
const leaves = commands.filter(command => command.commands.length === 0);
const named = (list: Command[]): [string, Command][] => list.map(command => [pathOf(command), command]);

/** Whatever is written while something runs, and the exit status it leaves. */
async function hear(work: () => unknown): Promise<{ out: string; err: string; status: typeof process.exitCode }> {
  const heard = { out: "", err: "" };
  const before = process.exitCode;
  process.exitCode = 0;
  const spies = (["stdout", "stderr"] as const).map(stream =>
    jest.spyOn(process[stream], "write").mockImplementation(words => {
      heard[stream === "stdout" ? "out" : "err"] += String(words);
      return true;
    }),
  );
  try {
    await work();
    return { ...heard, status: process.exitCode };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = before;
  }
}

const type = (line: string) => hear(() => main(["node", "ftt", ...line.split(" ")]));

/** ftt as a program of its own, for what loads its code when it runs. */
function ftt(...args: string[]) {
  return spawnSync(process.execPath, [join(ROOT, "cli", "ftt.mjs"), ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, FTT_SKIP_SETUP: "1" },
  });
}

describe.each(named(commands))("%s", (path, command) => {
  test("says what it does, and what each of its options and arguments is", () => {
    expect(command.description()).toMatch(/^\S.{10,}[^.\s]$|^From the Tensor/);
    for (const option of command.options)
      expect([option.flags, option.description]).toEqual([option.flags, expect.stringMatching(/\S{2,}/)]);
    for (const argument of command.registeredArguments)
      expect([argument.name(), argument.description]).toEqual([argument.name(), expect.stringMatching(/\S{2,}/)]);
  });

  test("shows help with status 0", async () => {
    const { out, status } = await type(`${path.replace(/^ftt ?/, "")} --help`.trim());
    expect(out).toContain(`Usage: ${path}`);
    expect(status).toBe(0);
  });

  test("answers an option that does not exist with one sentence, where help is, and status 2", async () => {
    const { out, err, status } = await type(`${path.replace(/^ftt ?/, "")} --no-such-option`.trim());
    expect(out).toBe("");
    expect(err).toBe(`${path}: unknown option "--no-such-option"; see "${path} --help"\n`);
    expect(status).toBe(2);
  });
});

test.each(named(leaves))("%s has examples in its help, all of them of this command", async path => {
  const { out } = await type(`${path.replace(/^ftt /, "")} --help`);
  const [, lines = ""] = out.split("\nExamples:\n");
  const typed = lines
    .trim()
    .split("\n")
    .map(line => line.trim());
  expect(typed.length).toBeGreaterThan(0);
  for (const line of typed) expect(line).toMatch(path === "ftt completion" ? /ftt/ : new RegExp(`^${path}( |$)`));
});

test("what a machine may read can be had as JSON", () => {
  const withoutJson = leaves.filter(({ options }) => !options.some(({ long }) => long === "--json")).map(pathOf);
  // Servers, what other programs print to the terminal, and a script that is itself for a machine.
  const exempt = [
    "ftt lab",
    "ftt draw",
    "ftt setup",
    "ftt verify",
    "ftt data build",
    "ftt completion",
    "ftt image",
    "ftt image test",
    "ftt newcomer",
  ];
  expect(withoutJson.filter(path => !exempt.includes(path))).toEqual([]);
});

describe("JSON alone stands on standard output", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ftt-json-"));
    const cell = (id: string, source: string) => ({
      cell_type: "code",
      id,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    });
    const metadata = {
      kernelspec: { name: "tslab", display_name: "x", language: "typescript" },
      language_info: { name: "typescript" },
    };
    writeFileSync(
      join(folder, "one.ipynb"),
      JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells: [cell("a", "1 + 1;")] }),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each<[string, string[], string[], number]>([
    ["data list", ["data", "list"], ["vendored", "downloads"], 0],
    ["data verify", ["data", "verify", "penguins"], ["ok", "files"], 0],
    ["clear", ["clear", "FOLDER/one.ipynb"], ["cleared"], 0],
    // Its cell has not been run, which the check finds.
    ["check", ["check", "FOLDER/one.ipynb"], ["notebooks", "failed", "findings"], 1],
    ["weave", ["weave", "FOLDER/one.ipynb"], ["written", "removed"], 0],
  ])("of %s", (_, args, keys, status) => {
    const result = ftt(...args.map(arg => arg.replace("FOLDER", folder)), "--json");
    expect(Object.keys(JSON.parse(result.stdout))).toEqual(expect.arrayContaining(keys));
    expect(result.status).toBe(status);
  });
});

describe("a word that does not exist", () => {
  test.each([
    ["tset", 'ftt: unknown command "tset"; did you mean "test"? See "ftt --help"\n'],
    ["data lst", 'ftt data: unknown command "lst"; did you mean "list"? See "ftt data --help"\n'],
    ["test --chnged", 'ftt test: unknown option "--chnged"; did you mean "--changed"? See "ftt test --help"\n'],
    [
      "bench trian",
      'ftt bench: expected a benchmark (kernel, train, ops, chapters, plot), got "trian"; did you mean "train"? See "ftt bench --help"\n',
    ],
    ["test --jobs two", 'ftt test: --jobs: expected a whole number of at least 1, got "two"; see "ftt test --help"\n'],
    [
      "lab --port 99999",
      'ftt lab: --port: expected a whole number from 1 to 65535, got "99999"; see "ftt lab --help"\n',
    ],
    ["clear", 'ftt clear: expected the argument <notebooks>, got none; see "ftt clear --help"\n'],
    ["site more", 'ftt site: expected 0 arguments, got 1; see "ftt site --help"\n'],
  ])("ftt %s", async (line, sentence) => {
    expect(await type(line)).toEqual({ out: "", err: sentence, status: 2 });
  });

  test("is not guessed when nothing is near", () => {
    expect(nearest("xyzzy", ["train", "ops"])).toBeUndefined();
    expect(nearest("opz", ["train", "ops"])).toBe("ops");
  });
});

describe("exit codes", () => {
  test("are in ftt --help, and in the README the same", async () => {
    const { out } = await type("--help");
    const readme = readFileSync(join(ROOT, "cli", "README.md"), "utf8");
    for (const code of ["0", "1", "2", "130"]) {
      expect(out).toMatch(new RegExp(`^ {2}${code} `, "m"));
      expect(readme).toContain(`| ${code} |`);
    }
  });

  test("2 when a file is not there, in one sentence", () => {
    const { status, stdout, stderr } = ftt("check", "no-such.ipynb");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^[^\n]*no-such\.ipynb[^\n]*\n$/);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("after %s %d, when what was started has ended", (signal, code) => {
    const script = `
      require("tsx/cjs/api").register();
      require("./cli/attempt.ts").attempt(async signal => {
        const timer = setInterval(() => {}, 1000);
        setImmediate(() => process.kill(process.pid, "${signal}"));
        await new Promise(resolve => signal.addEventListener("abort", resolve));
        clearInterval(timer);
        console.log("closed");
        return 0;
      });`;
    const result = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
    expect({ status: result.status, stdout: result.stdout }).toEqual({ status: code, stdout: "closed\n" });
  });
});

test("the README names every command", () => {
  const readme = readFileSync(join(ROOT, "cli", "README.md"), "utf8");
  for (const path of leaves.map(pathOf)) expect(readme).toContain(`\`${path}`);
});
