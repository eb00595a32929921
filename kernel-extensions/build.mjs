/** Bundles the kernel into dist/: one file for each part, so that it starts without looking for a hundred. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Not variables, or lazily made by Node at a cost or with a warning. */
const unusable = new Set(
  "undefined NaN Infinity globalThis global eval crypto fetch navigator localStorage sessionStorage Crypto CryptoKey SubtleCrypto FormData Headers Request Response MessageEvent WebSocket EventSource CloseEvent CustomEvent Storage ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController ReadableStreamDefaultController TransformStream TransformStreamDefaultController WritableStream WritableStreamDefaultController WritableStreamDefaultWriter ByteLengthQueuingStrategy CountQueuingStrategy TextEncoderStream TextDecoderStream CompressionStream DecompressionStream PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming Blob BroadcastChannel Navigator".split(
    " ",
  ),
);

const here = dirname(fileURLToPath(import.meta.url));
const kept = Object.getOwnPropertyNames(globalThis).filter(
  name => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && !unusable.has(name),
);

await build({
  entryPoints: ["kernel.ts", "runtime.ts", "front.ts"].map(name => join(here, name)),
  outdir: join(here, "dist"),
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // Native parts and esbuild's own program are found next to their packages.
  external: ["zeromq", "esbuild", "typescript"],
  charset: "utf8",
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  // A cell may declare a name such as `performance` or `URL`, which hides the global of that name from all code of the thread;
  // the kernel's own keeps to what it found when it was loaded. The same goes for timers that interrupt/timers.ts replaces.
  banner: { js: `const { ${kept.join(", ")} } = globalThis;` },
  logLevel: "warning",
});
