// Reading, updating and clearing notebook files: what is not meant to change does not change by a byte.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { clearNotebooks, clearOutputs } from "./clear-notebook";
import { OutputCollector, resolveControl } from "./collect-outputs";
import { HarnessError } from "./errors";
import { members, replaceRanges } from "./json-ranges";
import { lines, parseNotebook, text, writeAtomically } from "./notebook";
import type { CellResult } from "./results";
import { canUpdate, storable, updateNotebook } from "./update-notebook";

let folder: string;
let ci: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "notebook-files-"));
  ci = process.env.CI;
  delete process.env.CI;
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  if (ci !== undefined) process.env.CI = ci;
});

// Written as no program would: 1.0 in metadata, odd blanks, keys in odd order.
const odd = `{ "nbformat": 4, "metadata": {"zoom": 1.0, "kernelspec": {"name": "k"}},
 "cells": [
  {"id": "a", "cell_type": "code", "outputs": [{"output_type": "stream", "name": "stdout", "text": "old"}], "source": "1",
   "metadata": {"x": 1e3}, "execution_count": 7},
  {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "outputs: []"},
  {"id": "b", "cell_type": "code", "outputs": [{"output_type": "execute_result", "execution_count": 8, "data": {"text/plain": "2"}, "metadata": {}}],
   "source": "2", "metadata": {}, "execution_count": 8}
 ], "nbformat_minor": 5 }
`;

function result(index: number, fields: Partial<CellResult>): CellResult {
  const base = {
    index,
    name: `cell ${index + 1}`,
    source: "",
    status: "passed" as const,
    problems: [],
    ms: 0,
    saved: [],
    fresh: [],
  };
  return { ...base, executionCount: 1, ...fields };
}

describe("ranges of JSON values", () => {
  test("hold exactly the values, for any JSON however it is spaced", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 4), (object, indent) => {
        const source = JSON.stringify(object, null, indent);
        const found = members(source, 0);
        const again = Object.fromEntries(
          [...found].map(([key, { start, end }]) => [key, JSON.parse(source.slice(start, end))]),
        );
        expect(again).toEqual(JSON.parse(source));
      }),
    );
  });

  test("are replaced whatever their order", () => {
    const source = '{"a": 1, "b": [2, 3]}';
    const found = members(source, 0);
    expect(
      replaceRanges(source, [
        [found.get("a")!, "[]"],
        [found.get("b")!, "null"],
      ]),
    ).toBe('{"a": [], "b": null}');
  });
});

describe("updating", () => {
  const stale = result(0, {
    status: "failed",
    problems: [{ kind: "difference", message: "" }],
    fresh: [{ output_type: "stream", name: "stdout", text: "new\nlines" }],
  });

  test("rewrites the outputs that differ and not a byte else", () => {
    const path = join(folder, "odd.ipynb");
    writeFileSync(path, odd);
    const other = result(2, { executionCount: 2 });
    updateNotebook(path, odd, [stale, other], [stale]);
    const updated = readFileSync(path, "utf8");
    const start = odd.indexOf("[{");
    expect(updated.slice(0, start)).toBe(odd.slice(0, start));
    expect(updated).toContain('"zoom": 1.0');
    expect(updated).toContain('"x": 1e3');
    const { cells } = parseNotebook(updated, path);
    expect(cells[0]).toMatchObject({
      id: "a",
      execution_count: 1,
      outputs: [{ name: "stdout", text: ["new\n", "lines"] }],
    });
    expect(cells[2]).toMatchObject({
      id: "b",
      execution_count: 2,
      outputs: [{ execution_count: 2, data: { "text/plain": "2" } }],
    });
    expect(readdirSync(folder)).toEqual(["odd.ipynb"]);
  });

  test("writes nothing when the file has changed meanwhile", () => {
    const path = join(folder, "odd.ipynb");
    writeFileSync(path, `${odd}\n`);
    expect(() => updateNotebook(path, odd, [stale], [stale])).toThrow(/changed while it ran/);
    expect(readFileSync(path, "utf8")).toBe(`${odd}\n`);
  });

  test("is refused when CI is set", () => {
    process.env.CI = "1";
    const path = join(folder, "odd.ipynb");
    writeFileSync(path, odd);
    expect(() => updateNotebook(path, odd, [stale], [stale])).toThrow(HarnessError);
    expect(readFileSync(path, "utf8")).toBe(odd);
  });

  test("cures differences only", () => {
    expect(canUpdate(stale)).toBe(true);
    for (const kind of [
      "error",
      "late output",
      "timeout",
      "kernel died",
      "aborted",
      "not deterministic",
      "exercise",
    ] as const) {
      expect(canUpdate({ ...stale, problems: [...stale.problems, { kind, message: "" }] })).toBe(false);
    }
    expect(canUpdate(result(0, {}))).toBe(false);
  });

  test("stores text as lines and pictures as one string", () => {
    const output = {
      output_type: "display_data" as const,
      data: { "text/plain": "a\nb", "image/png": "AA\n", "a/b+json": { c: 1 } },
      metadata: {},
    };
    expect(storable(output)).toEqual({
      data: { "a/b+json": { c: 1 }, "image/png": "AA\n", "text/plain": ["a\n", "b"] },
      metadata: {},
      output_type: "display_data",
    });
  });
});

describe("clearing", () => {
  test("takes outputs and counts and leaves the rest", () => {
    const cleared = clearOutputs(odd, "odd");
    expect(parseNotebook(cleared, "odd").cells.map(cell => [cell.outputs, cell.execution_count])).toEqual([
      [[], null],
      [undefined, undefined],
      [[], null],
    ]);
    expect(cleared).toContain('"zoom": 1.0');
    expect(clearOutputs(cleared, "odd")).toBe(cleared);
  });

  test("names the files that had anything to clear", () => {
    const path = join(folder, "odd.ipynb");
    writeFileSync(path, odd);
    expect(clearNotebooks([folder])).toEqual([path]);
    expect(clearNotebooks([folder])).toEqual([]);
  });
});

test("an atomic write that fails leaves the old file and no other", () => {
  const path = join(folder, "here");
  writeFileSync(path, "old");
  expect(() => writeAtomically(join(path, "below"), "new")).toThrow();
  expect(readdirSync(folder)).toEqual(["here"]);
});

test("text and its lines are two forms of one value", () => {
  fc.assert(
    fc.property(fc.string(), value => {
      expect(text(lines(value))).toBe(value);
      expect(lines(value).every((line, i, all) => i === all.length - 1 || line.endsWith("\n"))).toBe(true);
    }),
  );
});

test.each([["{"], ["[]"], ['{"nbformat": 3, "worksheets": []}'], ['{"nbformat": 4}']])(
  "%s is no notebook, and the error says why",
  raw => {
    expect(() => parseNotebook(raw, "x.ipynb")).toThrow(/x\.ipynb: expected/);
  },
);

describe("collecting messages", () => {
  const stream = (words: string) => ({ header: { msg_type: "stream" }, content: { name: "stdout", text: words } });
  const display = (words: string, id?: string, type = "display_data") => ({
    header: { msg_type: type },
    content: { data: { "text/plain": words }, metadata: {}, ...(id ? { transient: { display_id: id } } : {}) },
  });
  const clear = (wait: boolean) => ({ header: { msg_type: "clear_output" }, content: { wait } });

  test("streams grow, and clearing empties now or with the next output", () => {
    const collector = new OutputCollector();
    collector.add(1, stream("a"));
    collector.add(1, stream("b"));
    expect(collector.outputs(1)).toEqual([{ output_type: "stream", name: "stdout", text: "ab" }]);
    collector.add(1, clear(true));
    expect(collector.outputs(1)).toHaveLength(1);
    collector.add(1, stream("c"));
    expect(collector.outputs(1)).toEqual([{ output_type: "stream", name: "stdout", text: "c" }]);
    collector.add(1, clear(false));
    expect(collector.outputs(1)).toEqual([]);
  });

  test("an update reaches every display of its id, in whichever cell", () => {
    const collector = new OutputCollector();
    collector.add(1, display("one", "id"));
    collector.add(2, display("two", "id"));
    collector.add(3, display("three", "id", "update_display_data"));
    const shown = [1, 2, 3].map(cell =>
      collector.outputs(cell).map(output => ("data" in output ? output.data["text/plain"] : "")),
    );
    expect(shown).toEqual([["three"], ["three"], []]);
  });

  test.each([
    ["a\rb", "b"],
    ["abc\rx", "xbc"],
    ["abc\b\bX", "aXc"],
    ["10%\r100%\ndone", "100%\ndone"],
    ["line\r\nnext", "line\nnext"],
    ["plain", "plain"],
  ])("%j is shown as %j", (sent, shown) => {
    expect(resolveControl(sent)).toBe(shown);
  });
});
