// Formulas: TeX between dollars, as Jupyter reads it, set when the page is made. KaTeX writes MathML for screen readers beside the HTML that
// is seen; the style sheet holds its fonts, so that formulas need no network and no JavaScript.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type ChildNode, type Document, type Element, isTag, isText } from "domhandler";
import { DomUtils, parseDocument } from "htmlparser2";
import katex from "katex";
import { append, byTag, htmlOf, textOf } from "./dom";
import { SiteError } from "./errors";

/** Elements whose text is not read for formulas. */
const VERBATIM = new Set(["code", "pre", "script", "style", "textarea", "title", "annotation"]);
const FORMULA = /(?<!\\)\$\$([\s\S]+?)(?<!\\)\$\$|(?<![\\$])\$([^$]+?)(?<!\\)\$/g;

/**
 * Sets all formulas below a node in place and returns how many there were. `page` is named when one cannot be read.
 *
 *     const document = parseDocument("<p>$x^2$</p>");
 *     renderMath(document, "01-tensors.ipynb"); // 1
 */
export function renderMath(root: Document | Element, page: string): number {
  let count = 0;
  for (const node of [...root.children]) {
    if (isTag(node)) {
      if (!VERBATIM.has(node.name)) count += renderMath(node, page);
    } else if (isText(node) && node.data.includes("$")) {
      const parts = formulas(node.data, page);
      count += parts.filter(part => part.math).length;
      if (parts.some(part => part.math))
        replaceBy(
          node,
          parts.flatMap(part => nodesOf(part)),
        );
    }
  }
  return count;
}

interface Part {
  math: boolean;
  text: string;
}

function formulas(text: string, page: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(FORMULA)) {
    parts.push({ math: false, text: text.slice(end, match.index) });
    parts.push({ math: true, text: setFormula(match[1] ?? match[2]!, match[1] !== undefined, page) });
    end = match.index + match[0].length;
  }
  return [...parts, { math: false, text: text.slice(end) }];
}

function setFormula(tex: string, displayMode: boolean, page: string): string {
  try {
    // KaTeX has no measures of this sign, which the text around writes too.
    return katex.renderToString(tex.replaceAll("½", "\\tfrac{1}{2}"), {
      displayMode,
      throwOnError: true,
      strict: false,
    });
  } catch (error) {
    throw new SiteError(`${page}: the formula $${tex.trim()}$ cannot be set: ${(error as Error).message}`);
  }
}

function nodesOf({ math, text }: Part): ChildNode[] {
  if (math) return parseDocument(text).children;
  // Text goes through the parser as text, so what was escaped stays escaped.
  return text === "" ? [] : parseDocument(text.replace(/&/g, "&amp;").replace(/</g, "&lt;")).children;
}

/**
 * A page as nbconvert writes it, with its formulas set, and without the programs that it would fetch from the network to set them: a page
 * that `ftt html` makes can be read anywhere.
 */
export function setFormulasOf(html: string, page: string): string {
  const document = parseDocument(html);
  const head = byTag(document, "head")[0];
  const body = byTag(document, "body")[0];
  if (!head || !body) return html;
  for (const script of byTag(head, "script")) {
    const fetched = /^https?:/.test(script.attribs.src ?? "") || /MathJax|https?:\/\/\S+mermaid/.test(textOf(script));
    if (fetched) DomUtils.removeElement(script);
  }
  if (renderMath(body, page) > 0) append(head, `<style>${mathStyle()}</style>`);
  return htmlOf(document);
}

function replaceBy(node: ChildNode, fresh: ChildNode[]): void {
  for (const one of [...fresh]) DomUtils.prepend(node, one);
  DomUtils.removeElement(node);
}

/** KaTeX's style with its fonts inside: browsers differ in whether a page on disk may read a font beside it. */
export function mathStyle(): string {
  const dist = dirname(createRequire(__filename).resolve("katex/dist/katex.min.css"));
  return readFileSync(join(dist, "katex.min.css"), "utf8").replace(
    /url\(fonts\/([^)]+\.woff2)\) format\("woff2"\)(?:,url\([^)]+\) format\("[^"]+"\))*/g,
    (_, file: string) =>
      `url(data:font/woff2;base64,${readFileSync(join(dist, "fonts", file)).toString("base64")}) format("woff2")`,
  );
}
