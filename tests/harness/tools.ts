// Programs of npm packages that the harness runs: found in the checkout, run by this Node, with all of their output kept.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project";

export interface ToolResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs `script` of an installed package and waits for it; a failing status is a result, not an error. */
export async function runTool(
  script: string,
  args: string[],
  options: { cwd?: string; input?: string } = {},
): Promise<ToolResult> {
  const child = spawn(process.execPath, [join(projectRoot, "node_modules", script), ...args], {
    cwd: options.cwd ?? projectRoot,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const result = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (words: string) => {
    result.stdout += words;
  });
  child.stderr.setEncoding("utf8").on("data", (words: string) => {
    result.stderr += words;
  });
  // A tool that ends before it has read its input closes the pipe; its status tells the rest.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const status = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", code => done(code ?? 1));
  });
  return { status, ...result };
}
