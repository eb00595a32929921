// What a test does in JupyterLab, without races: a notebook counts as open when its kernel is idle, and a cell counts as asked to run when
// its prompt says so. Keystrokes go to whatever has the focus, which JupyterLab moves while it loads; so cells are run from the menu, by
// the command that the keystroke stands for.
import type { Locator, Page } from "playwright-core";
import { eventually } from "./client/deadline";

const READY_MS = 60_000;
const RUN_MS = 20_000;

/** Opens the notebook and waits until its kernel has started and waits for work. */
export async function openNotebook(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: READY_MS });
  await kernelIs(page, "idle", READY_MS);
}

/** Waits until the notebook's toolbar shows the kernel in this state. */
export async function kernelIs(page: Page, state: "idle" | "busy", timeout = RUN_MS): Promise<void> {
  await page
    .locator(`.jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator[data-status="${state}"]`)
    .first()
    .waitFor({ timeout, state: "attached" });
}

/** The cell's prompt: "[ ]:", "[*]:", "[3]:". */
export function promptOf(cell: Locator): Locator {
  return cell.locator(".jp-InputArea-prompt");
}

/** Asks for the cell to be run, and again until its prompt shows that the request has arrived. */
export async function runCell(page: Page, cell: Locator): Promise<void> {
  const before = await promptOf(cell).innerText();
  await eventually(RUN_MS, `the prompt of the cell to change from ${JSON.stringify(before)}`, async () => {
    await cell.locator(".cm-content").first().click();
    await page.locator(".jp-Notebook .jp-Cell.jp-mod-active").and(cell).waitFor({ timeout: RUN_MS });
    await page.locator(".lm-MenuBar-item", { hasText: /^Run$/ }).click();
    await page.locator('.lm-Menu-item[data-command="notebook:run-cell"]:not(.lm-mod-disabled)').click();
    return changes(promptOf(cell), before);
  });
}

/** Whether the text becomes another one within a moment: JupyterLab shows the star as soon as it sends the request. */
async function changes(prompt: Locator, before: string): Promise<boolean> {
  return eventually(2000, "another prompt", async () => (await prompt.innerText()) !== before).then(
    () => true,
    () => false,
  );
}

/**
 * Runs the cell to its end. A request that is lost on the way (JupyterLab drops those that meet a connection being made anew) leaves the
 * prompt empty, and is made again.
 */
export async function runCellToEnd(page: Page, cell: Locator, timeout = RUN_MS * 3): Promise<void> {
  await eventually(timeout, "the cell to have run to its end", async () => {
    await runCell(page, cell);
    const ended = await eventually(timeout, "the cell to end", async () => {
      const prompt = await promptOf(cell).innerText();
      return prompt.includes("*") ? undefined : prompt;
    });
    return /\d/.test(ended);
  });
}

/** Runs the cell until this is to be seen while it runs on; a request that is lost on the way is made again, as by runCellToEnd. */
export async function runCellUntil(page: Page, cell: Locator, shown: Locator, timeout = RUN_MS * 3): Promise<void> {
  await eventually(timeout, "the running cell to show what it was asked for", async () => {
    await runCell(page, cell);
    return eventually(timeout, "an output, or the end of the cell", async () => {
      if (await shown.isVisible()) return "shown";
      return (await promptOf(cell).innerText()).includes("*") ? undefined : "ended";
    }).then(state => state === "shown");
  });
}
