// Jupyter's own conformance suite against our kernel, started by Jupyter's own client from the kernelspec that we install.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ours, repository } from "./targets";

const python = join(repository, ".venv", "bin", "python");
const suite = join(__dirname, "conformance", "kernel_conformance.py");

interface Verdict {
  test: string;
  verdict: string;
}

/** unittest prints `test_name (path) ... ok` a line each; a test with subtests that failed has no such line of its own. */
function verdicts(log: string): Verdict[] {
  const finished = [...log.matchAll(/^(test_\w+) .*?\.\.\. (ok|skipped.*|FAIL|ERROR)$/gm)];
  const failed = [...log.matchAll(/^(?:FAIL|ERROR): (test_\w+) /gm)];
  const seen = finished.map(match => ({ test: match[1]!, verdict: match[2]! }));
  return [...seen, ...failed.map(match => ({ test: match[1]!, verdict: "FAIL" }))];
}

describe("Jupyter's conformance suite", () => {
  let log = "";
  let status: number | null = null;
  let found: Verdict[] = [];

  beforeAll(async () => {
    const { spec } = await ours();
    if (!existsSync(python) || spawnSync(python, ["-c", "import jupyter_kernel_test"]).status !== 0) {
      throw new Error(
        `expected jupyter_kernel_test in .venv; install it with "ftt setup" or .venv/bin/pip install -r cli/requirements-dev.txt`,
      );
    }
    const prefix = mkdtempSync(join(tmpdir(), "ftt-conformance-"));
    try {
      const kernels = join(prefix, "kernels", "tslab");
      mkdirSync(kernels, { recursive: true });
      writeFileSync(join(kernels, "kernel.json"), JSON.stringify(spec));
      cpSync(suite, join(prefix, "kernel_conformance.py"));
      const run = spawnSync(python, [join(prefix, "kernel_conformance.py")], {
        cwd: prefix,
        encoding: "utf8",
        env: {
          ...process.env,
          KERNEL_NAME: "tslab",
          JUPYTER_PATH: prefix,
          JUPYTER_PLATFORM_DIRS: "1",
          NODE_OPTIONS: "",
        },
        timeout: 150_000,
      });
      log = `${run.stdout}${run.stderr}`;
      status = run.status;
      found = verdicts(log);
    } finally {
      rmSync(prefix, { recursive: true, force: true });
    }
  }, 180_000);

  const expected = [
    "test_clear_output",
    "test_completion",
    "test_display_data",
    "test_error",
    "test_execute_result",
    "test_execute_stderr",
    "test_execute_stdout",
    "test_history",
    "test_inspect",
    "test_is_complete",
    "test_kernel_info",
  ];

  test.each(expected)("%s passes", name => {
    const own = found.filter(verdict => verdict.test === name);
    if (own.length === 0 || own.some(verdict => verdict.verdict !== "ok"))
      throw new Error(`${name}: ${JSON.stringify(own)}\n${log}`);
  });

  test("nothing else fails, and only the pager is skipped", () => {
    expect(found.filter(verdict => verdict.verdict.startsWith("skipped")).map(verdict => verdict.test)).toEqual([
      "test_pager",
    ]);
    expect({ status, log: status === 0 ? "" : log }).toEqual({ status: 0, log: "" });
  });
});
