/** Bundles the kernel into dist/: one file a thread, so that it starts without looking for a hundred. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
await build({
  entryPoints: [join(here, "kernel.ts"), join(here, "front.ts")],
  outdir: join(here, "dist"),
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // Native parts and esbuild's own program are found next to their packages.
  external: ["zeromq", "esbuild", "typescript"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
