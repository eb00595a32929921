// The first thing that a newcomer does, done for real: `npm start`, open the chapter in a browser, run all of it, and look. The picture of
// it goes to .ftt/screenshots.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { ensureChromium, launchBrowser } from "../browser";
import { ROOT } from "./checkout";

const chromium = ensureChromium();
if (!chromium)
  process.stderr.write("\nSKIPPED: tests/cli/start.test.ts needs a Chromium on the PATH; none is here.\n\n");

const RUN_MS = 20 * 60_000; // two minutes on an idle machine; a busy one may take ten times as long

/** What the chapter must show, under the name of the picture that is taken of it. */
const SHOWN = {
  digits: "The first 24 training digits",
  curve: "Loss while training",
  accuracy: "test accuracy: 98 %",
};

let lab: ChildProcess | undefined;
let browser: Browser | undefined;

afterAll(async () => {
  await browser?.close();
  if (lab?.exitCode === null) {
    const ended = new Promise(resolve => lab!.once("exit", resolve));
    lab.kill("SIGTERM");
    await ended;
  }
});

(chromium ? test : test.skip)(
  "npm start serves a JupyterLab in which the chapter runs to its end and shows the curve and the digits",
  async () => {
    const { url, token } = await start();
    browser = await launchBrowser(chromium!);
    const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    // What the reader would save stays unsaved here: the checkout's notebook is not this test's to change.
    await page.route("**/api/contents/**", route =>
      route.request().method() === "PUT" ? route.abort() : route.continue(),
    );
    await page.goto(`${url}/lab/tree/03-neural-network.ipynb?token=${token}&reset`);
    const panel = page
      .locator(".jp-NotebookPanel")
      .filter({ has: page.locator(".jp-NotebookPanel-toolbar", { hasText: "TypeScript" }) });
    await panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").waitFor({ timeout: 120_000 });

    await page.getByRole("menuitem", { name: "Kernel" }).click();
    await page.getByText("Restart Kernel and Run All Cells", { exact: false }).click();
    await page.locator(".jp-Dialog-button.jp-mod-warn, .jp-Dialog-button.jp-mod-accept").last().click();

    // The first cell's number goes first, which shows that the saved outputs are gone; then the kernel works until it is idle at the end.
    await panel.locator(".jp-Notebook-ExecutionIndicator[data-status=busy]").waitFor({ timeout: 60_000 });
    await page.waitForFunction(lastCellRan, undefined, { timeout: RUN_MS, polling: 500 });

    expect(await panel.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count()).toBe(0);
    mkdirSync(join(ROOT, ".ftt", "screenshots"), { recursive: true });
    for (const [picture, title] of Object.entries(SHOWN)) {
      const output = await scrollTo(page, title);
      // Text is there at once; of a figure, Plotly's own drawing is meant, not the saved picture.
      if (picture === "accuracy") await output.waitFor({ timeout: 20_000 });
      else await output.locator(".main-svg").first().waitFor({ timeout: 20_000 });
      await page.screenshot({ path: join(ROOT, ".ftt", "screenshots", `start-${picture}.png`) });
    }
  },
  RUN_MS + 240_000,
);

/** Scrolls from the top until the output that holds this text is there: JupyterLab keeps what is out of sight out of the document. */
async function scrollTo(page: Page, text: string): Promise<Locator> {
  const output = page.locator(".jp-OutputArea-output", { hasText: text }).first();
  const notebook = page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer");
  await notebook.evaluate(element => element.scrollTo(0, 0));
  for (let screen = 0; screen < 150; screen++) {
    if ((await output.count()) > 0) {
      await output.scrollIntoViewIfNeeded();
      return output;
    }
    await notebook.evaluate(element => element.scrollBy(0, 400));
    await page.waitForTimeout(250); // JupyterLab lays cells out as they come into sight, and says nothing when it is done
  }
  throw new Error(`no output in the notebook holds "${text}"`);
}

/**
 * In the page: scrolls to the end, and tells whether the last code cell has its number. Cells run in order, so that then all have run; a kernel
 * that is idle would not say so, since it is idle for a moment between two cells.
 */
function lastCellRan(): boolean {
  const notebook = document.querySelector(".jp-NotebookPanel .jp-WindowedPanel-outer");
  notebook?.scrollTo(0, notebook.scrollHeight);
  const prompts = [...document.querySelectorAll(".jp-NotebookPanel .jp-CodeCell .jp-InputArea-prompt")];
  return /^\[\d+\]:$/.test(prompts.at(-1)?.textContent ?? "");
}

/** `npm start -- --no-browser --port N`, until it prints its address. */
async function start(): Promise<{ url: string; token: string }> {
  const port = await freePort();
  const args = [join(ROOT, "cli", "ftt.mjs"), "lab", "--no-browser", "--port", String(port)];
  lab = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  return new Promise((resolve, reject) => {
    for (const stream of [lab!.stdout!, lab!.stderr!])
      stream.on("data", chunk => {
        output += chunk;
        const address = /JupyterLab is ready: (\S+)\/lab\?token=(\w+)/.exec(output);
        if (address) resolve({ url: address[1]!, token: address[2]! });
      });
    lab!.once("exit", code => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
