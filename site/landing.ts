// The first page: the map of the course. Its words are the index notebook's; its tables of chapters become cards, each with a picture of what
// the chapter reaches, taken from the chapter itself.
import type { Element } from "domhandler";
import { DomUtils } from "htmlparser2";
import { all, byClass, byTag, escapeHtml, hasClass, insideOf, replaceWith, type Tree, textOf } from "./dom";
import { type Still, stillHtml } from "./figures";
import type { Page } from "./pages";

/** Rewrites the index notebook's tree. `pictures` holds each chapter's picture under the path of its page. */
export function makeLanding(root: Tree, page: Page, pictures: Map<string, Still>): void {
  makeHero(root, page, [...pictures.values()].at(-1));
  for (const table of byTag(root, "table")) {
    const columns = byTag(table, "th").map(textOf);
    if (columns[0] !== "chapter") continue;
    const rows = all(table, ({ name, parent }) => name === "tr" && (parent as Element | null)?.name === "tbody");
    const cards = rows.map(row => cardHtml(byTag(row, "td"), columns, page, pictures));
    const group = proseOf(table);
    // Where every chapter shows what it reaches, the drawing of what it is about would say the same twice.
    if (group && cards.every(({ hasPicture }) => hasPicture)) removeFiguresBefore(group);
    replaceWith(table, `<ol class="cards">${cards.map(({ html }) => html).join("")}</ol>`);
  }
}

/** Title, first sentence and where to begin, large; beside them what the last chapter that is written reaches. */
function makeHero(root: Tree, page: Page, still: Still | undefined): void {
  const title = byTag(root, "h1")[0];
  const first = title && proseOf(title);
  const begin = first && (DomUtils.nextElementSibling(first) as Element | null);
  if (!first || !begin) return;
  const links = byTag(begin, "a").filter(({ attribs }) => /^\d\d-.*\.html$/.test(attribs.href ?? ""));
  const button = ({ attribs }: Element, i: number) =>
    `<a class="button${i === 0 ? " first" : ""}" href="${attribs.href}">${i === 0 ? "Begin with chapter 1" : "See a network learn: chapter 3"}</a>`;
  const buttons = links.length === 2 ? `<p class="buttons">${links.map(button).join("")}</p>` : "";
  const picture = still ? `<div class="hero-picture${still.dark ? "" : " paper"}">${stillHtml(still, page)}</div>` : "";
  replaceWith(first, `<div class="hero"><div>${insideOf(first)}${buttons}</div>${picture}</div>`);
}

function cardHtml(cells: Element[], columns: string[], page: Page, pictures: Map<string, Still>) {
  const [chapter, sentence, ...rest] = cells;
  const link = byTag(chapter!, "a")[0];
  const [, number = "", title = textOf(chapter!)] =
    textOf(chapter!).match(/^(\d+) · (.*?)(?: \(not yet written\))?$/) ?? [];
  const facts = rest.map((cell, i) => factOf(columns[i + 2] ?? "", textOf(cell))).filter(Boolean);
  const still = link && pictures.get(link.attribs.href ?? "");
  const picture = still
    ? `<span class="card-picture${still.dark ? "" : " paper"}" aria-hidden="true">${stillHtml({ ...still, alt: "" }, page)}</span>`
    : "";
  const words = `<h3><span class="number">${number}</span> ${escapeHtml(title)}</h3><p>${insideOf(sentence!)}</p><p class="facts">${link ? facts.map(escapeHtml).join(" · ") : "not yet written"}</p>`;
  const html = link
    ? `<li class="card"><a href="${link.attribs.href}">${picture}<span class="card-words">${asSpans(words)}</span></a></li>`
    : `<li class="card unwritten"><span class="card-words">${asSpans(words)}</span></li>`;
  return { html, hasPicture: still !== undefined };
}

/** A card's link holds all of it, and a link may hold no headings and paragraphs. */
function asSpans(html: string): string {
  return html
    .replace(/<h3>/g, '<span class="card-title">')
    .replace(/<p class="facts">/g, '<span class="facts">')
    .replace(/<p>/g, '<span class="sentence">')
    .replace(/<\/(h3|p)>/g, "</span>");
}

function factOf(column: string, value: string): string {
  if (/^\d+ helps$/.test(value)) return `chapter ${value}`;
  if (column.startsWith("before"))
    return /^\d/.test(value) ? `after chapter ${value.replace(", ", " and ")}` : `needs ${value}`;
  return value;
}

function proseOf(element: Element): Element | undefined {
  for (let node = element.parent as Element | null; node; node = node.parent as Element | null)
    if (node.attribs && hasClass(node, "prose")) return node;
  return undefined;
}

function removeFiguresBefore(prose: Element): void {
  const cell = DomUtils.prevElementSibling(prose) as Element | null;
  if (cell && byClass(cell, "plot").length > 0) DomUtils.removeElement(cell);
}
