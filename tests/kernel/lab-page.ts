// What a test does in JupyterLab, without races: a notebook counts as open when its kernel has answered, and a cell counts as asked to run
// when its prompt says so. Keystrokes go to whatever has the focus, which JupyterLab moves while it loads; so cells are run from the menu, by
// the command that the keystroke stands for.
import type { Locator, Page } from "playwright-core";
import { eventually } from "./client/deadline";

const READY_MS = 60_000;
const RUN_MS = 20_000;

interface JupyterLab {
  shell: {
    currentWidget: {
      context?: {
        sessionContext: {
          isReady: boolean;
          session: { kernel: { status: string; connectionStatus: string } | null } | null;
        };
      };
    } | null;
  };
}

/**
 * Opens the notebook and waits until its kernel has started and waits for work. The toolbar's indicator says "idle" from the beginning,
 * before there is a kernel; a cell that is run then has JupyterLab start one beside the one that it is starting anyway, and with the first
 * of the two its request is gone: the prompt goes to "[*]" and back to "[ ]".
 */
export async function openNotebook(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: READY_MS });
  await page.waitForFunction(
    () => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp?: JupyterLab };
      const session = jupyterapp?.shell.currentWidget?.context?.sessionContext;
      const kernel = session?.session?.kernel;
      return session?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
    },
    undefined,
    { timeout: READY_MS },
  );
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

/** Runs the cell to its end. */
export async function runCellToEnd(page: Page, cell: Locator, timeout = RUN_MS * 3): Promise<void> {
  await runCell(page, cell);
  const ended = await eventually(timeout, "the cell to end", async () => {
    const prompt = await promptOf(cell).innerText();
    return prompt.includes("*") ? undefined : prompt;
  });
  if (!/\d/.test(ended))
    throw new Error(`expected the cell to have run, its prompt is ${JSON.stringify(ended)}: its request was lost`);
}

/** Runs the cell until this is to be seen while it runs on. */
export async function runCellUntil(page: Page, cell: Locator, shown: Locator, timeout = RUN_MS * 3): Promise<void> {
  await runCell(page, cell);
  await eventually(timeout, "the running cell to show what it was asked for", async () => {
    if (await shown.isVisible()) return true;
    const prompt = await promptOf(cell).innerText();
    if (!prompt.includes("*"))
      throw new Error(
        `expected the cell to run on, its prompt is ${JSON.stringify(prompt)}: it ended, or its request was lost`,
      );
    return false;
  });
}
