// The modules of this checkout that a notebook reaches through its imports, found by the bundler that also runs them. Packages of others are
// not followed: the lockfile stands for them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../project";

/** A module that loads others in a way that the bundler does not see: then all of the library counts. */
const hidden =
  /\bnew (?:Worker|SharedWorker)\b|\bchild_process\b|\bimport\s*\(\s*[^"'\s)]|\brequire(?:\.resolve)?\s*\(\s*[^"'\s)]|\bcreateRequire\b/;

export async function importGraph(
  modules: string[],
  notebook: string,
): Promise<{ files: string[] } | { reason: string }> {
  if (modules.length === 0) return { files: [] };
  const contents = modules.map(module => `import ${JSON.stringify(module)};`).join("\n");
  try {
    const { metafile } = await build({
      stdin: { contents, resolveDir: dirname(notebook), loader: "ts" },
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      absWorkingDir: projectRoot,
      logLevel: "silent",
      // Nothing may be dropped as unused: what is imported runs.
      treeShaking: false,
      loader: {
        ".node": "empty",
        ".wasm": "empty",
        ".onnx": "empty",
        ".bin": "empty",
        ".ttf": "empty",
        ".woff2": "empty",
      },
      plugins: [
        {
          name: "packages of others",
          setup({ onResolve }) {
            onResolve({ filter: /^[^./]/ }, ({ path }) =>
              /^fromthetensor(\/|$)/.test(path) ? undefined : { path, external: true },
            );
          },
        },
      ],
    });
    const files = Object.keys(metafile.inputs)
      .filter(name => name !== "<stdin>")
      .map(name => resolve(projectRoot, name));
    const opaque = files.some(file => hidden.test(readFileSync(file, "utf8")));
    return { files: opaque ? [...new Set([...files, ...sources(join(projectRoot, "lib"))])] : files };
  } catch (error) {
    return { reason: `its imports cannot be followed: ${(error as Error).message.split("\n")[0]}` };
  }
}

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}
