// `ftt site`: the saved notebooks as a site of static pages. nbconvert turns each notebook into plain sections by the one template here; what
// is done to their tree then (formulas, figures, links, headings, exercises) and the page around them is in the files beside this one.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { type Document, type Element, isTag } from "domhandler";
import { parseDocument } from "htmlparser2";
import { nbconvert } from "nbconvert-cli-wrapper";
import { projectRoot } from "../tests/harness/project";
import { writeAssets } from "./assets";
import { after, byClass, byTag, hasClass, htmlOf, textOf, unwrap, wrap } from "./dom";
import { SiteError } from "./errors";
import { type ExerciseTitles, headSolutions, linkSolutions } from "./exercises";
import { extractPictures, type Still } from "./figures";
import { makeLanding } from "./landing";
import { isReadable, type Linking, rewriteLinks } from "./links";
import { renderMath } from "./math";
import { type Entry, pageHtml } from "./page";
import { filePage, notebookPages, type Page } from "./pages";
import { numberSections } from "./sections";

export interface SiteOptions {
  signal?: AbortSignal;
}

export interface BuiltSite {
  /** The pages, as paths in the site. */
  pages: string[];
}

interface Draft {
  page: Page;
  root: Document;
  title: string;
  stills: Still[];
}

/** Writes the site into `folder`, whose earlier content is removed when it is a site. */
export async function buildSite(folder: string, { signal }: SiteOptions = {}): Promise<BuiltSite> {
  prepare(folder);
  const pages = notebookPages();
  const work = mkdtempSync(join(tmpdir(), "ftt-site-"));
  try {
    writeAssets(folder);
    const bySource = new Map(pages.map(page => [page.source, page]));
    const drafts = await draftPages(pages, folder, work, signal);
    const files = linkAll(drafts, bySource);
    const more = await draftPages(files, folder, work, signal);
    // Links of a file to further files end here: a site of the course is not a site of the repository.
    for (const { page, root } of more) rewriteLinks(root, page, { pages: bySource, wanted: () => undefined });
    connectExercises(drafts);
    const pictures = new Map(drafts.map(draft => [draft.page.path, pictureOf(draft)] as const).filter(hasStill));
    for (const { page, root } of drafts) if (page.kind === "landing") makeLanding(root, page, pictures);
    const entries = drafts.map(
      ({ page, title }): Entry => ({ page, title: page.kind === "landing" ? "The map" : title }),
    );
    for (const draft of [...drafts, ...more]) writePage(folder, draft, entries);
    return { pages: [...drafts, ...more].map(({ page }) => page.path) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A file that says that the folder is a site of ours, which may be removed. */
const MARK = ".ftt-site";

/** Empties the folder, but only one that holds a site of ours or nothing. */
function prepare(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    if (!existsSync(join(folder, MARK)))
      throw new SiteError(
        `site: expected an empty folder or an earlier site, got "${folder}", which holds other files`,
      );
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, MARK), "made by: ftt site\n");
}

async function draftPages(pages: Page[], folder: string, work: string, signal?: AbortSignal): Promise<Draft[]> {
  const fragments = await convert(pages, work, signal);
  const drafts: Draft[] = [];
  for (const page of pages) {
    signal?.throwIfAborted();
    const root = parseDocument(readFileSync(fragments.get(page)!, "utf8"));
    const title = textOf(byTag(root, "h1")[0] ?? root).slice(0, 120) || page.source;
    tidyCode(root);
    const stills = await extractPictures(root, page, folder);
    drafts.push({ page, root, title, stills });
  }
  return drafts;
}

/** Runs nbconvert once for each folder, as a chapter and its solutions have one name. */
async function convert(pages: Page[], work: string, signal?: AbortSignal): Promise<Map<Page, string>> {
  const made = new Map<Page, string>();
  const folders = new Map<string, { notebook: string; page: Page }[]>();
  for (const page of pages) {
    const notebook = page.kind === "file" ? notebookOf(page, work) : join(projectRoot, page.source);
    folders.set(dirname(notebook), [...(folders.get(dirname(notebook)) ?? []), { notebook, page }]);
  }
  const runs = [...folders.values()].map(async (group, i) => {
    const outputDir = join(work, `html-${pages[0]?.kind}-${i}`);
    const options = {
      to: "html" as const,
      outputDir,
      template: "chapter",
      removeInputTags: ["remove-input"],
      traits: {
        "TemplateExporter.extra_template_basedirs": join(__dirname, "template"),
        "HTMLExporter.exclude_anchor_links": true,
      },
    };
    await nbconvert(
      group.map(({ notebook }) => notebook),
      options,
      { cwd: projectRoot, ...(signal ? { signal } : {}) },
    );
    for (const { notebook, page } of group)
      made.set(page, join(outputDir, basename(notebook, ".ipynb").concat(".html")));
  });
  await Promise.all(runs);
  return made;
}

/** A file of the repository as a notebook of one cell, so that it becomes a page in the way of all others. */
function notebookOf(page: Page, work: string): string {
  const text = readFileSync(join(projectRoot, page.source), "utf8");
  const language = extname(page.source).slice(1);
  const source = language === "md" ? text : `# ${basename(page.source)}\n\n\`\`\`\`${language}\n${text}\n\`\`\`\`\n`;
  const cell = { cell_type: "markdown", id: "file", metadata: {}, source };
  const path = join(work, "files", `${basename(page.path, ".html")}.ipynb`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
  return path;
}

/** Pygments' spans without a colour of their own are weight only; wide things get a box that scrolls instead of the page. */
function tidyCode(root: Document): void {
  const plain = new Set(["", "w", "p", "nx", "n"]);
  for (const block of byClass(root, "highlight"))
    for (const span of byTag(block, "span")) if (plain.has(span.attribs.class ?? "")) unwrap(span);
  for (const table of byTag(root, "table")) {
    if (byTag(table, "table").length === 0) wrap(table, { class: "scroll" });
    for (const cell of byTag(table, "th")) if (textOf(cell) === "") cell.name = "td"; // an empty head names nothing
  }
  // Cells that neither show code nor an output: assertions of ours.
  for (const cell of byClass(root, "cell"))
    if (!cell.children.some(isTag)) cell.attribs = { class: "cell empty", hidden: "" };
}

/** Sets the links of all drafts; returns the pages of files that they name. */
function linkAll(drafts: Draft[], pages: Map<string, Page>): Page[] {
  const files = new Map<string, Page>();
  const linking: Linking = {
    pages,
    wanted(source) {
      if (!isReadable(source)) return undefined;
      const page = files.get(source) ?? filePage(source);
      files.set(source, page);
      return page;
    },
  };
  for (const { page, root } of drafts) rewriteLinks(root, page, linking);
  return [...files.values()];
}

function connectExercises(drafts: Draft[]): void {
  const find = (kind: Page["kind"], chapter: number | undefined) =>
    drafts.find(({ page }) => page.kind === kind && page.chapter === chapter);
  const titles = new Map<number, ExerciseTitles>();
  for (const { page, root } of drafts)
    if (page.kind === "chapter")
      titles.set(page.chapter!, linkSolutions(root, page, find("solutions", page.chapter)?.page));
  for (const { page, root } of drafts) {
    const chapter = page.kind === "solutions" ? find("chapter", page.chapter) : undefined;
    if (chapter) headSolutions(root, page, chapter.page, titles.get(page.chapter!) ?? new Map());
  }
}

/** What a chapter reaches, in one picture: the one that it opens with, else its first bars, which compare results, else its last figure. */
function pictureOf({ page, root, stills }: Draft): Still | undefined {
  if (page.kind !== "chapter") return undefined;
  const opening = byClass(root, "prose")
    .slice(0, 3)
    .flatMap(prose => byTag(prose, "img"))[0];
  const shown = (still: Still) => opening?.attribs.src?.endsWith(still.light);
  return stills.find(shown) ?? stills.find(({ alt }) => /\(bar\b/.test(alt)) ?? stills.at(-1);
}

function hasStill(pair: readonly [string, Still | undefined]): pair is readonly [string, Still] {
  return pair[1] !== undefined;
}

function writePage(folder: string, { page, root, title }: Draft, entries: Entry[]): void {
  const formulas = renderMath(root, page.source);
  const sections = numberSections(root);
  const heading = byTag(root, "h1")[0];
  const lead = heading && byTag(heading.parent as Element, "p").find(p => !hasClass(p, "buttons"));
  if (lead) {
    lead.attribs.class = "lead";
    after(lead, "<!--contents-->");
  } else if (heading) after(heading, "<!--contents-->");
  const html = pageHtml(
    {
      page,
      title,
      description: (lead ? textOf(lead) : title).slice(0, 300),
      sections,
      body: htmlOf(root),
      hasFormulas: formulas > 0,
    },
    entries,
  );
  const path = join(folder, page.path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, html);
}
