// Sections: every heading gets an address of its own, as GitHub forms them, and the page a list of its contents.
import type { Element } from "domhandler";
import { append, byTag, escapeHtml, insideOf, type Tree, textOf } from "./dom";

export interface Section {
  id: string;
  /** Markup of the heading, which may hold a formula. */
  title: string;
  level: number;
}

/** Gives each heading below the title an id and a link to itself; returns those of the second and third level. */
export function numberSections(root: Tree): Section[] {
  const used = new Set<string>();
  return byTag(root, "h2", "h3", "h4").map(heading => {
    const id = unique(heading.attribs.id ?? slug(textOf(heading)), used);
    const title = insideOf(heading);
    heading.attribs.id = id;
    addLink(heading, id);
    return { id, title, level: Number(heading.name[1]) };
  });
}

/** "What you'll build" is "what-youll-build". */
export function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
  return words || "section";
}

function unique(id: string, used: Set<string>): string {
  let name = id;
  for (let n = 1; used.has(name); n++) name = `${id}-${n}`;
  used.add(name);
  return name;
}

function addLink(heading: Element, id: string): void {
  const label = `Link to this section: ${textOf(heading)}`;
  append(heading, `<a class="anchor" href="#${escapeHtml(id)}" aria-label="${escapeHtml(label)}">#</a>`);
}

/** The contents as nested lists. */
export function contentsHtml(sections: Section[]): string {
  const items = sections.filter(({ level }) => level === 2 || level === 3);
  return `<ol>${items.map(({ id, title, level }) => `<li${level === 3 ? ' class="sub"' : ""}><a href="#${escapeHtml(id)}">${title}</a></li>`).join("")}</ol>`;
}
