// plotly.js itself, in a headless Chromium, drawing the same figures as the still renderer: what our stills are measured against.
// The page gets the package's own fonts under the names that figures ask for, so that a difference is one of drawing and not of fonts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { FigureJson } from "../../../lib/plot/types";

const load = createRequire(__filename);

/** A browser with WebGL in software, which 3-D traces need and tests/browser.ts's general flags leave out. */
export function launchForPlotly(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    chromiumSandbox: false,
    args: [
      "--headless",
      "--no-sandbox",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--font-render-hinting=none",
      "--disable-lcd-text",
    ],
  });
}

function fontFace(family: string, weight: number, style: string, file: string): string {
  const data = readFileSync(file).toString("base64");
  return `@font-face{font-family:"${family}";font-weight:${weight};font-style:${style};src:url(data:font/ttf;base64,${data})}`;
}

export async function openPlotlyPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ deviceScaleFactor: 2, viewport: { width: 1200, height: 1200 } });
  const openSans = dirname(load.resolve("@expo-google-fonts/open-sans/package.json"));
  const dejaVu = dirname(load.resolve("dejavu-fonts-ttf/package.json"));
  const faces = [
    fontFace("Open Sans", 400, "normal", join(openSans, "400Regular", "OpenSans_400Regular.ttf")),
    fontFace("Open Sans", 400, "italic", join(openSans, "400Regular_Italic", "OpenSans_400Regular_Italic.ttf")),
    fontFace("Open Sans", 600, "normal", join(openSans, "600SemiBold", "OpenSans_600SemiBold.ttf")),
    fontFace("Open Sans", 700, "normal", join(openSans, "700Bold", "OpenSans_700Bold.ttf")),
    fontFace("DejaVu Sans", 400, "normal", join(dejaVu, "ttf", "DejaVuSans.ttf")),
  ].join("\n");
  await page.setContent(`<style>body{margin:0}${faces}</style><div id="figure"></div>`);
  await page.evaluate(() => Promise.all([...document.fonts].map(face => face.load())));
  await page.addScriptTag({ path: load.resolve("plotly.js-dist-min") });
  return page;
}

/** plotly.js's rendering of a figure at two device pixels per CSS pixel, as a PNG. */
export async function drawWithPlotly(page: Page, figure: FigureJson): Promise<Buffer> {
  await page.evaluate(
    async json => {
      const element = document.getElementById("figure")!;
      const { Plotly } = window as unknown as {
        Plotly: { purge(e: Element): void; newPlot(e: Element, d: unknown, l: unknown, c: unknown): Promise<unknown> };
      };
      Plotly.purge(element);
      await Plotly.newPlot(element, json.data, json.layout, {
        ...json.config,

        displayModeBar: false,
      });
      // WebGL scenes settle their axes over several frames.
      const frames = Object.keys(json.layout).some(key => key.startsWith("scene")) ? 12 : 2;
      for (let i = 0; i < frames; i++) await new Promise(resolve => requestAnimationFrame(resolve));
    },
    JSON.parse(JSON.stringify(figure)) as FigureJson,
  );
  return page.screenshot({ clip: { x: 0, y: 0, width: figure.layout.width!, height: figure.layout.height! } });
}
