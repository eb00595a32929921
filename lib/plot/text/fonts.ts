// The canvas and the fonts, loaded when the first still is made and not before: an import of the library stays light.
//
// Skia draws the stills (through @napi-rs/canvas): it is the engine that Chromium itself draws with, so a still matches what the
// browser shows down to the anti-aliasing. Open Sans is plotly.js's default font; DejaVu Sans stands in for what Open Sans lacks
// (arrows, operators, block elements). Both come as files from npm packages, never from the system.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";

type CanvasModule = typeof import("@napi-rs/canvas");

const load = createRequire(__filename);
let loaded: CanvasModule | undefined;

function canvasModule(): CanvasModule {
  if (loaded) return loaded;
  const module = load("@napi-rs/canvas") as CanvasModule;
  const openSans = dirname(load.resolve("@expo-google-fonts/open-sans/package.json"));
  const dejaVu = dirname(load.resolve("dejavu-fonts-ttf/package.json"));
  const files = [
    [join(openSans, "400Regular", "OpenSans_400Regular.ttf"), "FTT Sans"],
    [join(openSans, "400Regular_Italic", "OpenSans_400Regular_Italic.ttf"), "FTT Sans"],
    [join(openSans, "600SemiBold", "OpenSans_600SemiBold.ttf"), "FTT Sans"],
    [join(openSans, "700Bold", "OpenSans_700Bold.ttf"), "FTT Sans"],
    [join(dejaVu, "ttf", "DejaVuSans.ttf"), "FTT Symbols"],
    [join(dejaVu, "ttf", "DejaVuSansMono.ttf"), "FTT Mono"],
  ] as const;
  for (const [file, family] of files) {
    if (!module.GlobalFonts.registerFromPath(file, family)) {
      throw new Error(`plot: expected the font file ${file}, which cannot be read; run npm install again`);
    }
  }
  loaded = module;
  return module;
}

export type Drawing = SKRSContext2D;

/** A canvas of `width` x `height` CSS pixels at `scale` device pixels each. */
export function createDrawing(width: number, height: number, scale: number): { canvas: Canvas; context: Drawing } {
  const canvas = canvasModule().createCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  return { canvas, context };
}

/** A small canvas holding raw RGBA pixels, to be drawn at any size. */
export function pixelCanvas(rgba: Uint8ClampedArray, width: number, height: number): Canvas {
  const module = canvasModule();
  const canvas = module.createCanvas(width, height);
  canvas.getContext("2d").putImageData(new module.ImageData(rgba, width, height), 0, 0);
  return canvas;
}

/** Decodes a PNG, JPEG or WebP. */
export async function decodeImage(bytes: Buffer) {
  return canvasModule().loadImage(bytes);
}

let measuring: Drawing | undefined;

/** A context to measure text with, shared. */
export function measuringContext(): Drawing {
  measuring ??= createDrawing(1, 1, 1).context;
  return measuring;
}

/** The CSS font of a run of text. Families are ours alone, so that a still is the same on every machine. */
export function cssFont(size: number, weight: number, italic = false, mono = false): string {
  const family = mono ? '"FTT Mono", "FTT Symbols"' : '"FTT Sans", "FTT Symbols"';
  return `${italic ? "italic " : ""}${weight} ${size}px ${family}`;
}
