// The hosted services' set-ups in clean Debian roots, as a plain user, for real: Colab's and Kaggle's notebooks where there is Python without
// ensurepip (as on both services), pip, git and a stock Jupyter, no Node, and an empty folder; Codespaces' command where there is what its image has.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ROOT } from "../cli/checkout";
import { type Notebook, parseNotebook, text } from "../harness/notebook";
import { type CleanRoot, makeCleanRoot, reasonAgainst } from "./clean-root";

const reason = reasonAgainst();
if (reason) test.skip(`hosted set-ups in a clean root: ${reason}`, () => {});
else {
  let root: CleanRoot;

  describe("on a machine without Node", () => {
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
import re
from pathlib import Path
notebook = json.loads(Path("notebooks/${name}.ipynb").read_text())
first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
first["source"] = [re.sub('REPO = ".*"', 'REPO = ${JSON.stringify(repository)}', line) for line in first["source"]]
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
      const saved = parseNotebook(readFileSync(join(ROOT, "notebooks/01-tensors.ipynb"), "utf8"), "saved");
      const figures = (outputs: NonNullable<Notebook["cells"][number]["outputs"]>) =>
        outputs.filter(output => "data" in output && "image/png" in output.data).length;
      expect(figures(shown)).toBe(saved.cells.reduce((sum, { outputs }) => sum + figures(outputs ?? []), 0));
    }, 600_000);
  });

  describe("in a codespace", () => {
    interface DevContainer {
      postCreateCommand: string;
      forwardPorts: number[];
    }
    const { postCreateCommand, forwardPorts } = JSON.parse(
      readFileSync(join(ROOT, ".devcontainer/devcontainer.json"), "utf8").replace(/^\s*\/\/.*$/gm, ""),
    ) as DevContainer;

    beforeAll(() => {
      root = makeCleanRoot({ packages: ["python3", "python3-venv"], node: "22" });
    }, 900_000);
    afterAll(() => root?.dispose());

    test("its command sets the course up, the user's Jupyter has the kernel, and JupyterLab answers on the forwarded port", async () => {
      expect(forwardPorts).toEqual([8888]); // the port that the pages name, and JupyterLab's own
      // The machine's ports are everybody's here: another one stands for it.
      const port = await freePort();
      const server = `JUPYTER_TOKEN=secret npm start -- --no-browser --port ${port} > "$HOME/log" 2>&1 &`;
      const ready = `until grep -q "is ready" "$HOME/log"; do kill -0 $! || { cat "$HOME/log"; exit 1; }; sleep 0.2; done`;
      const ask = `node -e 'fetch("http://localhost:${port}/api/kernelspecs?token=secret").then(async r => console.log(await r.text()))'`;
      const { code, stdout, stderr } = await root.run(
        `{ ${postCreateCommand}; } || exit 1\n${server}\n${ready}\n${ask}`,
      );
      if (code !== 0) throw new Error(`expected success, got:\n${`${stdout}${stderr}`.slice(-3000)}`);
      const { kernelspecs } = JSON.parse(stdout.trim().split("\n").at(-1)!) as {
        kernelspecs: Record<string, { spec: { display_name: string } }>;
      };
      expect(kernelspecs.tslab!.spec.display_name).toBe("TypeScript (From the Tensor)");
      const user = join(root.folder, "home/student/.local/share/jupyter/kernels/tslab/kernel.json");
      const { argv } = JSON.parse(readFileSync(user, "utf8")) as { argv: string[] };
      expect(argv).toContain(`${root.checkout}/kernel-extensions/dist/kernel.cjs`);
    }, 600_000);
  });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
