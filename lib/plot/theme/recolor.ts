// A finished figure in the other theme: what `theme: "dark"` would have made, from the JSON of the light one. A saved notebook holds each
// figure in one theme, and a page that is read in the dark needs both.
//
// The template is exchanged as a whole. Colours that stand in the figure itself are exchanged where they are the theme's own (ink, paper,
// the colours of series, also half transparent, also mixed with paper as in the filling of a box). Colour scales stay, because they carry
// values, unless all of a scale is the theme's, as that of a decision region is; text on top of a heatmap stays with its colours.

import { css, mix, parseColor, type Rgba } from "../still/color";
import type { FigureJson, PlotlyObject } from "../types";
import { type Theme, template, themeOf, themeOfFigure } from "./theme";

/** Keys whose colours are data. */
const KEPT = new Set(["template", "z", "text", "source", "customdata"]);

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
  if (key === "colorscale") return recolorScale(value, exchange);
  if (typeof value === "string") return exchange(value);
  if (Array.isArray(value)) return value.map(item => recolor(item, exchange, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, recolor(item, exchange, name)]));
}

function recolorScale(scale: unknown, exchange: (color: string) => string): unknown {
  if (!Array.isArray(scale)) return scale;
  const fresh = scale.map(([at, color]: [number, string]) => [at, exchange(color)]);
  return fresh.every(([, color], i) => color !== scale[i][1]) ? fresh : scale;
}

/** Shares of a colour on paper that the verbs mix: boxes of a graph, curves of a region, regions. */
const SHARES = [0.14, 0.35, 0.75];
/** What is a colour; names of colours are nobody's theme. */
const COLOR = /^(#([0-9a-f]{3}|[0-9a-f]{6})|rgba?\([\d\s.,]+\))$/i;

/** Of a colour in one theme, the colour in the other; anything else comes back as it is. */
function exchangeOf(from: Theme, to: Theme): (color: string) => string {
  const named = ["ink", "muted", "grid", "line", "warning"] as const;
  const [oldPaper, paper] = [parseColor(from.paper), parseColor(to.paper)];
  const pairs: [Rgba, Rgba][] = [
    [oldPaper, paper],
    ...from.colorway.map((color, i): [Rgba, Rgba] => [parseColor(color), parseColor(to.colorway[i]!)]),
    ...named.map((name): [Rgba, Rgba] => [parseColor(from[name]), parseColor(to[name])]),
  ];
  const tints = pairs
    .slice(1)
    .flatMap(([old, fresh]) => SHARES.map((t): [Rgba, Rgba] => [mix(oldPaper, old, t), mix(paper, fresh, t)]));
  const known = [...pairs, ...tints];
  return color => {
    if (!COLOR.test(color)) return color;
    const [red, green, blue, alpha] = parseColor(color);
    // css() has rounded what was mixed.
    const found = known.find(([old]) => [red, green, blue].every((c, i) => Math.abs(c - old[i]!) <= 1));
    return found ? css([found[1][0], found[1][1], found[1][2], alpha]) : color;
  };
}
