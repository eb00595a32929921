import { scan } from "../../kernel-extensions/evaluate/scan";

const texts = (source: string, ranges: readonly { start: number; end: number }[]) =>
  ranges.map(({ start, end }) => source.slice(start, end));

describe("scanning TypeScript for what stands at the top level", () => {
  test("finds import statements of every form", () => {
    const imports = [
      "import a from 'x'",
      'import {\n  b,\n  type C,\n} from "y";',
      "import * as d from 'z'",
      "import 'side'",
      "import e = require('k');",
      'import f from "./g.json" with { type: "json" };',
    ];
    const source = imports.join("\n");
    expect(texts(source, scan(source).imports)).toEqual(imports);
  });

  test("takes no dynamic import, string, comment or template for one", () => {
    const source = [
      "const m = await import('a');",
      "import('b');",
      "// import x from 'c'",
      "/* import x from 'd' */",
      'const s = "import x from";',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a template in the text that is scanned
      "const t = `\nimport x from 'e'\n${`import y`}`;",
      "import.meta.url;",
    ].join("\n");
    expect(scan(source).imports).toEqual([]);
  });

  test("tells a regular expression from a division", () => {
    const source = "const r = /['\"`{]/g;\nconst q = a / b / c;\nimport z from 'z'";
    expect(texts(source, scan(source).imports)).toEqual(["import z from 'z'"]);
  });

  test("finds export words, whole export lists, namespaces and types", () => {
    const source =
      "export const a = 1\nexport { a, b }\nexport default 5\nnamespace N.M { let x }\nexport abstract class K {}\ninterface I {}";
    const found = scan(source);
    expect(texts(source, found.exports)).toEqual(["export", "export { a, b }", "export default", "export"]);
    expect(found.namespaces.map(({ name }) => name)).toEqual(["N"]);
    expect(found.types).toEqual(["K", "I"]);
  });

  test.each([
    ["function f() {", "bracket"],
    ["const s = `abc", "template"],
    ["/* abc", "comment"],
    ["f(1)", undefined],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template in the text that is scanned
    ["const s = `a${ { b: 1 }.b }c`", undefined],
  ])("says what %j leaves open", (source, open) => {
    expect(scan(source).open).toBe(open);
  });
});
