// The few words with which the other files speak of a page's tree.
import type { Document, Element } from "domhandler";
import { DomUtils, parseDocument } from "htmlparser2";

export type Tree = Document | Element;

/** All elements below that fit, in order. */
export function all(root: Tree, fits: (element: Element) => boolean): Element[] {
  return DomUtils.findAll(fits, root.children);
}

export function byTag(root: Tree, ...names: string[]): Element[] {
  return all(root, ({ name }) => names.includes(name));
}

export function hasClass({ attribs }: Element, name: string): boolean {
  return (attribs.class ?? "").split(/\s+/).includes(name);
}

export function byClass(root: Tree, name: string): Element[] {
  return all(root, element => hasClass(element, name));
}

export const textOf = (node: Tree): string => DomUtils.textContent(node).replace(/\s+/g, " ").trim();

export const htmlOf = (nodes: Tree | Tree["children"]): string =>
  DomUtils.getOuterHTML(nodes as Parameters<typeof DomUtils.getOuterHTML>[0], { encodeEntities: "utf8" });

/** What lies inside of it, as markup. */
export const insideOf = (node: Tree): string => htmlOf(node.children);

/** Puts markup in the place of an element. */
export function replaceWith(element: Element, markup: string): void {
  for (const node of [...parseDocument(markup).children]) DomUtils.prepend(element, node);
  DomUtils.removeElement(element);
}

/** Puts an element into another that takes its place: a table into a box that scrolls. */
export function wrap(element: Element, attributes: Record<string, string>): void {
  const box = parseDocument("<div></div>").children[0] as Element;
  box.attribs = attributes;
  DomUtils.replaceElement(element, box);
  DomUtils.appendChild(box, element);
}

/** Leaves what lies inside and takes the element away. */
export function unwrap(element: Element): void {
  for (const node of [...element.children]) DomUtils.prepend(element, node);
  DomUtils.removeElement(element);
}

export function before(element: Element, markup: string): void {
  for (const node of [...parseDocument(markup).children]) DomUtils.prepend(element, node);
}

export function after(element: Element, markup: string): void {
  for (const node of [...parseDocument(markup).children].reverse()) DomUtils.append(element, node);
}

/** Puts markup behind everything inside of an element. */
export function append(element: Element, markup: string): void {
  for (const node of [...parseDocument(markup).children]) DomUtils.appendChild(element, node);
}

/** A text as it may stand in markup, also between quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
