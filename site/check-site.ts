// Reads a built site as a reader's browser would and finds what is broken: a link to a page, a place or a file that is not there, a picture
// without words, an address that needs the network, a formula left as TeX.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Document, isText } from "domhandler";
import { DomUtils, parseDocument } from "htmlparser2";
import { all, byTag, type Tree } from "./dom";

/** One line for each fault, with the page in front; none when all is well. */
export function checkSite(folder: string): string[] {
  const files = pagesBelow(folder);
  const trees = new Map(files.map(file => [file, parseDocument(readFileSync(file, "utf8"))]));
  const ids = new Map([...trees].map(([file, tree]) => [file, idsOf(tree)]));
  const faults: string[] = [];
  for (const [file, tree] of trees) {
    const say = (words: string) => faults.push(`${relative(folder, file).split(sep).join("/")}: ${words}`);
    for (const id of doubles(tree)) say(`the id "${id}" occurs twice`);
    for (const { name, attribs } of all(tree, ({ attribs }) => attribs.href !== undefined)) {
      const [path = "", anchor] = attribs.href!.split("#") as [string, string?];
      if (/^(https?|mailto|data):/.test(path)) {
        if (name === "link" && !path.startsWith("data:")) say(`<link> to ${path} needs the network`);
        continue;
      }
      const target = path === "" ? file : resolve(dirname(file), decodeURIComponent(path));
      if (!existsSync(target)) say(`the link "${attribs.href}" leads nowhere`);
      else if (anchor && !ids.get(target)?.has(decodeURIComponent(anchor)))
        say(`the link "${attribs.href}" leads to a page without that place`);
    }
    for (const { name, attribs } of byTag(tree, "img", "script", "source", "iframe")) {
      const source = attribs.src;
      if (name === "img" && attribs.alt === undefined) say(`the picture "${source?.slice(0, 60)}" has no words`);
      if (name === "img" && !(Number(attribs.width) > 0)) say(`the picture "${source?.slice(0, 60)}" has no size`);
      if (source !== undefined) checkFile(source, file, say);
    }
    for (const { attribs } of all(tree, ({ attribs }) => attribs["data-script"] !== undefined))
      checkFile(attribs["data-script"]!, file, say);
    const tex = texLeft(tree);
    if (tex) say(`a formula was left as TeX: ${tex}`);
    if (byTag(tree, "h1").length !== 1) say(`expected one title (h1), found ${byTag(tree, "h1").length}`);
  }
  return faults;
}

function checkFile(source: string, page: string, say: (words: string) => void): void {
  if (source.startsWith("data:")) return;
  if (/^(https?:)?\/\//.test(source)) say(`"${source}" needs the network`);
  else if (!existsSync(resolve(dirname(page), decodeURIComponent(source)))) say(`"${source}" is not there`);
}

function pagesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(".html"))
    .map(entry => join(entry.parentPath, entry.name));
}

function idsOf(tree: Document): Set<string> {
  return new Set(all(tree, ({ attribs }) => attribs.id !== undefined).map(({ attribs }) => attribs.id!));
}

function doubles(tree: Document): string[] {
  const seen = new Set<string>();
  return all(tree, ({ attribs }) => attribs.id !== undefined)
    .map(({ attribs }) => attribs.id!)
    .filter(id => seen.has(id) || !seen.add(id));
}

/** Words in the running text that look like a formula nobody has set. */
function texLeft(tree: Tree): string | undefined {
  const verbatim = new Set(["code", "pre", "script", "style", "annotation"]);
  for (const node of tree.children) {
    if (isText(node)) {
      const found = node.data.match(/\$\$?[^$]*\\[a-z]+[^$]*\$/i)?.[0];
      if (found) return found.slice(0, 60);
    } else if (DomUtils.hasChildren(node) && !("name" in node && verbatim.has(node.name))) {
      const found = texLeft(node as Tree);
      if (found) return found;
    }
  }
  return undefined;
}
