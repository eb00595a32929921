import vm from "node:vm";
import { rewriteCell } from "../../kernel-extensions/evaluate/rewrite";
import { sourceOffset } from "../../kernel-extensions/evaluate/segments";

const rewrite = (code: string, source = code, hidden = new Set<string>()) => rewriteCell(code, source, "$1", hidden);

describe("rewriting a cell", () => {
  test("declares functions in front, so that they can be called before they stand", () => {
    const { code, names } = rewrite("f();\nfunction f() { return 1; }");
    expect(code).toMatch(/^"use strict"; let f = function\s*\(\) \{ return 1; \};/);
    expect(names).toEqual(["f"]);
  });

  test("turns var into let in front and an assignment in place", () => {
    const { code, names } = rewrite("var a = 1, b; for (var i = 0; i < 2; i++) var c = i;");
    expect(code).toContain("let a, b, i, c;");
    expect(code).not.toContain("var");
    expect(names.sort()).toEqual(["a", "b", "c", "i"]);
  });

  test("leaves var alone inside of functions", () => {
    expect(rewrite("const g = () => { var x = 1; return x; };").code).toContain("var x = 1");
  });

  test("makes assignments of destructuring var declarations", () => {
    const { code } = rewrite("var { a, b: [c] } = { a: 1, b: [2] };");
    const value: unknown = vm.runInNewContext(`${code}; a + c`);
    expect(value).toBe(3);
  });

  test("turns imports into awaited calls with the names they bind", () => {
    const { code, names } = rewrite('import d, { a as b, "c-d" as e } from "x"; import * as ns from "y"; import "z";');
    expect(code).toContain('let { default: d, "a": b, "c-d": e } = await __kernel__.import("x");');
    expect(code).toContain('let ns = await __kernel__.import("y");');
    expect(code).toContain('await __kernel__.import("z");');
    expect(names).toEqual(["d", "b", "e", "ns"]);
  });

  test("moves an import that comes late to the front, as modules do", () => {
    const { code } = rewrite('console.log(a); import { a } from "x";');
    expect(code.indexOf("import(")).toBeLessThan(code.indexOf("console.log"));
  });

  test("puts the last expression aside, and only an expression", () => {
    expect(rewrite("let x = 1; x + 1").hasValue).toBe(true);
    expect(rewrite("for (const x of [1]) x;").hasValue).toBe(false);
    expect(rewrite("let x = 1;").hasValue).toBe(false);
    expect(rewrite("x = 5;;").hasValue).toBe(true);
  });

  test("guards every await, nested ones too", () => {
    const { code } = rewrite("await (await f()).g(); async () => { for await (const x of y) await x; };");
    expect(code).toContain("await __kernel__.guard((await __kernel__.guard(f())).g())");
    expect(code).toContain("for await (const x of __kernel__.guardEach(y)) await __kernel__.guard(x)");
  });

  test("gives helpers that the compiler made a name of their own cell", () => {
    const { code, names } = rewrite("var _init; _init = 1; let C = { _init, x: _init };", "let C = { }");
    expect(code).toContain("_init$1 = 1");
    expect(code).toContain("_init: _init$1");
    expect(names).toEqual(["C"]);
  });

  test("guards an awaited helper under its new name", () => {
    expect(rewrite("var _promise = f(); await _promise;", "await using x = y").code).toContain("guard(_promise$1)");
  });

  test("keeps a declared name from hiding the global of that name elsewhere", () => {
    const hidden = new Set<string>();
    const first = rewrite("const performance = 5; ({ performance }).performance", undefined, hidden);
    expect(first.code).toContain("let performance\u200c = 5");
    expect(first.code).toContain("{ performance: performance\u200c }).performance");
    expect(first.names).toEqual(["performance"]);
    expect(rewrite("performance + 1", undefined, hidden).code).toContain("performance\u200c + 1");
    expect(rewrite("performance.now()").code).toContain("performance.now()");
  });

  test("knows where each piece came from", () => {
    const source = "f();\nfunction f() { throw new Error(); }\nawait g();";
    const { code, segments } = rewrite(source);
    for (const word of ["throw", "g()"]) {
      expect(sourceOffset(segments, code.indexOf(word))).toBe(source.indexOf(word));
    }
  });
});
