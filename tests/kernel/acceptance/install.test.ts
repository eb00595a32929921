// Installation, as a user does it: `ftt kernel install` into every place, found there by Jupyter itself, gone after `uninstall`,
// and `ftt doctor` before faults that are made on purpose.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KernelClient } from "../client";
import type { KernelSpec } from "../client/launch";
import { installedSpec, repository } from "../targets";

const venvPython = join(repository, ".venv", "bin", "python");

describe("Install", () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "ftt-install-")));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function ftt(args: string[], env: Record<string, string> = {}) {
    const { NODE_OPTIONS: _options, ...inherited } = process.env;
    // Jupyter's own folders of whoever runs the tests must not matter.
    const clean = { ...inherited, HOME: folder, JUPYTER_DATA_DIR: join(folder, "user"), JUPYTER_PATH: "" };
    const run = spawnSync(process.execPath, [join(repository, "cli", "ftt.mjs"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...clean, ...env },
    });
    return { status: run.status, text: `${run.stdout}${run.stderr}` };
  }

  /** A Python environment without any package, made in a moment; `borrow` lets it see the checkout's packages. */
  function emptyEnvironment(borrow: boolean): { prefix: string; python: string } {
    const prefix = join(folder, "env");
    const made = spawnSync(venvPython, ["-m", "venv", "--without-pip", prefix], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`expected an environment, got:\n${made.stderr}`);
    if (borrow) {
      const lib = join(prefix, "lib", readdirSync(join(prefix, "lib"))[0]!, "site-packages");
      const packages = spawnSync(venvPython, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], {
        encoding: "utf8",
      });
      writeFileSync(join(lib, "borrowed.pth"), packages.stdout);
    }
    return { prefix, python: join(prefix, "bin", "python") };
  }

  /** What Jupyter itself finds under the name "tslab". */
  function jupyterFinds(python: string, env: Record<string, string>): string | undefined {
    const code =
      "import json; from jupyter_client.kernelspec import KernelSpecManager as M; print(json.dumps(M().find_kernel_specs()))";
    const run = spawnSync(python, ["-c", code], { encoding: "utf8", env: { ...process.env, HOME: folder, ...env } });
    if (run.status !== 0) throw new Error(`expected Jupyter to list its kernels:\n${run.stderr}`);
    return (JSON.parse(run.stdout) as Record<string, string>).tslab;
  }

  test("--prefix installs a kernelspec that Jupyter finds and that starts, and uninstall removes it", async () => {
    const installed = ftt(["kernel", "install", "--prefix", folder]);
    expect(installed).toMatchObject({ status: 0 });
    const kernels = join(folder, "share", "jupyter", "kernels", "tslab");
    expect(installed.text).toContain(kernels);
    expect(jupyterFinds(venvPython, { JUPYTER_PATH: join(folder, "share", "jupyter"), JUPYTER_DATA_DIR: folder })).toBe(
      kernels,
    );
    const spec = JSON.parse(readFileSync(join(kernels, "kernel.json"), "utf8")) as KernelSpec;
    expect(spec.language).toBe("typescript");
    const kernel = await KernelClient.start(spec);
    try {
      expect((await kernel.run("1 + 1")).shown["text/plain"]).toBe("2");
    } finally {
      await kernel.stop();
    }
    expect(ftt(["kernel", "uninstall", "--prefix", folder])).toMatchObject({ status: 0 });
    expect(existsSync(kernels)).toBe(false);
  });

  test("--user installs into the user's Jupyter folder", () => {
    expect(ftt(["kernel", "install", "--user"])).toMatchObject({ status: 0 });
    const kernels = join(folder, "user", "kernels", "tslab");
    expect(
      jupyterFinds(venvPython, {
        JUPYTER_DATA_DIR: join(folder, "user"),
        JUPYTER_PATH: "",
        JUPYTER_PREFER_ENV_PATH: "0",
      }),
    ).toBe(kernels);
    expect(ftt(["kernel", "uninstall", "--user"])).toMatchObject({ status: 0 });
    expect(existsSync(kernels)).toBe(false);
  });

  test("--sys-prefix installs into the environment of the Python on the PATH", () => {
    const { prefix, python } = emptyEnvironment(true);
    const env = { PATH: `${join(prefix, "bin")}:${process.env.PATH}` };
    expect(ftt(["kernel", "install", "--sys-prefix"], env)).toMatchObject({ status: 0 });
    expect(jupyterFinds(python, { JUPYTER_PATH: "", JUPYTER_DATA_DIR: join(folder, "user") })).toBe(
      join(prefix, "share", "jupyter", "kernels", "tslab"),
    );
  });

  test("a second installation replaces the first, and a second uninstall says that nothing was there", () => {
    for (let turn = 0; turn < 2; turn++)
      expect(ftt(["kernel", "install", "--prefix", folder])).toMatchObject({ status: 0 });
    expect(ftt(["kernel", "uninstall", "--prefix", folder])).toMatchObject({ status: 0 });
    expect(ftt(["kernel", "uninstall", "--prefix", folder]).text).toMatch(/nothing/i);
  });

  test("uninstall leaves another kernel of that name alone", () => {
    const kernels = join(folder, "share", "jupyter", "kernels", "tslab");
    mkdirSync(kernels, { recursive: true });
    writeFileSync(
      join(kernels, "kernel.json"),
      JSON.stringify({ argv: ["tslab", "kernel"], display_name: "TypeScript", language: "typescript" }),
    );
    ftt(["kernel", "uninstall", "--prefix", folder]);
    expect(existsSync(join(kernels, "kernel.json"))).toBe(true);
  });

  test("installing nowhere in particular is an error that names the choices", () => {
    const failed = ftt(["kernel", "install"]);
    expect(failed.status).not.toBe(0);
    for (const choice of ["--sys-prefix", "--user", "--prefix"]) expect(failed.text).toContain(choice);
  });

  test("`--heap` and `--threads` go into the kernelspec, and nonsense is refused", () => {
    const install = (...args: string[]) => ftt(["kernel", "install", "--prefix", folder, ...args]);
    expect(install("--heap", "1024", "--threads", "3").status).toBe(0);
    const file = join(folder, "share", "jupyter", "kernels", "tslab", "kernel.json");
    const spec = JSON.parse(readFileSync(file, "utf8")) as KernelSpec;
    expect(spec.argv).toContain("--max-old-space-size=1024");
    expect(spec.env).toMatchObject({ OMP_NUM_THREADS: "3" });
    for (const args of [
      ["--heap", "12"],
      ["--heap", "lots"],
      ["--threads", "0"],
      ["--threads", "1.5"],
    ]) {
      const refused = install(...args);
      expect(refused.status).not.toBe(0);
      expect(refused.text).toMatch(/expected a whole number of at least/);
    }
  });

  test("`--directory`: the kernel runs there wherever Jupyter starts it, over ports and over sockets named in the folder of its start", async () => {
    const work = join(folder, "work");
    const elsewhere = join(folder, "elsewhere");
    for (const path of [work, elsewhere]) mkdirSync(path);
    const refused = ftt(["kernel", "install", "--prefix", folder, "--directory", join(folder, "none")]);
    expect(refused.status).not.toBe(0);
    expect(refused.text).toMatch(/expected --directory to name a folder, got/);
    // Relative, as a person writes it: it is the folder of the call that counts.
    expect(ftt(["kernel", "install", "--prefix", folder, "--directory", "work"])).toMatchObject({ status: 0 });
    const file = join(folder, "share", "jupyter", "kernels", "tslab", "kernel.json");
    const spec = JSON.parse(readFileSync(file, "utf8")) as KernelSpec;
    for (const options of [
      { transport: "tcp", cwd: elsewhere },
      { transport: "ipc", cwd: elsewhere },
      { transport: "ipc", cwd: elsewhere, relativeSockets: true },
    ] as const) {
      const kernel = await KernelClient.start(spec, options);
      try {
        expect((await kernel.run("console.log(process.cwd())")).stdout.trim()).toBe(work);
      } finally {
        await kernel.stop();
      }
    }
    rmSync(work, { recursive: true });
    const gone = spawnSync(spec.argv[0]!, spec.argv.slice(1), { cwd: elsewhere, encoding: "utf8" });
    expect(gone.status).toBe(2);
    expect(gone.stderr).toMatch(/kernel: expected the folder .*work, which is gone; install the kernel again/);
  });

  test("heap limit and threads are set in the kernelspec and hold in the kernel", async () => {
    const kernel = await KernelClient.start(await installedSpec({ heapMegabytes: 1024, threads: 3 }));
    try {
      const shown = await kernel.run(
        "import v8 from 'node:v8'; console.log(Math.round(v8.getHeapStatistics().heap_size_limit / 2 ** 20), process.env.UV_THREADPOOL_SIZE)",
      );
      const [heap, threads] = shown.stdout.trim().split(" ").map(Number);
      // V8 adds its young generation, some tens of megabytes, to what was asked for.
      expect(heap).toBeGreaterThanOrEqual(1024);
      expect(heap).toBeLessThan(1300);
      expect(threads).toBe(3);
    } finally {
      await kernel.stop();
    }
  });

  describe("ftt doctor", () => {
    /** Jupyter looks here first, so that a faulty kernelspec hides the checkout's own. */
    function faultySpec(spec: unknown): Record<string, string> {
      const kernels = join(folder, "first", "kernels", "tslab");
      mkdirSync(kernels, { recursive: true });
      writeFileSync(join(kernels, "kernel.json"), typeof spec === "string" ? spec : JSON.stringify(spec));
      return { JUPYTER_PATH: join(folder, "first") };
    }

    function preload(code: string): Record<string, string> {
      const file = join(folder, "preload.cjs");
      writeFileSync(file, code);
      return { NODE_OPTIONS: `--require ${file}` };
    }

    test("finds nothing wrong where nothing is", async () => {
      expect(ftt(["kernel", "install", "--prefix", folder])).toMatchObject({ status: 0 });
      const found = ftt(["doctor"], { JUPYTER_PATH: join(folder, "share", "jupyter") });
      expect(found).toMatchObject({ status: 0 });
      expect(found.text).not.toMatch(/fault/i);
    });

    test("says when the kernelspec is another kernel's, names a program that is gone, or another checkout", async () => {
      const spec = await installedSpec();
      const moved = {
        ...spec,
        argv: spec.argv.map(arg => (arg.endsWith(".cjs") ? join(folder, "moved", "kernel.cjs") : arg)),
      };
      const stock = {
        argv: ["tslab", "kernel", "--config-path={connection_file}"],
        display_name: "TypeScript",
        language: "typescript",
      };
      const gone = { ...spec, argv: [join(folder, "no", "node"), ...spec.argv.slice(1)] };
      for (const [faulty, words] of [
        [stock, /another/],
        [moved, /gone/],
        [gone, /gone/],
      ] as const) {
        const found = ftt(["doctor"], faultySpec(faulty));
        expect(found.status).toBe(1);
        expect(found.text).toMatch(words);
        expect(found.text).toContain("ftt kernel install");
      }
    });

    test("survives a kernelspec that is no JSON and names its file", () => {
      const found = ftt(["doctor"], faultySpec("{ not JSON"));
      expect(found.status).toBe(1);
      expect(found.text).toContain(join(folder, "first", "kernels", "tslab"));
    });

    test("says when Node is too old", () => {
      const found = ftt(
        ["doctor"],
        preload(
          "Object.defineProperty(process.versions, 'node', { value: '18.0.0' }); Object.defineProperty(process, 'version', { value: 'v18.0.0' });",
        ),
      );
      expect(found.status).not.toBe(0);
      expect(found.text).toContain("20.19");
    });

    test("says when a native module does not load", () => {
      const code = `const Module = require("node:module"); const load = Module._load; Module._load = function (name, ...rest) { if (name === "zeromq") throw new Error("Cannot find the native addon"); return load.call(this, name, ...rest); };`;
      const found = ftt(["doctor"], preload(code));
      expect(found.status).toBe(1);
      expect(found.text).toMatch(/zeromq/);
      expect(found.text).toMatch(/npm/);
    });

    test("says when Python has no Jupyter, does not run, or Jupyter does not know the kernel", () => {
      const bare = emptyEnvironment(false);
      const withoutJupyter = ftt(["doctor", "--python", bare.python]);
      expect(withoutJupyter.status).toBe(1);
      expect(withoutJupyter.text).toMatch(/no Jupyter/i);
      const withoutPython = ftt(["doctor", "--python", join(folder, "no-python")]);
      expect(withoutPython.status).toBe(1);
      expect(withoutPython.text).toMatch(/does not run/);
      rmSync(bare.prefix, { recursive: true });
      const unknown = ftt(["doctor", "--python", emptyEnvironment(true).python]);
      expect(unknown.status).toBe(1);
      expect(unknown.text).toMatch(/does not know/);
      expect(unknown.text).toContain("ftt kernel install");
    });
  });
});
