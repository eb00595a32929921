// `ftt kernel install | uninstall` for environments other than the checkout's own, and `ftt doctor`, which finds and explains faults.
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { EXIT_FAILED, printJson } from "./attempt";
import { examples } from "./help";

interface Where {
  sysPrefix?: boolean;
  user?: boolean;
  prefix?: string;
}

interface Settings {
  json?: boolean;
  heap?: number;
  threads?: number;
  directory?: string;
}

export function registerKernel(program: Command): void {
  const kernel = program
    .command("kernel")
    .description("make the TypeScript kernel known to a Jupyter elsewhere, or take it away");
  const place = (command: Command) =>
    command
      .addOption(
        new Option("--sys-prefix", "into the environment of the python on the PATH, or of --python").conflicts([
          "user",
          "prefix",
        ]),
      )
      .addOption(new Option("--user", "into this user's Jupyter folder").conflicts(["sysPrefix", "prefix"]))
      .addOption(new Option("--prefix <path>", "below this folder, as in /usr/local").conflicts(["sysPrefix", "user"]))
      .option("--python <path>", "the Python whose environment --sys-prefix means")
      .option("--json", "print where it was done as JSON: { folder }");
  const install = place(
    kernel.command("install").description("tell a Jupyter of the TypeScript kernel: install its kernelspec"),
  )
    .option("--heap <MB>", "limit of V8's heap (default: half of the memory, at most 16384)", wholeNumber(256))
    .option("--threads <n>", "threads of native libraries (default: left to them)", wholeNumber(1))
    .option("--directory <path>", "run kernels in this folder (default: the notebook's)", path => resolve(path))
    .action(async ({ heap, threads, directory, json, ...where }: Where & Settings) => {
      const { installKernel } = await import("../kernel-extensions/install");
      const folder = await installKernel({ ...chosen(where), heapMegabytes: heap, threads, directory });
      if (json) printJson({ folder });
      else process.stdout.write(`Installed the kernel "tslab" in ${folder}\n`);
    });
  examples(
    install,
    ["ftt kernel install --user", "for all Jupyters of this user"],
    ["ftt kernel install --sys-prefix --python ~/env/bin/python", "for the Jupyter of one virtual environment"],
    ["ftt kernel install --prefix /usr/local --heap 4096", "for all users, V8's heap limited to 4 GB"],
  );
  const uninstall = place(
    kernel.command("uninstall").description("remove the kernelspec from where it was installed"),
  ).action(async ({ json, ...where }: Where & { json?: boolean }) => {
    const { uninstallKernel } = await import("../kernel-extensions/install");
    const folder = await uninstallKernel(chosen(where));
    if (json) printJson({ folder: folder ?? null });
    else
      process.stdout.write(folder ? `Removed ${folder}\n` : "No kernelspec of ours was there; nothing was removed.\n");
  });
  examples(uninstall, ["ftt kernel uninstall --user", "for all Jupyters of this user"]);
}

export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("find and explain the usual faults: Python, kernelspec, Node, native modules")
    .option("--python <path>", "the Python whose Jupyter is meant, instead of the checkout's own")
    .option("--json", "print the findings as JSON: { ok, findings: [{ ok, title, remedy? }] }")
    .action(async ({ json, ...options }: { python?: string; json?: boolean }) => {
      const { doctor } = await import("../kernel-extensions/doctor");
      const findings = await doctor(options);
      if (json) printJson({ ok: findings.every(({ ok }) => ok), findings });
      else
        for (const { ok, title, remedy } of findings)
          process.stdout.write(`${ok ? "ok   " : "FAULT"}  ${title}${remedy ? `\n       ${remedy}` : ""}\n`);
      if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT_FAILED;
    });
  examples(
    command,
    ["ftt doctor", "each fault comes with what to do about it"],
    ["ftt doctor --python /opt/conda/bin/python", "why the kernel does not start in that Jupyter"],
  );
}

function chosen(where: Where): Where {
  if (!where.sysPrefix && !where.user && !where.prefix)
    throw new Error("kernel: expected one of --sys-prefix, --user or --prefix PATH to say where, got none");
  return where;
}

function wholeNumber(least: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
  };
}
