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
