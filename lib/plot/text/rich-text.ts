// Plotly's small markup in titles and labels (<b>, <i>, <sub>, <sup>, <br>, <span>, <a>), measured and drawn.
//
// The geometry follows plotly.js's svg_text_utils: lines 1.3 em apart, sub- and superscripts at 70 % shifted by 0.3 em down and 0.6 em
// up. Unknown tags are dropped and their text kept.

import { cssFont, type Drawing, measuringContext } from "./fonts";

export const LINE_SPACING = 1.3;
/** From the middle of capital letters to their baseline, in em. */
export const MID_SHIFT = 0.35;
export const CAP_SHIFT = 0.7;

export interface TextStyle {
  size: number;
  color: string;
  weight?: number;
  italic?: boolean;
  mono?: boolean;
}

export type Anchor = "start" | "middle" | "end";

interface Run {
  text: string;
  weight: number;
  italic: boolean;
  /** Font size relative to the style's. */
  scale: number;
  /** Baseline shift in em of the style's size, downwards. */
  shift: number;
  color: string | undefined;
}

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: "\u00a0",
  times: "×",
  deg: "°",
  mu: "μ",
};

function decodeEntities(text: string): string {
  return text.replace(/&(#x?[\da-f]+|\w+);/gi, (whole, name: string) => {
    if (name[0] !== "#") return ENTITIES[name] ?? whole;
    const code =
      name[1] === "x" || name[1] === "X" ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The lines of a marked-up text, each a list of runs of one look. */
function parse(text: string, style: TextStyle): Run[][] {
  const lines: Run[][] = [[]];
  const base: Run = {
    text: "",
    weight: style.weight ?? 400,
    italic: style.italic ?? false,
    scale: 1,
    shift: 0,
    color: undefined,
  };
  const stack: { tag: string; run: Run }[] = [];
  let now = base;
  for (const part of text.split(/(<[^<>]+>)/)) {
    const tag = /^<(\/?)\s*([a-z]+)([^<>]*)>$/i.exec(part);
    if (!tag) {
      // plotly.js takes a bare line break for a space; ours comes from template strings, where it means a line.
      const pieces = decodeEntities(part).split("\n");
      pieces.forEach((piece, index) => {
        if (index > 0) lines.push([]);
        if (piece !== "") lines.at(-1)!.push({ ...now, text: piece });
      });
      continue;
    }
    const name = tag[2]!.toLowerCase();
    if (name === "br") {
      lines.push([]);
    } else if (tag[1]) {
      const open = stack.findLastIndex(entry => entry.tag === name);
      if (open >= 0) {
        now = stack[open]!.run;
        stack.length = open;
      }
    } else {
      stack.push({ tag: name, run: now });
      if (name === "b") now = { ...now, weight: 700 };
      else if (name === "i" || name === "em") now = { ...now, italic: true };
      else if (name === "sup") now = { ...now, scale: now.scale * 0.7, shift: now.shift - 0.6 * 0.7 };
      else if (name === "sub") now = { ...now, scale: now.scale * 0.7, shift: now.shift + 0.3 * 0.7 };
      else if (name === "span") {
        const color = /color:\s*([^;"']+)/.exec(tag[3]!)?.[1];
        if (color) now = { ...now, color };
      }
    }
  }
  return lines;
}

function runWidth(context: Drawing, run: Run, style: TextStyle): number {
  context.font = cssFont(style.size * run.scale, run.weight, run.italic, style.mono);
  return context.measureText(run.text).width;
}

export interface TextSize {
  width: number;
  lines: number;
  /** Height of the lines at 1.3 em each. */
  height: number;
}

/** Measured sizes repeat a lot (tick labels, legends), and measuring dominates the layout of a figure. */
const measured = new Map<string, TextSize>();

export function measureText(text: string, style: TextStyle): TextSize {
  const key = `${style.size} ${style.weight ?? 400} ${style.italic} ${style.mono} ${text}`;
  const known = measured.get(key);
  if (known) return known;
  const context = measuringContext();
  const lines = parse(text, style);
  const width = Math.max(...lines.map(line => line.reduce((sum, run) => sum + runWidth(context, run, style), 0)));
  const size = { width, lines: lines.length, height: lines.length * style.size * LINE_SPACING };
  if (measured.size > 2000) measured.clear();
  measured.set(key, size);
  return size;
}

export interface Placement {
  x: number;
  /** Baseline of the first line. */
  y: number;
  anchor?: Anchor;
  /** Degrees clockwise about (x, y). */
  rotate?: number;
}

export function drawText(context: Drawing, text: string, style: TextStyle, place: Placement): void {
  if (text === "") return;
  context.save();
  context.translate(place.x, place.y);
  if (place.rotate) context.rotate((place.rotate * Math.PI) / 180);
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  parse(text, style).forEach((line, index) => {
    const widths = line.map(run => runWidth(context, run, style));
    const total = widths.reduce((sum, width) => sum + width, 0);
    let x = place.anchor === "middle" ? -total / 2 : place.anchor === "end" ? -total : 0;
    const y = index * style.size * LINE_SPACING;
    line.forEach((run, i) => {
      context.font = cssFont(style.size * run.scale, run.weight, run.italic, style.mono);
      context.fillStyle = run.color ?? style.color;
      context.fillText(run.text, x, y + run.shift * style.size);
      x += widths[i]!;
    });
  });
  context.restore();
}

/** The text with a line break wherever the next word would pass `width`; breaks that it has stay. */
export function wrapText(text: string, style: TextStyle, width: number): string {
  if (measureText(text, style).width <= width) return text;
  return text
    .split(/<br>|\n/)
    .flatMap(line => {
      const lines: string[] = [];
      // A blank inside a tag (<span style="...">) is no place to break.
      for (const word of line.split(/ (?![^<>]*>)/)) {
        const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
        if (lines.length > 0 && measureText(longer, style).width <= width) lines[lines.length - 1] = longer;
        else lines.push(word);
      }
      return lines;
    })
    .join("<br>");
}

/** The text cut to a width, with an ellipsis; markup is not understood here. */
export function shorten(text: string, style: TextStyle, width: number): string {
  if (measureText(text, style).width <= width) return text;
  let keep = text.length - 1;
  while (keep > 0 && measureText(`${text.slice(0, keep).trimEnd()}…`, style).width > width) keep--;
  return `${text.slice(0, keep).trimEnd()}…`;
}
