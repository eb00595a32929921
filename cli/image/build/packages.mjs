// @ts-check
// In the image's build, as the user: the set-up's first two steps, then JupyterHub's single-user server, and away with what notebooks do not need.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setUp } from "../../setup/index.mjs";
import { npmPackages } from "../../setup/npm-packages.mjs";
import { ROOT, VENV, venvProgram } from "../../setup/paths.mjs";
import { pythonPackages } from "../../setup/python-packages.mjs";
import { useSecrets } from "./secrets.mjs";

/** For the tests, the lint and the browser's checks, all of which are done in a checkout. */
const DEVELOPMENT = ["@biomejs/biome", "@types/jest", "fast-check", "jest", "playwright-core"];

useSecrets();
process.env.npm_config_cache = mkdtempSync(join(tmpdir(), "npm-"));
process.env.PIP_NO_CACHE_DIR = "1";
await setUp([npmPackages, pythonPackages]);
const requirements = join(ROOT, "cli", "image", "build", "requirements.txt");
const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "-r", requirements];
execFileSync(venvProgram("python"), pip, { stdio: "inherit" });
rmSync(join(VENV, "share", "jupyterhub", "static"), { recursive: true }); // the pages of the hub itself

execFileSync("npm", ["uninstall", "--no-save", ...DEVELOPMENT], { cwd: ROOT, stdio: "inherit" });
const modules = join(ROOT, "node_modules");
// Binaries for other machines, which these packages bring all of.
const here = { platform: process.platform, arch: process.arch };
keepOnly(join(modules, "onnxruntime-node/bin/napi-v6"), here.platform);
keepOnly(join(modules, "onnxruntime-node/bin/napi-v6", here.platform), here.arch);
keepOnly(join(modules, "zeromq/build"), here.platform, "manifest.json");
keepOnly(join(modules, "zeromq/build", here.platform), here.arch);
rmSync(join(modules, "@img/sharp-wasm32"), { recursive: true, force: true }); // npm adds it beside sharp's native one
// The page to draw on serves one of onnxruntime-web's four WebAssembly files.
const web = join(modules, "onnxruntime-web/dist");
for (const name of ["jsep", "asyncify", "jspi"]) rmSync(join(web, `ort-wasm-simd-threaded.${name}.wasm`));
// Source maps of libraries, a fifth of all bytes: only a debugger opens them.
execFileSync("find", [modules, "-name", "*.map", "-type", "f", "-delete"]);
rmSync(process.env.npm_config_cache, { recursive: true, force: true });
rmSync(join(ROOT, ".ftt", "setup"), { recursive: true, force: true });

/**
 * @param {string} folder
 * @param {string[]} names
 */
function keepOnly(folder, ...names) {
  const entries = readdirSync(folder);
  if (!names.every(name => entries.includes(name)))
    throw new Error(
      `expected ${names.join(" and ")} in ${folder}, got ${entries.join(", ")}; is this platform supported?`,
    );
  for (const entry of entries) if (!names.includes(entry)) rmSync(join(folder, entry), { recursive: true });
}
