// Where output goes: to the notebook when a kernel runs us, else to the terminal. The kernel announces itself under a global symbol, so
// that this library never imports it.

import type { MimeBundle } from "../types";

/** What the kernel offers to libraries. */
export interface NotebookHost {
  display(bundle: MimeBundle, options?: { metadata?: Record<string, unknown>; displayId?: string }): void;
  update(displayId: string, bundle: MimeBundle, metadata?: Record<string, unknown>): void;
  clear(wait?: boolean): void;
  readonly signal?: AbortSignal;
  interrupted(): boolean;
}

export function notebookHost(): NotebookHost | undefined {
  return (globalThis as Record<symbol, unknown>)[Symbol.for("fromthetensor.jupyter")] as NotebookHost | undefined;
}

export function showBundle(bundle: MimeBundle, metadata?: Record<string, unknown>): void {
  const host = notebookHost();
  if (host) host.display(bundle, metadata ? { metadata } : {});
  else process.stdout.write(`${String(bundle["text/plain"] ?? "")}\n`);
}

let nextId = 0;

/** An id for an output that will be updated: unique within the process and, by its time, across restarts of a kernel. */
export function freshDisplayId(kind: string): string {
  return `fromthetensor-${kind}-${Date.now().toString(36)}-${nextId++}`;
}
