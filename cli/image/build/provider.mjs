// @ts-check
// In the image's build: onnxruntime-node's own install step, which the set-up skips, downloads the CUDA provider of the same version from NuGet;
// the files go to the folder that is named.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../setup/paths.mjs";
import { useSecrets } from "./secrets.mjs";

useSecrets();
const target = process.argv[2];
if (!target) throw new Error("provider.mjs: expected a folder to copy to, got none");
const folder = join(ROOT, "node_modules", "onnxruntime-node");
execFileSync(process.execPath, [join(folder, "script", "install.js")], {
  cwd: folder,
  stdio: "inherit",
  env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "cuda12" },
});
const binaries = join(folder, "bin", "napi-v6", process.platform, process.arch);
const provider = readdirSync(binaries).filter(name => /providers_(cuda|shared)\.so$/.test(name));
if (provider.length !== 2)
  throw new Error(`provider.mjs: expected the CUDA provider in ${binaries}, got ${provider.join(", ") || "nothing"}`);
mkdirSync(target, { recursive: true });
for (const name of provider) cpSync(join(binaries, name), join(target, name));
