// CSS colours and colour scales as numbers.

import { COLOR_SCALES, type ColorScale, type ColorScaleName, VIRIDIS } from "../theme/palettes";
import { list, string, toNumber } from "./read";

/** Red, green, blue in 0..255 and alpha in 0..1. */
export type Rgba = [number, number, number, number];

const NAMED: Record<string, string> = {
  black: "#000000",
  white: "#ffffff",
  red: "#ff0000",
  green: "#008000",
  blue: "#0000ff",
  orange: "#ffa500",
  purple: "#800080",
  gray: "#808080",
  grey: "#808080",
  yellow: "#ffff00",
  cyan: "#00ffff",
  magenta: "#ff00ff",
  brown: "#a52a2a",
  pink: "#ffc0cb",
  crimson: "#dc143c",
  steelblue: "#4682b4",
  tomato: "#ff6347",
  teal: "#008080",
  navy: "#000080",
  gold: "#ffd700",
  lightgray: "#d3d3d3",
  lightgrey: "#d3d3d3",
  darkgray: "#a9a9a9",
  firebrick: "#b22222",
  royalblue: "#4169e1",
  seagreen: "#2e8b57",
};

export function parseColor(color: string): Rgba {
  const text = color.trim().toLowerCase();
  if (text === "transparent" || text === "none") return [0, 0, 0, 0];
  const hex = NAMED[text] ?? text;
  if (hex[0] === "#") {
    const digits = hex.length <= 5 ? [...hex.slice(1)].map(digit => digit + digit).join("") : hex.slice(1);
    const bytes = [0, 2, 4, 6].map(i => Number.parseInt(digits.slice(i, i + 2) || "ff", 16));
    return [bytes[0]!, bytes[1]!, bytes[2]!, bytes[3]! / 255];
  }
  const parts = /^rgba?\(([^)]*)\)/
    .exec(text)?.[1]
    ?.split(/[\s,/]+/)
    .filter(Boolean);
  if (!parts || parts.length < 3) return [0, 0, 0, 1];
  const channel = (part: string) => (part.endsWith("%") ? Number.parseFloat(part) * 2.55 : Number.parseFloat(part));
  return [
    channel(parts[0]!),
    channel(parts[1]!),
    channel(parts[2]!),
    parts[3] === undefined ? 1 : Number.parseFloat(parts[3]),
  ];
}

export function css([r, g, b, a]: Rgba): string {
  return `rgba(${Math.round(r)},${Math.round(g)},${Math.round(b)},${Number(a.toFixed(4))})`;
}

export function withAlpha(color: string, alpha: number): string {
  const [r, g, b, a] = parseColor(color);
  return css([r, g, b, a * alpha]);
}

/** A colour between two, in sRGB as browsers and plotly.js interpolate. */
export function mix(a: Rgba, b: Rgba, t: number): Rgba {
  return [0, 1, 2, 3].map(i => a[i]! + (b[i]! - a[i]!) * t) as Rgba;
}

/** Relative luminance (WCAG 2), 0 for black and 1 for white: decides between dark and light text on a colour. */
export function luminance([r, g, b]: Rgba): number {
  const linear = [r, g, b].map(value => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}

/** Contrast of two opaque colours by WCAG 2, 1 to 21: text needs 4.5 to be readable, 7 to be read with ease. */
export function contrast(a: Rgba, b: Rgba): number {
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever reads better on a colour: at least 4.58 on every one. */
export function readableOn(background: Rgba): "#000" | "#fff" {
  return contrast(background, [0, 0, 0, 1]) >= contrast(background, [255, 255, 255, 1]) ? "#000" : "#fff";
}

const PLOTLY_NAMES: Record<string, ColorScaleName> = {
  rdbu: "redBlue",
  greys: "greys",
  viridis: "viridis",
  cividis: "cividis",
  blues: "blues",
};

/** A colour scale as a function of 0..1. Ends are clamped. */
export function colorMap(scale: unknown, reversed = false): (t: number) => Rgba {
  let stops: ColorScale = VIRIDIS;
  const pairs = list(scale);
  if (pairs) stops = pairs.map(pair => [toNumber(list(pair)?.[0]), string(list(pair)?.[1], "#000")]);
  else if (typeof scale === "string") stops = COLOR_SCALES[PLOTLY_NAMES[scale.toLowerCase()] ?? "viridis"];
  const parsed = stops.map(([position, color]) => [position, parseColor(color)] as const);
  return value => {
    const t = Math.min(Math.max(reversed ? 1 - value : value, 0), 1);
    let i = 1;
    while (i < parsed.length - 1 && parsed[i]![0] < t) i++;
    const [from, low] = parsed[i - 1] ?? parsed[0]!;
    const [to, high] = parsed[i] ?? parsed[0]!;
    return mix(low, high, to === from ? 0 : Math.min(Math.max((t - from) / (to - from), 0), 1));
  };
}
