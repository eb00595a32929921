import { CellDocument, type Ran } from "../../kernel-extensions/types/cell-document";

/** A cell that declared these names, as if with `let`. */
const ran = (values: string[], threw = false): Ran => ({ values, constants: [], variables: values, threw });
const head = 'import {  } from "./__earlier__";\n';

describe("the document of the newest cells", () => {
  test("nests each cell in the block of the one before", () => {
    const document = new CellDocument();
    document.add("let x = 1", ran(["x"]));
    expect(document.layout("x").text).toBe(`${head}{\nlet x = 1\n{\nx\n}}\nexport {};\n`);
  });

  test("moves imports to the top and finds positions in them again", () => {
    const document = new CellDocument();
    document.add("let x = 1", ran(["x"]));
    const cell = 'let y = 2\n  import { a } from "b"\na';
    const layout = document.layout(cell);
    expect(layout.text.split("\n")[1]).toBe('  import { a } from "b"');
    expect(layout.toDocument({ line: 1, character: 11 })).toEqual({ line: 1, character: 11 });
    expect(layout.toCell({ line: 1, character: 11 })).toEqual({ line: 1, character: 11 });
    for (const position of [
      { line: 0, character: 4 },
      { line: 2, character: 0 },
    ]) {
      expect(layout.toCell(layout.toDocument(position))).toEqual(position);
    }
  });

  test("does not own positions of older cells", () => {
    const document = new CellDocument();
    document.add("let x = 1", ran(["x"]));
    expect(document.layout("x").toCell({ line: 2, character: 0 })).toBeUndefined();
  });

  test("imports a name once when its cell runs again", () => {
    const document = new CellDocument();
    document.add('import { a } from "b"', ran(["a"]));
    document.add('import { a } from "b"', ran(["a"]));
    const { text } = document.layout('import { a } from "b"');
    expect(text.match(/from "b"/g)).toHaveLength(1);
  });

  test("lets an import take the place of a name that an earlier cell declared", () => {
    const document = new CellDocument();
    document.add("let a = 1", ran(["a"]));
    const { text } = document.layout('import { a } from "b"');
    expect(text).toContain('import { a as __import1_a } from "b";');
    expect(text).toContain("{ const a = __import1_a;");
  });

  test("drops an older namespace that the cell declares again, since the two would merge", () => {
    const document = new CellDocument();
    document.add("namespace N { export const a = 1 }\nlet kept = 1", ran(["N", "kept"]));
    const { text } = document.layout("namespace N { export const a = 2 }");
    expect(text.match(/namespace N/g)).toHaveLength(1);
    expect(text).toContain("let kept = 1");
  });

  test("makes a var belong to its cell, unless the cell declares it twice", () => {
    const { text } = new CellDocument().layout("var a = 1\nexport var b = 2\nvar c = 1; var c = 2");
    expect(text).toContain("let a = 1\n       let b = 2\nvar c = 1; var c = 2");
  });

  test("blanks export words, and the throw of a cell that threw", () => {
    const document = new CellDocument();
    document.add("export const a = 1\nthrow new Error()", ran(["a"], true));
    const { text } = document.layout("a");
    expect(text).toContain("       const a = 1\nvoid  new Error()");
  });
});
