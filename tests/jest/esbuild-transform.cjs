// Jest's transform: TypeScript to CommonJS by esbuild, which every other part of the project uses too. Types are checked by tsc, not here.
const { transformSync } = require("esbuild");

module.exports = {
  process(source, filename) {
    const { code, map } = transformSync(source, {
      loader: filename.endsWith("x") ? "tsx" : "ts",
      format: "cjs",
      target: "node20",
      sourcefile: filename,
      sourcemap: "both",
    });
    return { code, map: JSON.parse(map) };
  },
};
