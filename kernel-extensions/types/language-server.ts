/** Where the language server is. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The native compiler lies in a package named for the platform, next to `typescript`. */
export function findLanguageServer(): string {
  const require = createRequire(__filename);
  const typescript = dirname(require.resolve("typescript/package.json"));
  const platform = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  const folder = dirname(createRequire(join(typescript, "package.json")).resolve(platform));
  return join(folder, "lib", process.platform === "win32" ? "tsc.exe" : "tsc");
}
