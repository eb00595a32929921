// Which cells are not run, and why: the reason is in every report, so that nothing is left out silently.
import { existsSync } from "node:fs";
import type { Rules } from "./compare/rules";
import { type Cell, tags } from "./notebook";
import type { CellResult } from "./results";

/** Whether this machine has a GPU that chapters can use: FTT_GPU=1 or 0 says so, else the driver's device file does. */
export function hasGpu(): boolean {
  if (process.env.FTT_GPU !== undefined) return process.env.FTT_GPU === "1";
  return existsSync("/dev/nvidia0");
}

/** What a cell that is not run reports, or undefined when it is to run. */
export function reasonToSkip(
  cell: Cell,
  rules: Rules,
  options: { skipSlow?: boolean; gpu?: boolean },
): Pick<CellResult, "status" | "reason" | "problems"> | undefined {
  const marks = tags(cell);
  const skipped = (reason: string) => ({ status: "skipped" as const, reason, problems: [] });
  if (marks.includes("skip")) {
    if (rules.skipReason) return skipped(rules.skipReason);
    const message = 'tagged skip without a reason; add "ftt": {"skip": "why"} to its metadata';
    return { status: "failed", problems: [{ kind: "metadata", message }] };
  }
  if (marks.includes("slow") && options.skipSlow) return skipped("slow, and slow cells are left out");
  if (marks.includes("gpu") && !(options.gpu ?? hasGpu())) return skipped("needs a GPU, and this machine has none");
  return undefined;
}
