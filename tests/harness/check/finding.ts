// What `ftt check` finds: where it is and what rule it breaks.

export interface Finding {
  /** The notebook, as messages call it. */
  notebook: string;
  /** The cell, as messages call it; absent for the notebook as a whole. */
  cell?: string;
  /** Line inside the cell, from 1. */
  line?: number;
  /** `types`, `lint`, `nbformat`, `outputs`, `woven`, `exercises`, `python`, or a craft rule such as `craft/long-cell`. */
  rule: string;
  message: string;
  /** Advice does not fail the check unless it is strict. */
  severity: "error" | "advice";
}

export function findingLine({ notebook, cell, line, rule, message, severity }: Finding): string {
  const place = [notebook, cell, line === undefined ? undefined : `line ${line}`].filter(Boolean).join(": ");
  return `${place}: ${severity === "advice" ? "advice: " : ""}${message} (${rule})`;
}
