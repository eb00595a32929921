// Work that a notebook leaves behind: timers, servers, child processes that still run after its last cell. Such work can change outputs
// after the comparison, and keeps a kernel busy that looks idle. Node counts what keeps it alive; the kernel's own share is measured
// before the first cell.
import type { KernelSession } from "./kernel-session";
import type { Notebook } from "./notebook";

const MARK = "ftt-active-resources:";
// Typed loosely and kept on one line: it runs as a cell, before and after the notebook's own.
const QUESTION = `console.log(${JSON.stringify(MARK)} + JSON.stringify((globalThis as any).process.getActiveResourcesInfo()));`;

// A kernel that is idle answers in milliseconds; the first answer waits for its type checker.
const ANSWER_MS = 20_000;

/** What Node calls a thing that keeps it alive, in words. */
const words: Record<string, string> = {
  Timeout: "timer",
  Immediate: "immediate callback",
  ProcessWrap: "child process",
  TCPServerWrap: "TCP server",
  TCPSocketWrap: "TCP connection",
  PipeServerWrap: "pipe server",
  FSReqCallback: "file operation",
  FSEvent: "file watcher",
};

/**
 * Takes stock now; the function it returns compares with the stock at the end, and describes what is left over. Kernels of other languages
 * have no such count, and are watched for late output only.
 */
export async function leftoverProbe(
  session: KernelSession,
  notebook: Notebook,
): Promise<() => Promise<string | undefined>> {
  const { kernelspec, language_info } = notebook.metadata;
  const language = language_info?.name ?? kernelspec?.language ?? (await session.language);
  if (!/^(typescript|javascript)$/i.test(language)) return async () => undefined;
  const before = count(await session.ask(QUESTION, ANSWER_MS));
  if (before === undefined) return async () => undefined;
  return async () => {
    const answer = await session.ask(QUESTION, ANSWER_MS);
    if (answer === undefined)
      return session.lost
        ? undefined
        : `the kernel did not answer ${ANSWER_MS / 1000} s after its last cell: it is busy`;
    const after = count(answer) ?? new Map<string, number>();
    const more = [...after].filter(([kind, number]) => number > (before.get(kind) ?? 0));
    if (more.length === 0) return undefined;
    const list = more.map(([kind, number]) => `${number - (before.get(kind) ?? 0)} × ${words[kind] ?? kind}`);
    return `after the last cell there still is ${list.join(", ")}; end it in the cell that began it`;
  };
}

function count(answer: string | undefined): Map<string, number> | undefined {
  const line = answer?.split("\n").find(words => words.startsWith(MARK));
  if (line === undefined) return undefined;
  const counts = new Map<string, number>();
  for (const kind of JSON.parse(line.slice(MARK.length)) as string[]) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
