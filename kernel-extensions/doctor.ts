/** `ftt doctor`: looks for the faults that keep the kernel from starting, each with what to do about it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { kernelName, kernelProgram } from "./install";

export interface Finding {
  ok: boolean;
  title: string;
  remedy?: string;
}

export async function doctor(options: { python?: string } = {}): Promise<Finding[]> {
  const python = options.python ?? findPython();
  const findings = [
    checkNode(),
    checkBuild(),
    ...["zeromq", "esbuild"].map(checkModule),
    checkCompiler(),
    ...checkPython(python),
    ...checkSpecs(python),
  ];
  if (findings.every(({ ok }) => ok)) findings.push(await checkStart());
  return findings;
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    ok,
    title: `Node ${process.version} at ${process.execPath}`,
    ...(ok ? {} : { remedy: "Node 20.19 or newer is needed: install it and run the set-up again." }),
  };
}

function checkBuild(): Finding {
  const remedy = "Run: node kernel-extensions/build.mjs";
  if (!existsSync(kernelProgram)) return { ok: false, title: "The kernel is not built.", remedy };
  const built = statSync(kernelProgram).mtimeMs;
  const source = statSync(join(__dirname, "kernel.ts")).mtimeMs;
  return built >= source
    ? { ok: true, title: "The kernel is built." }
    : { ok: false, title: "The kernel is older than its sources.", remedy };
}

function checkModule(name: string): Finding {
  try {
    createRequire(join(__dirname, "package.json"))(name);
    return { ok: true, title: `Native module ${name} loads.` };
  } catch (error) {
    return {
      ok: false,
      title: `Native module ${name} does not load: ${(error as Error).message.split("\n")[0]}`,
      remedy: `Run npm ci again with this Node; on a platform without a prebuilt ${name}, see its documentation.`,
    };
  }
}

function checkCompiler(): Finding {
  try {
    const require = createRequire(join(__dirname, "package.json"));
    const compiler = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
    const version = execFileSync(process.execPath, [compiler, "--version"], { encoding: "utf8" }).trim();
    return { ok: true, title: `TypeScript: ${version}` };
  } catch (error) {
    return {
      ok: false,
      title: `The TypeScript compiler does not run: ${(error as Error).message.split("\n")[0]}`,
      remedy: "Run npm ci again; the compiler comes as an optional dependency for your platform, so do not omit those.",
    };
  }
}

function findPython(): string {
  const own = join(__dirname, "..", ".venv", process.platform === "win32" ? "Scripts" : "bin", "python");
  return existsSync(own) ? own : "python3";
}

function checkPython(python: string): Finding[] {
  try {
    const code =
      "import sys, jupyter_client; print(sys.version.split()[0], jupyter_client.__version__, sys.prefix, sep='\\n')";
    const [version, client, prefix] = execFileSync(python, ["-c", code], { encoding: "utf8", stdio: "pipe" })
      .trim()
      .split("\n"); // a path may hold spaces
    return [{ ok: true, title: `Python ${version} with jupyter_client ${client} in ${prefix}` }];
  } catch (error) {
    const missing = String((error as { stderr?: unknown }).stderr ?? error).includes("jupyter_client");
    return [
      {
        ok: false,
        title: missing ? `${python} has no Jupyter.` : `${python} does not run.`,
        remedy: missing
          ? "This may be another Python than the one you installed Jupyter with: run `ftt lab` once to set up the checkout's own, or pip install jupyterlab."
          : "Install Python 3.9 or newer.",
      },
    ];
  }
}

function checkSpecs(python: string): Finding[] {
  let text: string;
  try {
    const code =
      "import json; from jupyter_client.kernelspec import KernelSpecManager as M; print(json.dumps(M().find_kernel_specs()))";
    text = execFileSync(python, ["-c", code], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return []; // the finding about Python says why
  }
  const folder = (JSON.parse(text) as Record<string, string>)[kernelName];
  const remedy = "Run: ftt kernel install --sys-prefix (or --user).";
  if (!folder) return [{ ok: false, title: `Jupyter does not know a kernel named ${kernelName}.`, remedy }];
  const { argv, fault } = readSpec(folder);
  if (fault) return [{ ok: false, title: `${join(folder, "kernel.json")} cannot be read: ${fault}`, remedy }];
  const program = argv.find(argument => argument.endsWith("kernel.cjs"));
  const node = argv[0] ?? "";
  if (!program)
    return [{ ok: false, title: `The kernel ${kernelName} in ${folder} is another one (stock tslab?).`, remedy }];
  if (!existsSync(program))
    return [{ ok: false, title: `The kernelspec in ${folder} names ${program}, which is gone.`, remedy }];
  if (node.includes("/") && !existsSync(node))
    return [{ ok: false, title: `The kernelspec in ${folder} names ${node}, which is gone.`, remedy }];
  if (program !== kernelProgram)
    return [{ ok: false, title: `The kernelspec in ${folder} belongs to another checkout: ${program}`, remedy }];
  return [{ ok: true, title: `Kernelspec ${kernelName} in ${folder}` }];
}

function readSpec(folder: string): { argv: string[]; fault?: string } {
  try {
    const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as { argv?: unknown };
    if (Array.isArray(spec.argv)) return { argv: spec.argv.map(String) };
    return { argv: [], fault: 'expected an array "argv"' };
  } catch (error) {
    return { argv: [], fault: (error as Error).message };
  }
}

/** Starts the kernel without a connection file: it must get as far as asking for one. */
function checkStart(): Promise<Finding> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [kernelProgram], { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    child.stderr.on("data", chunk => {
      text += String(chunk);
    });
    child.on("close", code => {
      const ok = code === 2 && text.includes("connection file");
      resolve(
        ok
          ? { ok, title: "The kernel starts." }
          : {
              ok,
              title: `The kernel does not start: ${text.trim().split("\n")[0]}`,
              remedy: "Run npm ci and node kernel-extensions/build.mjs again.",
            },
      );
    });
  });
}
