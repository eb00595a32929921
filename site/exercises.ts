// Exercises stand in their chapters, unsolved; their solutions are pages of their own. Each exercise links its solution and each solution its
// exercise, so that nobody meets an answer by scrolling, and nobody has to search for one. The checker's verdict, which is saved with every
// exercise, says which is which.
import type { Element } from "domhandler";
import { DomUtils } from "htmlparser2";
import { after, before, byClass, escapeHtml, hasClass, type Tree, textOf } from "./dom";
import { type Page, wayTo } from "./pages";

/** What an exercise is called: the words in bold with which its text begins. */
export type ExerciseTitles = Map<string, string>;

/** Of a chapter's page: gives each exercise an address, and adds the link to its solution. Returns the exercises' titles. */
export function linkSolutions(root: Tree, page: Page, solutions: Page | undefined): ExerciseTitles {
  const titles: ExerciseTitles = new Map();
  for (const verdict of byClass(root, "verdict")) {
    const name = verdict.attribs["data-exercise"] ?? "";
    const cell = verdict.parent as Element;
    if (titles.has(name) || !name) continue;
    titles.set(name, titleBefore(cell) ?? titleFrom(name));
    verdict.attribs.id = `exercise-${name}`;
    if (!solutions) continue;
    const href = `${wayTo(page, solutions.path)}#solution-${name}`;
    const label = `Solution of ${titles.get(name)}`;
    after(
      verdict,
      `<p class="solution-link"><a href="${escapeHtml(href)}" aria-label="${escapeHtml(label)}">Solution</a></p>`,
    );
  }
  return titles;
}

/** Of a page of solutions: a heading for each, and the way back. */
export function headSolutions(root: Tree, page: Page, chapter: Page, titles: ExerciseTitles): void {
  const seen = new Set<string>();
  for (const verdict of byClass(root, "verdict")) {
    const name = verdict.attribs["data-exercise"] ?? "";
    if (seen.has(name) || !name) continue;
    seen.add(name);
    const back = `${wayTo(page, chapter.path)}#exercise-${name}`;
    const heading = `<h2 id="solution-${escapeHtml(name)}">${escapeHtml(titles.get(name) ?? titleFrom(name))}</h2>`;
    // Words before a cell belong to it, as do cells before the one that is checked.
    let first = verdict.parent as Element;
    for (let node = sibling(first); node && !isEnd(node); node = sibling(node)) first = node;
    before(first, heading);
    after(verdict, `<p class="solution-link"><a href="${escapeHtml(back)}">Back to the exercise</a></p>`);
  }
}

function isEnd(element: Element): boolean {
  const holdsTitle = DomUtils.findOne(({ name }) => name === "h1", element.children) !== null;
  return (
    holdsTitle || byClass(element, "verdict").length > 0 || element.attribs.id === "cell-setup" || element.name === "h2"
  );
}

function sibling(element: Element): Element | undefined {
  return (DomUtils.prevElementSibling(element) ?? undefined) as Element | undefined;
}

/** The bold words that a text begins with; "in **one expression**" is no title. */
function titleBefore(cell: Element): string | undefined {
  const prose = sibling(cell);
  if (!prose || !hasClass(prose, "prose")) return undefined;
  const strong = DomUtils.findOne(({ name }) => name === "strong", prose.children) as Element | null;
  const title = strong && textOf(strong);
  return title && textOf(prose).startsWith(title) ? title.replace(/[.:]$/, "") : undefined;
}

/** "06-earth-mover" is "Earth mover". */
function titleFrom(name: string): string {
  const words = name.replace(/^\d+-/, "").replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
