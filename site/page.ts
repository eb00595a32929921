// The page around a chapter: top bar, list of chapters, contents, the way to the next chapter. Everything works without JavaScript; with it
// there are also the switch between light and dark, copying, living figures and the mark at the section that is read.
import { escapeHtml } from "./dom";
import { type Page, wayTo } from "./pages";
import { contentsHtml, type Section } from "./sections";

export interface Content {
  page: Page;
  title: string;
  /** One sentence for search engines and previews. */
  description: string;
  sections: Section[];
  /** Markup of the article. */
  body: string;
  hasFormulas: boolean;
}

/** What the list of chapters shows. */
export interface Entry {
  page: Page;
  title: string;
}

const LOGO =
  '<svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true"><g fill="currentColor"><rect x="3" y="3" width="7" height="7" rx="1.500" opacity=".95"/><rect x="12.500" y="3" width="7" height="7" rx="1.500" opacity=".7"/><rect x="22" y="3" width="7" height="7" rx="1.500" opacity=".45"/><rect x="3" y="12.500" width="7" height="7" rx="1.500" opacity=".7"/><rect x="12.500" y="12.500" width="7" height="7" rx="1.500" opacity=".45"/><rect x="22" y="12.500" width="7" height="7" rx="1.500" opacity=".25"/><rect x="3" y="22" width="7" height="7" rx="1.500" opacity=".45"/><rect x="12.500" y="22" width="7" height="7" rx="1.500" opacity=".25"/><rect x="22" y="22" width="7" height="7" rx="1.500" opacity=".12"/></g></svg>';
const ICON = `data:image/svg+xml,${encodeURIComponent(LOGO.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" color="#2a67b4"'))}`;

// Before anything is drawn, so that a page never flashes in the other theme.
const EARLY =
  'try{const t=localStorage.getItem("ftt-theme");if(t)document.documentElement.dataset.theme=t}catch{}document.documentElement.classList.add("js")';

export function pageHtml(content: Content, entries: Entry[]): string {
  const { page, title, description, sections, body, hasFormulas } = content;
  const asset = (path: string) => wayTo(page, `assets/${path}`);
  const isLanding = page.kind === "landing";
  const row = entries.filter(entry => ["landing", "chapter"].includes(entry.page.kind));
  const at = row.findIndex(entry => entry.page === page);
  const [previous, next] = at < 0 ? [undefined, undefined] : [row[at - 1], row[at + 1]];
  const chapters = chapterList(page, entries);
  const contents = sections.filter(({ level }) => level === 2).length > 1 ? contentsHtml(sections) : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(isLanding ? title : `${title} · From the Tensor`)}</title>
<meta name="description" content="${escapeHtml(description)}">
<meta name="color-scheme" content="light dark">
<script>${EARLY}</script>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${asset("site.css")}">
${hasFormulas ? `<link rel="stylesheet" href="${asset("katex.css")}">\n` : ""}${linkTag("prev", page, previous)}${linkTag("next", page, next)}<script defer src="${asset("site.js")}"></script>
</head>
<body class="${page.kind}" data-plotly="${asset("plotly.min.js")}">
<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<a class="brand" href="${wayTo(page, "index.html")}">${LOGO}<span>From the Tensor</span></a>
<button class="theme" type="button" hidden><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path fill="currentColor" d="M12 3a9 9 0 1 0 0 18V3z"/><circle cx="12" cy="12" r="8.200" fill="none" stroke="currentColor" stroke-width="1.600"/></svg><span class="label">Dark theme</span></button>
<details class="menu"><summary>Chapters</summary><nav aria-label="Chapters, menu">${chapters}</nav></details>
</header>
<div class="columns${contents && !isLanding ? "" : " without-contents"}">
<nav class="chapters" aria-label="Chapters">${chapters}</nav>
<main id="content" tabindex="-1">
<article>
${contents && !isLanding ? body.replace("<!--contents-->", `<details class="inline-contents"><summary>On this page</summary>${contents}</details>`) : body}
</article>
${aroundHtml(page, previous, next)}
<footer class="foot"><p>${footHtml(page)}</p></footer>
</main>
${contents && !isLanding ? `<nav class="contents" aria-label="On this page"><p class="label" aria-hidden="true">On this page</p>${contents}</nav>` : ""}
</div>
</body>
</html>
`;
}

function linkTag(rel: string, page: Page, entry: Entry | undefined): string {
  return entry ? `<link rel="${rel}" href="${wayTo(page, entry.page.path)}">\n` : "";
}

function chapterList(page: Page, entries: Entry[]): string {
  const item = ({ page: other, title }: Entry) => {
    const current = other === page ? ' aria-current="page"' : isPartOf(page, other) ? ' class="near"' : "";
    const [, number, name] = title.match(/^(\d+) · (.*)$/) ?? [];
    const words = number ? `<span class="number">${number}</span> ${escapeHtml(name!)}` : escapeHtml(title);
    return `<li><a href="${wayTo(page, other.path)}"${current}>${words}</a></li>`;
  };
  const shown = entries.filter(entry => ["landing", "chapter", "gallery"].includes(entry.page.kind));
  return `<ul>${shown.map(item).join("")}</ul>`;
}

function isPartOf(page: Page, other: Page): boolean {
  return page.kind === "solutions" && other.kind === "chapter" && page.chapter === other.chapter;
}

function aroundHtml(page: Page, previous: Entry | undefined, next: Entry | undefined): string {
  if (!previous && !next) return "";
  const link = (entry: Entry | undefined, rel: string, words: string) =>
    entry
      ? `<a class="${rel}" rel="${rel}" href="${wayTo(page, entry.page.path)}"><small>${words}</small> ${escapeHtml(entry.title)}</a>`
      : "<span></span>";
  return `<nav class="around" aria-label="Next and previous chapter">${link(previous, "prev", "Before")}${link(next, "next", "Next")}</nav>`;
}

function footHtml(page: Page): string {
  const source = `<code>${escapeHtml(page.source)}</code>`;
  if (page.kind === "file") return `The file ${source} of the course, as it is in the repository.`;
  return `Made from the saved outputs of ${source}. Run it yourself: <code>npm start</code>. Code under the MIT licence.`;
}
