// A figure as a student meets it: alive in JupyterLab, and still there in nbconvert's HTML without a network.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { DISPLAY, DISPLAY_METADATA } from "../../../lib/plot/types";
import { ensureChromium, launchBrowser } from "../../browser";
import { openNotebook, runCellToEnd, runCellUntil } from "../../kernel/lab-page";
import { type LabServer, notebook, startLab } from "../../kernel/lab-server";
import { ours, repository } from "../../kernel/targets";
import { GALLERY } from "./gallery";

const chromium = ensureChromium();
const jupyter = join(repository, ".venv", "bin", "jupyter");
const missing =
  chromium === undefined ? "a Chromium" : existsSync(jupyter) ? undefined : "the virtual environment of `ftt setup`";
if (missing) process.stderr.write(`\nSKIPPED: tests/lib/plot/notebook.test.ts needs ${missing}; it is not here.\n\n`);
const suite = missing ? describe.skip : describe;
const screenshots = join(repository, ".ftt", "screenshots");

suite("a figure in a notebook", () => {
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await launchBrowser(chromium!);
  }, 60_000);
  afterAll(() => browser?.close());

  it("grows in JupyterLab while its loop runs, and ends with all of its points", async () => {
    let lab: LabServer | undefined;
    try {
      const library = join(repository, "lib", "plot", "index.ts");
      const cell = [
        `import * as plot from ${JSON.stringify(library)};`,
        "const live = plot.liveCurves({ title: 'growing', xLabel: 'step', yLabel: 'loss' });",
        "live.add(0, { train: 9 }); live.add(1, { train: 8 });",
        "await input('first? ');",
        "for (let step = 2; step < 10; step++) live.add(step, { train: 9 - step });",
        "await live.done();",
      ].join("\n");
      lab = await startLab((await ours()).spec, { "live.ipynb": notebook([cell]) });
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      await openNotebook(page, lab.url("live.ipynb"));
      const code = page.locator(".jp-Notebook .jp-CodeCell").first();
      // The first frame is drawn before the loop goes on: an update has to change a figure that stands there already.
      const points = code.locator(".jp-RenderedPlotly .scatterlayer .trace .points path");
      await runCellUntil(page, code, points.first());
      const before = await points.count();
      await code.locator(".jp-Stdin-input").press("Enter");
      await page.waitForFunction(
        count =>
          document.querySelectorAll(".jp-RenderedPlotly .scatterlayer .trace .points path").length >
          (count as number) + 6,
        before,
        { timeout: 30_000 },
      );
    } finally {
      lab?.stop();
    }
  }, 240_000);

  it("is interactive in JupyterLab: hovering tells the value", async () => {
    let lab: LabServer | undefined;
    try {
      const library = join(repository, "lib", "plot", "index.ts");
      const cell = `import * as plot from ${JSON.stringify(library)};\nplot.bar({ MLP: 97.91, CNN: 99.23 }, { title: "Accuracy" })`;
      lab = await startLab((await ours()).spec, { "figure.ipynb": notebook([cell]) });
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      await openNotebook(page, lab.url("figure.ipynb"));
      const code = page.locator(".jp-Notebook .jp-CodeCell").first();
      await runCellToEnd(page, code);
      const plotly = page.locator(".jp-RenderedPlotly").first();
      await plotly.waitFor({ timeout: 60_000 }).catch(async (error: Error) => {
        await page.screenshot({ path: join(screenshots, "lab-figure-failed.png") });
        throw new Error(`${error.message}\nThe cell shows: ${await code.innerText()}`);
      });
      const bar = plotly.locator(".barlayer .point path").first();
      await bar.waitFor({ timeout: 20_000 });
      const box = (await bar.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
      const hover = plotly.locator(".hoverlayer .hovertext");
      await hover.first().waitFor({ timeout: 20_000 });
      expect(await plotly.locator(".hoverlayer").textContent()).toContain("97.91");
      await page.screenshot({ path: join(screenshots, "lab-figure.png") });
    } finally {
      lab?.stop();
    }
  }, 240_000);

  it("is a still in nbconvert's HTML with the network off", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ftt-stills-"));
    try {
      const names = ["line", "heatmap", "surface", "images"];
      const document = JSON.parse(notebook(names.map(name => `// ${name}`))) as { cells: { outputs: unknown[] }[] };
      for (const [i, name] of names.entries()) {
        document.cells[i]!.outputs = [
          {
            output_type: "display_data",
            metadata: GALLERY[name]!()[DISPLAY_METADATA](),
            data: await GALLERY[name]!()[DISPLAY](),
          },
        ];
      }
      writeFileSync(join(folder, "stills.ipynb"), JSON.stringify(document));
      const out = spawnSync(jupyter, ["nbconvert", "--to", "html", "stills.ipynb"], { cwd: folder, encoding: "utf8" });
      expect([out.status, out.status === 0 ? "" : out.stderr]).toEqual([0, ""]);
      const page = await browser.newPage({ viewport: { width: 1000, height: 2200 } });
      await page.context().setOffline(true);
      await page.goto(pathToFileURL(join(folder, "stills.html")).href, { waitUntil: "domcontentloaded" });
      const pictures = await page
        .locator(".jp-OutputArea-output img")
        .evaluateAll(all => (all as HTMLImageElement[]).map(image => [image.complete, image.naturalWidth > 400]));
      expect(pictures).toEqual(names.map(() => [true, true]));
      await page.screenshot({ path: join(screenshots, "nbconvert-figures.png") });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
