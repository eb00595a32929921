// What is done with the source of cells: parsing, nesting into one file, weaving, parameters, and what no key can hold.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, sharedInputs } from "./cache/fingerprint";
import { chapterName, solutionPath } from "./chapter-name";
import { checkCode } from "./check/code";
import { notebookDocument } from "./check/notebook-document";
import { checkPython, isPython } from "./check/python";
import { HarnessError } from "./errors";
import { type Cell, formatNotebook, type Notebook, text } from "./notebook";
import { projectRoot } from "./project";
import { parseParameter, withParameters } from "./run-with-parameters";
import { boundNames, declaredNames, parseCell, usedNames } from "./source/parse-cell";
import { weaveChapter } from "./weave/weave-chapter";
import { orphanModules } from "./weave/weave-notebooks";

function code(source: string, ...tags: string[]): Cell {
  return {
    cell_type: "code",
    id: `c${[...source].length}`,
    metadata: { tags },
    source,
    outputs: [],
    execution_count: 1,
  };
}

function notebook(...cells: Cell[]): Notebook {
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: "tslab", language: "typescript" } }, cells };
}

describe("parsing a cell", () => {
  const declared = (source: string) => parseCell(source, "x").statements.flatMap(declaredNames);

  test("finds every name that a cell declares", () => {
    expect(
      declared(
        "const a = 1, { b, c: [d = 2, ...e] } = f(); function g() {} class H {} type I = 1; interface J {} enum K {}",
      ),
    ).toEqual([..."abdegHIJK"].filter(name => name !== "c"));
    expect(declared('import x, { y as z } from "m"; export const w = 1;')).toEqual(["x", "z", "w"]);
  });

  test("tells used names from names of members and keys", () => {
    const [statement] = parseCell("a.b[c]({ d: e, f, [g]: 1 }) as H<I>", "x").statements;
    expect([...usedNames(statement!)].sort()).toEqual(["H", "I", "a", "c", "e", "f", "g"]);
  });

  test("finds parameters and locals", () => {
    const [statement] = parseCell(
      "function f<T>(a: T, { b }: X) { const c = 1; return (d: number) => d; }",
      "x",
    ).statements;
    expect([...boundNames(statement!)].sort()).toEqual(["T", "a", "b", "c", "d", "f"]);
  });

  test("a magic is blank, broken code an error with the cell's name", () => {
    expect(parseCell("%time\nconst a = 1", "x").statements).toHaveLength(1);
    expect(() => parseCell("const = 1", "cell 3")).toThrow(/^cell 3: expected TypeScript/);
  });
});

describe("the file of all cells", () => {
  const check = async (...cells: Cell[]) => {
    const found = await checkCode([
      { ...notebookDocument(notebook(...cells), "x"), path: join(projectRoot, "notebooks", "98-test.ipynb") },
    ]);
    return found.map(
      ({ cell, line, rule, message }) => `${cell?.split(" ")[1]}:${line} ${rule.split("/").at(-1)} ${message}`,
    );
  };

  test("later cells see earlier types, may declare a name again, and keep narrowing", async () => {
    const found = await check(
      code('import { join } from "node:path";\nlet size: number | undefined = Number(join("1", "2"));'),
      code("size = 3;\nconsole.log(size.toFixed(1));"),
      code('const size = "three";\nconsole.log(size.length);', "again"),
      code('await Promise.resolve();\nimport { join } from "node:path";\nconsole.log(join(size));'),
    );
    expect(found).toEqual([]);
  }, 60_000);

  test("errors are told with cell and line, and those shown on purpose are not", async () => {
    const refused = code("const n: number = 'x';\nconsole.log(n);", "raises-exception");
    refused.outputs = [{ output_type: "error", ename: "TypeScriptError", evalue: "", traceback: [] }];
    const found = await check(
      code("const a = 1;\n\nconst b: string = a;\nconsole.log(b);"),
      refused,
      code("let x: any = 1;\nx = 2;\nconsole.log(x);"),
      code("const ("),
    );
    expect(found).toEqual([
      expect.stringMatching(/^4:1 types /),
      expect.stringMatching(/^1:3 types TS2322: Type 'number' is not assignable/),
      expect.stringMatching(/^3:1 noExplicitAny /),
    ]);
  }, 60_000);

  test("a cell that throws does not make the rest unreachable", async () => {
    expect(
      await check(code('throw new Error("x");', "raises-exception"), code("const a: number = 1;\nconsole.log(a);")),
    ).toEqual([]);
  }, 60_000);
});

describe("weaving", () => {
  test("gathers the imports that are used, exports what is declared, and notes the cell", () => {
    const woven = weaveChapter(
      notebook(
        code(
          'import * as tf from "@tensorflow/tfjs";\nimport { a, b as c, type D } from "m";\nimport { unused } from "n";',
        ),
        code("/** Adds. */\nfunction add(x: D) {\n  return tf.add(c, x);\n}\nexport const one = 1;", "export"),
        code("const local = add(1);"),
        code("class Net {}", "export"),
      ),
      "07-x.ipynb",
    );
    expect(woven).toBe(
      [
        "// Woven from notebooks/07-x.ipynb by `ftt weave`. Change the notebook, not this file.",
        'import * as tf from "@tensorflow/tfjs";\nimport { b as c, type D } from "m";',
        "// cell 2 [c80] of 07-x.ipynb\n/** Adds. */\nexport function add(x: D) {\n  return tf.add(c, x);\n}\nexport const one = 1;",
        "// cell 4 [c12] of 07-x.ipynb\nexport class Net {}",
      ].join("\n\n"),
    );
  });

  test("a chapter that exports nothing has no module", () => {
    expect(weaveChapter(notebook(code("const a = 1;")), "x")).toBeUndefined();
  });

  test("a parameter may be called like another cell's variable", () => {
    expect(weaveChapter(notebook(code("const x = 1;"), code("const f = (x: number) => x;", "export")), "x")).toContain(
      "export const f",
    );
  });

  test.each([
    ["an effect", [code("console.log(1);", "export")], /expected only declarations/],
    [
      "a variable of another cell",
      [code("const lr = 1;"), code("const f = () => lr;", "export")],
      /uses "lr" of cell 1 .* which is not/,
    ],
    [
      "a relative import",
      [code('import { a } from "./a";\nconst b = a;', "export")],
      /expected exported cells to import from packages/,
    ],
    [
      "one name for two imports",
      [code('import { a } from "m";'), code('import { a } from "n";\nconst b = a;', "export")],
      /imported as two things/,
    ],
  ])("refuses %s", (_, cells, message) => {
    expect(() => weaveChapter(notebook(...cells), "x")).toThrow(message);
  });
});

describe("parameters", () => {
  const sourceOf = (parameters: Record<string, unknown>, cell: Cell) =>
    text(withParameters(notebook(code("1"), cell, code("2")), parameters, "x").cells[2]!.source);

  test("are injected after their defaults: what is let is assigned, what is const declared again", () => {
    expect(sourceOf({ lr: 0.5, name: 'a"b' }, code("let lr = 0.1;\nconst name = 'x';", "parameters"))).toBe(
      '// Parameters\nlr = 0.5;\nconst name = "a\\"b";\n',
    );
  });

  test("of a Python notebook are Python", () => {
    const python = {
      ...notebook(code("lr = 1\nx = None", "parameters")),
      metadata: { kernelspec: { name: "python3", language: "python" } },
    };
    const source = text(withParameters(python, { x: [true, null, { a: 1 }] }, "x").cells[1]!.source);
    expect(source).toBe('# Parameters\nx = [True, None, {"a": 1}]\n');
  });

  test("replace those of an earlier run", () => {
    const once = withParameters(notebook(code("let a = 1;", "parameters")), { a: 2 }, "x");
    const twice = withParameters(once, { a: 3 }, "x");
    expect(twice.cells.map(cell => text(cell.source))).toEqual(["let a = 1;", "// Parameters\na = 3;\n"]);
  });

  test("that nobody declares, or that have no cell, are refused", () => {
    expect(() => sourceOf({ rate: 1 }, code("let lr = 1;", "parameters"))).toThrow(
      /expected one of the parameters lr, got "rate"/,
    );
    expect(() => withParameters(notebook(code("1")), { a: 1 }, "x")).toThrow(/tagged `parameters`/);
    expect(() => parseParameter("1=2")).toThrow(HarnessError);
  });

  test("on the command line are JSON or text", () => {
    expect(
      ["lr=0.1", "name=mlp", "layers=[1,2]", "deep=true", "eq=a=b"].reduce(
        (all, word) => parseParameter(word, all),
        {},
      ),
    ).toEqual({
      lr: 0.1,
      name: "mlp",
      layers: [1, 2],
      deep: true,
      eq: "a=b",
    });
  });
});

test("a woven module that belongs to no chapter is found; a module of another kind is left alone", () => {
  mkdirSync(join(projectRoot, ".ftt"), { recursive: true });
  const folder = mkdtempSync(join(projectRoot, ".ftt", "woven-"));
  try {
    for (const name of ["01-a.ts", "02-gone.ts", "helper.ts"]) writeFileSync(join(folder, name), "");
    expect(orphanModules(["/n/01-a.ipynb", "/n/solutions/01-a.ipynb"], folder)).toEqual([join(folder, "02-gone.ts")]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("the key of a cached result", () => {
  const shared = sharedInputs();
  const path = join(projectRoot, "notebooks", "98-test.ipynb");
  const keyOf = (cells: Cell[], options: Record<string, boolean> = {}) =>
    fingerprint(path, formatNotebook(notebook(...cells)), options, shared);

  test("is one for one notebook, and another for any change of source, output or options", async () => {
    const base = await keyOf([code("const a = 1;")]);
    expect(base).toHaveProperty("key");
    expect(await keyOf([code("const a = 1;")])).toEqual(base);
    const output = {
      ...code("const a = 1;"),
      outputs: [{ output_type: "stream" as const, name: "stdout" as const, text: "x" }],
    };
    for (const other of [
      await keyOf([code("const a = 2;")]),
      await keyOf([output]),
      await keyOf([code("const a = 1;")], { gpu: true }),
    ]) {
      expect(other).toHaveProperty("key");
      expect(other).not.toEqual(base);
    }
  });

  test.each([
    ['import { readFileSync } from "node:fs";', /imports node:fs/],
    ['const { spawn } = await import("node:child_process");', /imports node:child_process/],
    ["const m = await import(name);", /whose name is computed/],
    ["console.log(process.env.HOME);", /uses process/],
    ["const { env } = process;", /uses process/],
    ['process["env"].HOME', /uses process/],
    ['process.getBuiltinModule("fs")', /uses process/],
    ["const everything = globalThis;", /uses globalThis/],
    ['globalThis["fetch"]("http://example.org")', /uses globalThis/],
    ["(globalThis as unknown as { process: NodeJS.Process }).process.env", /uses globalThis/],
    ['eval("1")', /uses eval/],
    ['new Function("return 1")()', /uses Function/],
    ['import { createRequire } from "node:module";', /imports node:module/],
    ['import { DatabaseSync } from "node:sqlite";', /imports node:sqlite/],
    ["require(`fs`)", /imports fs|computed/],
    ["console.log(import.meta.url);", /import\.meta/],
    ["console.log(crypto.randomUUID());", /uses crypto/],
    ["console.log(Date());", /time of day/],
    ["console.log(new Date());", /time of day/],
    ["const clock = Date.now;", /time of day/],
    ["const { random } = Math;", /Math\.random/],
    ['read("..")', /names the folder/],
    ['read("solutions")', /names the folder/],
    ["console.log(Math.random());", /uses Math\.random/],
    ["await fetch(url);", /uses fetch/],
    ["const (", /cannot be parsed/],
    ["%time", /magic/],
    ['import "./no-such-file";', /cannot be followed/],
  ])("does not exist for %s", async (source, reason) => {
    expect(await keyOf([code(source)])).toEqual({ reason: expect.stringMatching(reason) });
  });

  test("does not exist for a cell that takes the environment, though its own output is not compared", async () => {
    const cell = { ...code("const home = process.env.HOME;"), metadata: { tags: ["volatile"] } };
    expect(await keyOf([cell])).toEqual({ reason: "a cell uses process" });
  });

  test("does not exist for a kernel whose language is not TypeScript", async () => {
    const other = notebook(code("open('x.txt').read()"));
    other.metadata.kernelspec = { name: "python3", display_name: "Python", language: "python" };
    expect(await fingerprint(path, formatNotebook(other), {}, shared)).toEqual({
      reason: expect.stringMatching(/its kernel is python3/),
    });
  });

  test.each([
    "process.stdout.write('x');",
    "console.log(new Date(2024, 0), Date.UTC(2024, 0), Math.max(1, 2));",
    "const when: Date | undefined = undefined; console.log(when instanceof Date);",
    '(globalThis as unknown as Record<symbol, number>)[Symbol.for("shared")] = 1;',
    'import { inspect } from "node:util"; console.log(inspect({ process: 1, fetch: 2 }.process));',
    'console.log("a process of learning. And/or not.");',
  ])("exists for %s", async source => {
    expect(await keyOf([code(source)])).toHaveProperty("key");
  });

  test("is another when a file changes that a cell names, or comes into being", async () => {
    mkdirSync(join(projectRoot, ".ftt"), { recursive: true });
    const folder = mkdtempSync(join(projectRoot, ".ftt", "named-"));
    try {
      const file = join(folder, "x.npy");
      const cells = [code(`someLibrary.read(${JSON.stringify(file)})`)];
      const keys: unknown[] = [await keyOf(cells)];
      for (const content of ["one", "two"]) {
        writeFileSync(file, content);
        keys.push(await keyOf(cells));
      }
      expect(keys.every(key => "key" in (key as object))).toBe(true);
      expect(new Set(keys.map(key => JSON.stringify(key))).size).toBe(3);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("chapters and their solutions are known by their names", () => {
  expect(chapterName("/n/03-neural-network.ipynb")).toEqual({
    stem: "03-neural-network",
    number: 3,
    isSolution: false,
  });
  expect(chapterName("/n/solutions/03-neural-network.ipynb")?.isSolution).toBe(true);
  expect(chapterName("/n/scratch.ipynb")).toBeUndefined();
  expect(solutionPath("/n/03-x.ipynb")).toBe(join("/n", "solutions", "03-x.ipynb"));
});

describe("a notebook in Python", () => {
  const metadata = { kernelspec: { name: "python3", language: "python" } };

  test("is one by its language, and a chapter is none", () => {
    expect(isPython({ ...notebook(), metadata })).toBe(true);
    expect(isPython(notebook())).toBe(false);
  });

  test("has cells that Python parses: magics, commands and awaiting are no faults, broken code is, with its line", () => {
    const fine = code("%time 1\n!ls\nawait something()");
    const broken = code("x = 1\ny = = 2");
    const found = checkPython({ ...notebook(fine, broken), metadata }, "a.ipynb");
    expect(found).toMatchObject([{ notebook: "a.ipynb", line: 2, rule: "python", severity: "error" }]);
    expect(found[0]!.cell).toMatch(/^cell 2/);
  });
});
