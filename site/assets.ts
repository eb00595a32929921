// What all pages share: one style sheet with the fonts inside, one program, and Plotly once.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { mathStyle } from "./math";

const require = createRequire(__filename);

/** Family, file of the package, style. Fonts lie inside the style sheet: some browsers forbid a page on disk to read one beside it. */
const FONTS = [
  ["Source Serif", "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2", "normal"],
  ["Source Serif", "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2", "italic"],
  ["Inter", "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "normal"],
  // The stills' font, for the figures that live.
  ["Open Sans", "@fontsource-variable/open-sans/files/open-sans-latin-wght-normal.woff2", "normal"],
  ["JetBrains Mono", "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2", "normal"],
] as const;

const STYLES = ["colors.css", "text.css", "layout.css", "cells.css", "landing.css", "print.css"];

export function writeAssets(site: string): void {
  const assets = join(site, "assets");
  mkdirSync(assets, { recursive: true });
  const styles = STYLES.map(name => readFileSync(join(__dirname, "styles", name), "utf8"));
  writeFileSync(join(assets, "site.css"), [...FONTS.map(fontFace), ...styles].join("\n"));
  writeFileSync(join(assets, "katex.css"), mathStyle());
  copyFileSync(require.resolve("plotly.js-dist-min"), join(assets, "plotly.min.js"));
  writeFileSync(join(assets, "licences.txt"), licences());
  buildSync({
    entryPoints: [join(__dirname, "client", "main.ts")],
    outfile: join(assets, "site.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    logLevel: "error",
  });
}

/** Whoever puts the site on a server passes these on, and their licences ask to come along. */
function licences(): string {
  const families = FONTS.map(([, file]) => file.split("/").slice(0, 2).join("/"));
  const packages = ["katex", "plotly.js-dist-min", ...new Set(families)];
  const texts = packages.map(name => {
    const folder = dirname(require.resolve(`${name}/package.json`));
    return `${name}\n${"=".repeat(name.length)}\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}\n`;
  });
  return texts.join("\n\n");
}

function fontFace([family, file, style]: (typeof FONTS)[number]): string {
  const data = readFileSync(require.resolve(file)).toString("base64");
  return `@font-face{font-family:"${family}";font-style:${style};font-weight:200 900;font-display:swap;src:url(data:font/woff2;base64,${data}) format("woff2")}`;
}
