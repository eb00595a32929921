// Faults that need more than one run to show: a cache that remembers wrongly, an update that hides.
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { failureLines, type TestOptions, testNotebooks } from "../../harness";
import { cacheKey } from "../../harness/test-notebooks";
import { append, editSaved, editSource, type Mutation } from "../mutation";

async function linesOf(path: string, options: TestOptions): Promise<string[]> {
  const { notebooks } = await testNotebooks([path], {
    jobs: 1,
    outputFolder: join(dirname(path), "executed"),
    ...options,
  });
  return notebooks.flatMap(notebook => failureLines(notebook, true));
}

function cached(path: string): TestOptions {
  return { changed: true, cacheFolder: join(dirname(path), "cache") };
}

/** Runs once with the cache, changes something, runs again: what does the second run say? */
async function afterChange(path: string, change: () => void | Promise<void>): Promise<string[]> {
  const first = await linesOf(path, cached(path));
  if (first.length > 0) throw new Error(`internal: the fixture fails before it is changed: ${first[0]}`);
  if (readdirSync(cached(path).cacheFolder!).length !== 1) throw new Error("internal: the first run was not kept");
  await change();
  return linesOf(path, cached(path));
}

function edit(path: string, from: string, to: string): void {
  const before = readFileSync(path, "utf8");
  if (!before.includes(from)) throw new Error(`internal: ${path} does not hold ${from}`);
  writeFileSync(path, before.replace(from, to));
}

const helper = (path: string) => join(dirname(path), "helper.ts");

/** A chapter that imports a module of its own, to be changed. */
function withHelper(name: string, message: RegExp, change: (file: string) => void): Mutation {
  return {
    name,
    by: "test",
    message,
    apply: ({ chapter }) => {
      append(chapter, "setup", 'import { word } from "./helper";');
      editSource(chapter, "waiting", '"after a wait"', "word");
    },
    story: path => {
      writeFileSync(helper(path), 'export const word = "after a wait";\n');
      return afterChange(path, () => change(helper(path)));
    },
  };
}

function entryOf(path: string): string {
  const folder = cached(path).cacheFolder!;
  return join(folder, readdirSync(folder)[0]!);
}

export const storyMutations: Mutation[] = [
  {
    name: "output changed after a cached run",
    by: "test",
    message: /saved "after a rest", run "after a wait"/,
    apply: () => {},
    story: path => afterChange(path, () => edit(path, '"after a wait\\n"', '"after a rest\\n"')),
  },
  withHelper("imported module changed after a cached run", /run "after a rest"/, file =>
    edit(file, "a wait", "a rest"),
  ),
  withHelper("imported module changed, its size and date kept", /run "after a rest"/, file => {
    const { atime, mtime } = statSync(file);
    edit(file, "a wait", "a rest");
    utimesSync(file, atime, mtime);
  }),
  {
    name: "file changed that a cell names and a library reads",
    by: "test",
    message: /run "after a rest"/,
    apply: ({ chapter }) => {
      append(chapter, "setup", 'import { read } from "./helper";');
      editSource(chapter, "waiting", '"after a wait"', 'read("words.txt")');
    },
    story: path => {
      writeFileSync(join(dirname(path), "words.txt"), "after a wait");
      const reader =
        'import { readFileSync } from "node:fs";\nexport const read = (name: string) => readFileSync(name, "utf8");\n';
      writeFileSync(helper(path), reader);
      return afterChange(path, () => writeFileSync(join(dirname(path), "words.txt"), "after a rest"));
    },
  },
  {
    name: "environment read in a way that is hard to see",
    by: "test",
    message: /run "after a rest"/,
    apply: ({ chapter }) => {
      append(chapter, "setup", "const { env: surroundings } = process;");
      editSource(chapter, "waiting", '"after a wait"', 'surroundings.WORDS_OF_MUTANT ?? "after a wait"');
    },
    story: async path => {
      const first = await linesOf(path, cached(path));
      if (first.length > 0) throw new Error(`internal: the fixture fails before it is changed: ${first[0]}`);
      process.env.WORDS_OF_MUTANT = "after a rest";
      try {
        return await linesOf(path, cached(path));
      } finally {
        delete process.env.WORDS_OF_MUTANT;
      }
    },
  },
  {
    name: "cache poisoned with another notebook's result",
    by: "test",
    message: /saved "after a rest", run "after a wait"/,
    apply: () => {},
    story: path =>
      afterChange(path, () => {
        edit(path, '"after a wait\\n"', '"after a rest\\n"');
        return poison(path, entry => entry);
      }),
  },
  {
    name: "cache poisoned with an edited result",
    by: "test",
    message: /saved "after a rest", run "after a wait"/,
    apply: () => {},
    story: async path => {
      return afterChange(path, () => {
        edit(path, '"after a wait\\n"', '"after a rest\\n"');
        return poison(path, (entry, key) => entry.replace(/"key":"[0-9a-f]+"/, `"key":"${key}"`));
      });
    },
  },
  {
    name: "update asked for in CI",
    by: "test",
    message: /never|expected a person to accept new outputs, got CI=/,
    apply: ({ chapter }) => editSaved(chapter, "waiting", "after a wait", "after a rest"),
    story: async path => {
      const before = process.env.CI;
      process.env.CI = "true";
      try {
        return await linesOf(path, { update: true });
      } catch (error) {
        return [(error as Error).message];
      } finally {
        if (before === undefined) delete process.env.CI;
        else process.env.CI = before;
      }
    },
  },
  {
    name: "update of a cell that throws",
    by: "test",
    message: /error: raised Error: unexpected/,
    apply: ({ chapter }) => append(chapter, "waiting", 'throw new Error("unexpected");'),
    story: async path => {
      const before = process.env.CI;
      delete process.env.CI;
      try {
        const lines = await linesOf(path, { update: true });
        if (readFileSync(path, "utf8").includes("unexpected\\u001b")) throw new Error("internal: the error was saved");
        return lines;
      } finally {
        if (before !== undefined) process.env.CI = before;
      }
    },
  },
];

// Puts the kept result of the sound notebook where the result of the changed one would be looked for.
async function poison(path: string, change: (entry: string, key: string) => string): Promise<void> {
  const entry = entryOf(path);
  const key = await cacheKey(path, cached(path));
  if (key === undefined) throw new Error("internal: the fixture has no key");
  writeFileSync(join(dirname(entry), `${key}.json`), change(readFileSync(entry, "utf8"), key));
}
