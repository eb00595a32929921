// `ftt html`: pages as a reader should see them.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { htmlCommand } from "./html-command";
import { projectRoot } from "./project";

test("a chapter and its solutions get pages of their own, without the code that is hidden from readers", async () => {
  const output = mkdtempSync(join(tmpdir(), "ftt-html-"));
  const fixtures = join(projectRoot, "notebooks");
  const chapter = join(fixtures, "03-neural-network.ipynb");
  const solutions = join(fixtures, "solutions", "03-neural-network.ipynb");
  const said = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    expect(await htmlCommand([chapter, solutions], { output }, new AbortController().signal)).toBe(0);
    const page = readFileSync(join(output, "03-neural-network.html"), "utf8");
    expect(page).toContain("A simple neural network");
    expect(page).not.toContain("the chapter promises");
    // Formulas are set, and nothing waits for a program from the network.
    expect(page).toContain('<span class="katex">');
    expect(page).not.toMatch(/<p>[^<]*\$[^$<]+\$/);
    expect(page).not.toMatch(/<script[^>]*\ssrc=/);
    expect(page).not.toMatch(/cdnjs|cdn\./i);
    expect(readFileSync(join(output, "solutions", "03-neural-network.html"), "utf8")).toContain("solutions");
  } finally {
    said.mockRestore();
    rmSync(output, { recursive: true, force: true });
  }
}, 120_000);
