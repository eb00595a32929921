// A finished figure in the other theme: what `theme: "dark"` would have made, from the JSON of the light one. A saved notebook holds each
// figure in one theme, and a page that is read in the dark needs both.
//
// The template is exchanged as a whole. Colours that stand in the figure itself are exchanged where they are the theme's own (ink, paper,
// the colours of series, also half transparent) or a light tint of a colour, such as the filling of a box; colour scales stay, because
// they carry values, and so does the text on top of a heatmap.
import type { FigureJson, PlotlyObject } from "../types";
import { VIRIDIS } from "./palettes";
import { type Theme, template, themeOf, themeOfFigure } from "./theme";

/** Keys whose colours are data. */
const KEPT = new Set(["colorscale", "template", "z", "text", "source", "customdata"]);

/** The figure in this theme; itself when it is in it already. */
export function inTheme(figure: FigureJson, name: Theme["name"]): FigureJson {
  const [from, to] = [themeOfFigure(figure), themeOf(name)];
  if (from.name === to.name) return figure;
  const exchange = exchangeOf(from, to);
  return {
    ...figure,
    data: figure.data.map(trace => {
      const fresh = recolor(trace, exchange) as PlotlyObject;
      return { ...fresh, ...(trace.type === "heatmap" && trace.textfont ? { textfont: trace.textfont } : {}) };
    }) as FigureJson["data"],
    layout: { ...(recolor(figure.layout, exchange) as PlotlyObject), template: template(to) },
  };
}

function recolor(value: unknown, exchange: (color: string) => string, key = ""): unknown {
  if (KEPT.has(key)) return value;
  if (typeof value === "string") return exchange(value);
  if (Array.isArray(value)) return value.map(item => recolor(item, exchange, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, recolor(item, exchange, name)]));
}

type Rgb = [red: number, green: number, blue: number];

/** Of a colour in one theme, the colour in the other; anything else comes back as it is. */
function exchangeOf(from: Theme, to: Theme): (color: string) => string {
  const named = ["paper", "ink", "muted", "grid", "line", "warning"] as const;
  const pairs: [string, string][] = [
    ...named.map((name): [string, string] => [from[name], to[name]]),
    ...from.colorway.map((color, i): [string, string] => [color, to.colorway[i]!]),
  ];
  const known = new Map(pairs.map(([old, fresh]) => [String(parse(old)!.rgb), parse(fresh)!.rgb]));
  const scale = new Set(VIRIDIS.map(([, color]) => color));
  const paper = parse(to.paper)!.rgb;
  return color => {
    const parsed = parse(color);
    if (!parsed || scale.has(color)) return color;
    const { rgb, alpha } = parsed;
    const fresh = known.get(String(rgb)) ?? tint(rgb, from, paper);
    return fresh ? `rgba(${fresh.join(",")},${alpha})` : color;
  };
}

/** A pale tint of a colour on white, as the same tint on dark paper; undefined when the colour is not pale. */
function tint(rgb: Rgb, from: Theme, paper: Rgb): Rgb | undefined {
  if (from.name !== "light" || Math.min(...rgb) < 200) return undefined;
  const share = 1 - Math.min(...rgb) / 255; // how much of the pure colour is in it
  const pure = share === 0 ? paper : rgb.map(c => Math.max(0, 255 - (255 - c) / share));
  // Twice the share: on dark paper the eye needs more of a colour to see it.
  return paper.map((c, i) => Math.round(c + (pure[i]! - c) * Math.min(1, 2 * share))) as Rgb;
}

function parse(color: string): { rgb: Rgb; alpha: number } | undefined {
  const hex = color.match(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i)?.[1];
  if (hex) {
    const pairs = hex.length === 3 ? [...hex].map(digit => digit + digit) : hex.match(/../g)!;
    return { rgb: pairs.map(pair => Number.parseInt(pair, 16)) as Rgb, alpha: 1 };
  }
  const parts = color.match(/^rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*([\d.]+)\s*)?\)$/i);
  return parts
    ? { rgb: parts.slice(1, 4).map(Number) as Rgb, alpha: parts[4] === undefined ? 1 : Number(parts[4]) }
    : undefined;
}
