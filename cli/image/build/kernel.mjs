// @ts-check
// In the image's build, as the user: the kernel from its sources, and its kernelspec where it is given on to /usr/local, in which every Jupyter
// looks, whatever environment it was installed in.
import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../../setup/paths.mjs";

const folder = join(ROOT, "kernel-extensions");
execFileSync(process.execPath, [join(folder, "build.mjs")], { stdio: "inherit" });
const require = createRequire(import.meta.url);
require("tsx/cjs/api").register();
// This Node sets the heap's limit by the memory of the container in which it starts, in place of that of the machine that built it.
await require(join(folder, "install.ts")).installKernel({ prefix: "/tmp/prefix", node: "/usr/local/bin/kernel-node" });
renameSync("/tmp/prefix/share/jupyter", "/tmp/jupyter");
