import { magicHelp } from "../../kernel-extensions/magics/help";
import { parseMagics } from "../../kernel-extensions/magics/parse";

const parse = (cell: string, declared: string[] = []) => parseMagics(cell, name => declared.includes(name));

describe("magics in a cell", () => {
  test("become calls at their place, and blank lines for the type checker", () => {
    const { source, checked } = parse("let a = 1\n%who\na");
    expect(source.split("\n")[1]).toBe('await __kernel__.magic("%who", "");');
    expect(checked).toBe("let a = 1\n    \na");
  });

  test("are not looked for inside of expressions, strings and templates", () => {
    const cell = "const s = `\n%who\n!ls`\nf(\n!x)\nconst m = 7 %\n 3";
    expect(parse(cell).source).toBe(cell);
  });

  test("are shell commands after an exclamation mark, unless that negates a name", () => {
    expect(parse("!ls -la | head").source).toBe('await __kernel__.magic("!", "ls -la | head");');
    expect(parse("!ready", ["ready"]).source).toBe("!ready");
    expect(parse("!(1 > 2)").source).toBe("!(1 > 2)");
  });

  test("leave a negated name alone that the cell itself declares, or that is a global", () => {
    for (const cell of [
      "let done = false\n!done && next()",
      "let a = 1, done = false\n!done && next()",
      "import {\n  done,\n} from './x'\n!done",
      "const { done } = state\n!done ? 1 : 2",
      "!Array.isArray(x) && next()",
      "!process.env.HOME",
      "!next(1)",
    ])
      expect(parse(cell).source).toBe(cell);
    expect(parse("!done in x", ["done"]).source).toBe("!done in x");
  });

  test("are commands still where a declared name cannot be an expression, and beside other declarations", () => {
    expect(parse("!git status", ["git"]).source).toBe('await __kernel__.magic("!", "git status");');
    expect(parse("let x = 1\n!ls\n!ls -la").source.split("\n")[2]).toBe('await __kernel__.magic("!", "ls -la");');
    expect(parse("!./run.sh && echo yes").source).toContain("magic");
  });

  test("set how types are checked", () => {
    expect(parse("%types off\n1").types).toBe("off");
    expect(() => parse("%types loud")).toThrow("expected strict, warn or off");
  });

  test("take the whole cell for %%bash and %%time", () => {
    expect(parse("%%bash\necho 1\n%who").source).toBe('await __kernel__.magic("%%bash", "echo 1\\n%who");');
    expect(parse("%%time\nf()")).toMatchObject({ timed: true, checked: "      \nf()" });
  });

  test("are all described by %help", () => {
    for (const { name, does } of magicHelp) {
      expect(name).toMatch(/^(%%?[a-z]+|!)$/);
      expect(does.length).toBeGreaterThan(10);
    }
  });
});
