// Figures on a page: two stills, one for light and one for dark, which is all that a reader without JavaScript needs; and Plotly's JSON in a
// script of its own beside the page, which is loaded only when the figure comes into view. (A page on disk may load a script; it may not
// fetch data.) So a page weighs what its text weighs.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import type { Element } from "domhandler";
import { DomUtils } from "htmlparser2";
import { renderPng } from "../lib/plot/still/render";
import { decodeImage } from "../lib/plot/text/fonts";
import { inTheme } from "../lib/plot/theme/recolor";
import { themeOfFigure } from "../lib/plot/theme/theme";
import type { FigureJson } from "../lib/plot/types";
import { projectRoot } from "../tests/harness/project";
import { darken } from "./darken";
import { byTag, escapeHtml, replaceWith, type Tree } from "./dom";
import { SiteError } from "./errors";
import { type Page, wayTo } from "./pages";

/** A picture that stands for a chapter on the map of the course. */
export interface Still {
  light: string;
  /** Where there is one for dark pages. */
  dark?: string;
  width: number;
  height: number;
  alt: string;
}

/** Moves every picture of a page into files below `site`, and returns them in order. */
export async function extractPictures(root: Tree, page: Page, site: string): Promise<Still[]> {
  const stills: Still[] = [];
  const stem = page.path.replace(/\.html$/, "").replaceAll("/", "-");
  for (const image of byTag(root, "img")) {
    const found = read(image.attribs.src ?? "", page);
    if (!found) continue;
    const { type, bytes } = found;
    const name = `${stem}-${stills.length + 1}`;
    const figure = DomUtils.getParent(image) as Element | null;
    const script = figure?.attribs.class === "plot" ? byTag(figure, "script")[0] : undefined;
    const json = script && (JSON.parse(DomUtils.textContent(script)) as FigureJson);
    const { width, height } = await sizeOf(image, bytes);
    const still: Still = {
      light: put(site, name, type, bytes),
      width,
      height,
      alt: altOf(image.attribs.alt ?? ""),
    };
    if (json && figure) {
      if (themeOfFigure(json).name === "light")
        still.dark = put(site, `${name}-dark`, "png", await renderPng(inTheme(json, "dark")));
      const data = write(site, `figures/${name}.js`, `fttFigure(${JSON.stringify(name)},${JSON.stringify(json)})\n`);
      const frame = `<div class="frame" style="--width:${width}px">${stillHtml(still, page)}</div>`;
      replaceWith(
        figure,
        `<figure class="plot" data-figure="${name}" data-script="${wayTo(page, data)}" data-width="${width}" data-height="${height}">${frame}</figure>`,
      );
    } else {
      const dark = type === "png" ? await darken(bytes) : undefined;
      if (dark) still.dark = put(site, `${name}-dark`, "png", dark);
      const paper = dark ? "" : " paper";
      replaceWith(image, `<span class="frame${paper}" style="--width:${width}px">${stillHtml(still, page)}</span>`);
    }
    stills.push(still);
  }
  return stills;
}

export function stillHtml({ light, dark, width, height, alt }: Still, page: Page): string {
  const image = (src: string, theme: string) =>
    `<img${theme} src="${escapeHtml(wayTo(page, src))}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" loading="lazy" decoding="async">`;
  return dark ? image(light, ' class="light-only"') + image(dark, ' class="dark-only"') : image(light, "");
}

/** Of a figure's words the first line, which names it, and the lines that say what its axes are. */
function altOf(words: string): string {
  const [first = "", ...rest] = words.trim().split("\n");
  const axes = rest.filter(line => /^ {2}[xyz]\d*: /.test(line)).map(line => line.trim());
  return [first, ...new Set(axes)].join("; ").slice(0, 300);
}

/** A picture inside of the page, or one beside the file that the page is made from. */
function read(source: string, page: Page): { type: string; bytes: Buffer } | undefined {
  const inside = source.match(/^data:image\/([a-z+]+);base64,(.*)$/s);
  if (inside) return { type: inside[1]!, bytes: Buffer.from(inside[2]!, "base64") };
  if (/^[a-z]+:/i.test(source) || source === "") return undefined;
  const file = join(projectRoot, dirname(page.source), decodeURIComponent(source));
  if (!existsSync(file)) throw new SiteError(`${page.source}: shows the picture "${source}", which does not exist`);
  return { type: extname(file).slice(1), bytes: readFileSync(file) };
}

/** The size at which a picture is meant: what the notebook says, else half of its pixels, as those of the course have two to a point. */
async function sizeOf(image: Element, bytes: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = image.attribs;
  if (width && height) return { width: Number(width), height: Number(height) };
  const decoded = await decodeImage(bytes);
  return { width: Math.round(decoded.width / 2), height: Math.round(decoded.height / 2) };
}

function put(site: string, name: string, type: string, bytes: Buffer): string {
  // The hash lets a server tell browsers to keep pictures for ever.
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  return write(site, `figures/${name}-${hash}.${type.replace("svg+xml", "svg").replace("jpeg", "jpg")}`, bytes);
}

function write(site: string, path: string, content: string | Buffer): string {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), content);
  return path;
}
