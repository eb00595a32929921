// The stored JSON of one figure per verb. A change here is a change of every notebook that draws one: it must be meant.
// After a change that is meant: UPDATE_GOLDEN=1 npx jest tests/lib/plot/golden
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GALLERY } from "./gallery";

const folder = join(__dirname, "golden");
const update = process.env.UPDATE_GOLDEN === "1";

/** One attribute a line, lists of values on one line: a change shows as the lines it changes. */
function print(value: unknown): string {
  const lists = /\[\s+((?:(?:-?[\d.e+-]+|null|true|false|"[^"\n]*"),?\s+)+)\]/g;
  return `${JSON.stringify(value, null, 1).replace(lists, (_, items: string) => `[${items.trim().replace(/,\s+/g, ", ")}]`)}\n`;
}

describe("the JSON of a figure stays what it was", () => {
  for (const [name, make] of Object.entries(GALLERY)) {
    it(`for ${name}`, () => {
      const figure = make();
      // What a notebook stores went through JSON: undefined attributes vanish, numbers print as they will be read.
      const { layout, data } = JSON.parse(JSON.stringify(figure)) as { layout: { template?: unknown }; data: unknown };
      delete layout.template;
      const now = print({ text: figure.text().split("\n"), layout, data });
      const file = join(folder, `${name}.golden`);
      if (update) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, now);
      }
      expect(JSON.parse(now)).toEqual(JSON.parse(readFileSync(file, "utf8")));
    });
  }
});
