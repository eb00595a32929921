// Colab's and Kaggle's notebooks where nothing is installed: a clean Debian root in which a plain user has Python without ensurepip (as on
// both services), pip, git and a stock Jupyter, no Node, and an empty folder. The notebooks clone, install and run for real.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Notebook, parseNotebook, text } from "../harness/notebook";
import { type CleanRoot, makeCleanRoot, reasonAgainst } from "./clean-root";

const reason = reasonAgainst();
if (reason) test.skip(`the notebooks in a clean root: ${reason}`, () => {});
else
  describe("on a machine without Node", () => {
    let root: CleanRoot;
    const work = "/home/student/content";
    const path = { PATH: "/home/student/.local/bin:/usr/bin:/bin" };

    // Making the root takes minutes the first time, and is kept.
    beforeAll(async () => {
      root = makeCleanRoot({ packages: ["python3", "python3-pip", "git"] });
      await succeed(
        `git init -q . && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm all && mkdir ${work}`,
      );
      // What the services have: a Jupyter beside the system's Python. Their pip may install there without being asked twice.
      await succeed("python3 -m pip install --quiet --user ipykernel nbconvert", { PIP_BREAK_SYSTEM_PACKAGES: "1" });
      expect((await root.run("python3 -c 'import ensurepip'")).stderr).toContain("No module named 'ensurepip'");
      expect((await root.run("command -v node npm")).code).not.toBe(0);
    }, 900_000);
    afterAll(() => root?.dispose());

    async function succeed(command: string, env: Record<string, string> = {}) {
      const { code, stdout, stderr } = await root.run(command, { env: { ...path, ...env } });
      if (code !== 0) throw new Error(`expected success of: ${command}\n${`${stdout}${stderr}`.slice(-3000)}`);
      return stdout;
    }

    /** Sets REPO in a copy of the notebook, as its reader does, and runs all. */
    async function runAll(name: string): Promise<Notebook> {
      const repository = `file://${root.checkout}`;
      const script = `
import json
from pathlib import Path
notebook = json.loads(Path("notebooks/${name}.ipynb").read_text())
first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
first["source"] = [line.replace('REPO = ""', 'REPO = ${JSON.stringify(repository)}') for line in first["source"]]
Path("${work}/${name}.ipynb").write_text(json.dumps(notebook))`;
      await succeed(`python3 - <<'END'${script}\nEND`);
      await succeed(
        `cd ${work} && python3 -m nbconvert --to notebook --execute --output ${name}-done.ipynb ${name}.ipynb`,
      );
      return parseNotebook(readFileSync(join(root.folder, work, `${name}-done.ipynb`), "utf8"), name);
    }

    const printed = (notebook: Notebook, id: string) =>
      notebook.cells
        .find(cell => cell.id === id)!
        .outputs!.map(output => ("text" in output ? text(output.text) : ""))
        .join("");

    test("Colab's notebook clones the course, brings Node from PyPI, and ends with our kernel's answer over IPC", async () => {
      const done = await runAll("colab-setup");
      expect(printed(done, "kernel")).toMatch(/^Node is missing; getting it from PyPI/);
      expect(printed(done, "ask")).toBe("TypeScript answers: the slope of x² at 3 is 6.\n");
      // What Colab does with a chapter then: the kernel that its metadata names, started over IPC from Colab's folder.
      const script = `
import sys
from jupyter_client import KernelManager
manager = KernelManager(kernel_name="tslab", transport="ipc")
manager.start_kernel()
client = manager.blocking_client()
client.start_channels()
client.wait_for_ready(timeout=60)
client.execute_interactive('import { readdirSync } from "node:fs"; console.log(readdirSync("../data/checkpoints").length > 0)', timeout=60)
client.stop_channels()
manager.shutdown_kernel(now=True)`;
      expect(await succeed(`cd ${work} && python3 - <<'END'${script}\nEND`)).toContain("true");
    }, 600_000);

    test("Kaggle's notebook makes a virtual environment without ensurepip, runs a chapter and shows its figures", async () => {
      const done = await runAll("kaggle-launcher");
      expect(printed(done, "run")).toContain(
        "This Python cannot make virtual environments; getting virtualenv from PyPI",
      );
      const shown = done.cells.find(({ id }) => id === "show")!.outputs!;
      const saved = parseNotebook(readFileSync(join(__dirname, "../../notebooks/01-tensors.ipynb"), "utf8"), "saved");
      const figures = (outputs: NonNullable<Notebook["cells"][number]["outputs"]>) =>
        outputs.filter(output => "data" in output && "image/png" in output.data).length;
      expect(figures(shown)).toBe(saved.cells.reduce((sum, { outputs }) => sum + figures(outputs ?? []), 0));
    }, 600_000);
  });
