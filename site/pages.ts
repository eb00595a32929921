// Which pages there are, in which order a reader meets them, and where each lies in the site.
import { basename, relative, sep } from "node:path";
import { chapterName } from "../tests/harness/chapter-name";
import { readNotebook } from "../tests/harness/notebook";
import { findNotebooks, projectRoot } from "../tests/harness/project";

export type PageKind = "landing" | "chapter" | "gallery" | "solutions" | "file";

export interface Page {
  kind: PageKind;
  /** What it is made from: a notebook, or for "file" a file of the repository that a chapter names. Relative to the repository, with "/". */
  source: string;
  /** Path in the site, with "/". */
  path: string;
  /** Number of the chapter; undefined for pages outside of the row. */
  chapter?: number;
}

/** The course's notebooks. Those in Python start it on somebody's service, and are no part of it. */
export function courseNotebooks(): string[] {
  return findNotebooks().filter(file => readNotebook(file).metadata.kernelspec?.language === "typescript");
}

/** The pages made from notebooks: the map of the course, the chapters in order, the gallery, and the solutions. */
export function notebookPages(): Page[] {
  const pages = courseNotebooks().map(pageOf);
  const rank = ({ kind }: Page) => ["landing", "chapter", "gallery", "solutions"].indexOf(kind);
  return pages.sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
}

function pageOf(file: string): Page {
  const source = relative(projectRoot, file).split(sep).join("/");
  const path = source.replace(/^notebooks\//, "").replace(/\.ipynb$/, ".html");
  const chapter = chapterName(file);
  if (chapter) return { kind: chapter.isSolution ? "solutions" : "chapter", source, path, chapter: chapter.number };
  return { kind: basename(file) === "index.ipynb" ? "landing" : "gallery", source, path };
}

/** The page of a file of the repository that a chapter links: a README, a program. */
export function filePage(source: string): Page {
  return { kind: "file", source, path: `files/${source.replaceAll("/", "-")}.html` };
}

/** The way from one page of the site to another, or to a file beside them. */
export function wayTo(from: Page, path: string): string {
  return `${"../".repeat(from.path.split("/").length - 1)}${path}`;
}
