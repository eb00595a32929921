// Links of a notebook lead to notebooks and to files of the repository; on the site they lead to pages.
import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import type { Element } from "domhandler";
import { projectRoot } from "../tests/harness/project";
import { byTag, type Tree, unwrap } from "./dom";
import { SiteError } from "./errors";
import { type Page, wayTo } from "./pages";

export interface Linking {
  /** Pages by what they are made from. */
  pages: Map<string, Page>;
  /** Called for a file of the repository that a chapter names and that has no page yet; the page it will have, or undefined for none. */
  wanted(source: string): Page | undefined;
}

/** Turns every link that is relative to the notebook into one between pages. Throws when it names what is not there. */
export function rewriteLinks(root: Tree, page: Page, { pages, wanted }: Linking): void {
  for (const link of byTag(root, "a")) {
    const href = link.attribs.href ?? "";
    if (/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(href)) {
      if (/^https?:/.test(href)) link.attribs.rel = "noopener";
      continue;
    }
    const [path = "", anchor] = href.split("#") as [string, string?];
    const source = normalize(join(dirname(page.source), decodeURIComponent(path))).replace(/\/$/, "");
    const target = pages.get(source) ?? firstBelow(source, pages) ?? inRepository(source, link, page) ?? wanted(source);
    if (target) link.attribs.href = wayTo(page, target.path) + (anchor ? `#${anchor}` : "");
    else if (target === undefined) unwrap(link);
  }
}

/** A folder of notebooks is the first page made from it. */
function firstBelow(folder: string, pages: Map<string, Page>): Page | undefined {
  return [...pages.values()].find(({ source }) => dirname(source) === folder && source.endsWith(".ipynb"));
}

function inRepository(source: string, { attribs }: Element, page: Page): undefined {
  const path = join(projectRoot, source);
  if (source.startsWith("..") || !existsSync(path))
    throw new SiteError(`${page.source}: links to "${attribs.href}", which does not exist`);
  return undefined;
}

/** Files that become pages of their own: what a reader can read. */
export function isReadable(source: string): boolean {
  return /\.(md|ts|js|mjs|py|html|css|json)$/.test(source) && statSync(join(projectRoot, source)).isFile();
}
