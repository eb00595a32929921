// The kernel as a student meets it: a headless Chromium opens a notebook in JupyterLab, runs cells, completes, asks what a name
// is, presses Stop, restarts, and looks at rich output. Screenshots go to .ftt/screenshots for people to look at.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { ensureChromium, launchBrowser } from "../browser";
import { kernelIs, openNotebook, promptOf, runCell, runCellToEnd } from "./lab-page";
import { type LabServer, notebook, startLab } from "./lab-server";
import { ours, repository } from "./targets";

const chromium = ensureChromium();
if (chromium === undefined) {
  process.stderr.write(
    "\nSKIPPED: tests/kernel/lab.test.ts needs a Chromium (chromium or google-chrome on PATH); none is here.\n\n",
  );
}

const cells = [
  "/** How far each step goes. */\nconst learningRate: number = 0.1;\nconst losses = [3, 2, 1].map(x => x * learningRate);\nconsole.log('losses', losses);\nlosses.length",
  "learningR",
  "let steps = 0;\nconsole.log('running');\nfor (;;) steps++;",
  "console.log(steps > 0 ? 'kept' : 'lost')",
  'import * as tslab from \'tslab\';\ntslab.display.html(\'<b id="rich">bold</b>\');\ntslab.display.svg(\'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><circle cx="30" cy="30" r="25" fill="teal"/></svg>\');\ntslab.display.markdown(\'*stressed* $e^{i\\\\pi}$\');\n[{ epoch: 1, loss: 0.5 }, { epoch: 2, loss: 0.25 }]',
  "const wrong: number = 'text'",
  "function fail(reason: string): never {\n  throw new RangeError(reason)\n}\nfail('on purpose')",
];

const screenshots = join(repository, ".ftt", "screenshots");
const cellMs = 20_000;

(chromium === undefined ? describe.skip : describe)("in JupyterLab", () => {
  let lab: LabServer;
  let browser: Browser;
  let page: Page;

  const cell = (index: number): Locator => page.locator(".jp-Notebook .jp-CodeCell").nth(index);
  const output = (index: number): Locator => cell(index).locator(".jp-Cell-outputArea");
  const prompt = (index: number): Locator => promptOf(cell(index));
  /** Tab completes once JupyterLab has seen that there is something before the cursor; before that it indents. */
  const pressTab = async (index: number) => {
    await cell(index).locator(".jp-mod-completer-enabled").first().waitFor({ state: "attached", timeout: cellMs });
    await page.keyboard.press("Tab");
  };
  const edit = async (index: number) => cell(index).locator(".cm-content").first().click();
  const run = (index: number) => runCellToEnd(page, cell(index));
  const shows = (index: number, text: string | RegExp) =>
    output(index).filter({ hasText: text }).waitFor({ timeout: cellMs });
  /** The cell has a number and no star: it has ended. */
  const ended = (index: number) =>
    prompt(index)
      .filter({ hasText: /\[\d+\]/ })
      .waitFor({ timeout: cellMs });
  const screenshot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`) });

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    lab = await startLab((await ours()).spec, { "demo.ipynb": notebook(cells) });
    browser = await launchBrowser(chromium!);
    page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    await openNotebook(page, lab.url("demo.ipynb"));
    await cell(cells.length - 1).waitFor({ timeout: 60_000 });
  }, 150_000);

  afterAll(async () => {
    await browser?.close();
    lab?.stop();
  }, 30_000);

  test("a cell runs and shows its output and its value", async () => {
    await run(0);
    await shows(0, "losses [ 0.3");
    await ended(0);
    expect(await output(0).locator(".jp-OutputArea-executeResult").innerText()).toContain("3");
  });

  test("Tab completes a name of an earlier cell, and a member of it", async () => {
    const editor = cell(1).locator(".cm-content");
    const list = page.locator(".jp-Completer:not(.lm-mod-hidden)");
    await edit(1);
    await page.keyboard.press("End");
    for (const [typed, completed] of [
      ["", "learningRate"],
      [".toF", "learningRate.toFixed"],
    ] as const) {
      await page.keyboard.insertText(typed);
      await pressTab(1);
      // A single match is put in at once; several are offered in a list.
      const done = editor.filter({ hasText: completed });
      await done.or(list).first().waitFor({ timeout: cellMs });
      if (await list.isVisible()) await page.keyboard.press("Enter");
      await done.waitFor({ timeout: cellMs });
    }
  });

  test("a list of completions opens below the cursor", async () => {
    await edit(1);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("losses.");
    await pressTab(1);
    const list = page.locator(".jp-Completer:not(.lm-mod-hidden)");
    await list.filter({ hasText: "concat" }).waitFor({ timeout: cellMs });
    await screenshot("lab-complete");
    await page.keyboard.press("Escape");
  });

  test("Shift+Tab tells what a name is", async () => {
    await edit(1);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("learningRate");
    await page.keyboard.press("Shift+Tab");
    const tooltip = page.locator(".jp-Tooltip");
    await tooltip.filter({ hasText: "const learningRate: number" }).waitFor({ timeout: cellMs });
    await tooltip.filter({ hasText: "How far each step goes" }).waitFor({ timeout: cellMs });
    await screenshot("lab-inspect");
    await page.keyboard.press("Escape");
  });

  test("Stop ends an endless loop within two seconds, and its variables are kept", async () => {
    await runCell(page, cell(2));
    await shows(2, "running");
    const pressed = performance.now();
    await page
      .locator(
        '.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"], .jp-NotebookPanel-toolbar [title^="Interrupt the kernel"]',
      )
      .first()
      .click();
    await ended(2);
    // Half a second for the kernel (tests/kernel/features/stop.ts holds it to that), the rest for browser and server.
    expect(performance.now() - pressed).toBeLessThan(2000);
    await shows(2, /interrupt|stopp/i);
    await screenshot("lab-stop");
    await run(3);
    await shows(3, "kept");
  });

  test("HTML, SVG, Markdown with mathematics and a table are drawn", async () => {
    await run(4);
    await ended(4);
    await output(4).locator("b#rich").waitFor({ timeout: cellMs });
    await output(4)
      .locator("svg circle, img[src^='data:image/svg']")
      .first()
      .waitFor({ timeout: cellMs, state: "attached" });
    await output(4).locator("em", { hasText: "stressed" }).waitFor({ timeout: cellMs });
    await output(4).locator("mjx-container").first().waitFor({ timeout: cellMs });
    await output(4).locator("table td", { hasText: "0.25" }).first().waitFor({ timeout: cellMs });
    await output(4).scrollIntoViewIfNeeded();
    await screenshot("lab-rich");
  });

  test("a type error and an exception are shown with their place", async () => {
    await run(5);
    await shows(5, /2322/);
    await shows(5, /Type 'string' is not assignable to type 'number'/);
    await run(6);
    await shows(6, /RangeError: on purpose/);
    await shows(6, /line 2|:2/);
    await cell(6).scrollIntoViewIfNeeded();
    await screenshot("lab-errors");
  });

  test("a restart forgets the variables, and cells run again", async () => {
    await page
      .locator(
        '.jp-NotebookPanel-toolbar [data-command="kernelmenu:restart"], .jp-NotebookPanel-toolbar [title^="Restart the kernel"]',
      )
      .first()
      .click();
    const restarted = page.waitForResponse(response => /\/api\/kernels\/[^/]+\/restart/.test(response.url()));
    await page.locator(".jp-Dialog .jp-mod-accept").click();
    await page.locator(".jp-Dialog").waitFor({ state: "detached", timeout: cellMs });
    await restarted;
    await kernelIs(page, "idle");
    await run(3);
    await shows(3, /steps/);
    await run(0);
    await shows(0, "losses [ 0.3");
    await prompt(0).filter({ hasText: "[2]" }).waitFor({ timeout: cellMs });
    await screenshot("lab-restart");
  });
});
