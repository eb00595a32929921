// HTML and SVG as trees: order of attributes and classes, case of tags, quotes and white space between elements do not matter; elements,
// attributes and text do, numbers within tolerance.
import { parseDocument } from "htmlparser2";
import type { Difference } from "./difference";
import { compareJson } from "./json";
import type { Rules } from "./rules";

// What htmlparser2's nodes have in common, as far as it is read here.
interface Node {
  type: string;
  name?: string;
  data?: string;
  attribs?: Record<string, string>;
  children?: Node[];
}

interface Tree {
  element: string;
  attributes: Record<string, unknown>;
  children: (Tree | string)[];
}

export function compareMarkup(saved: string, fresh: string, rules: Rules, xml = false): Difference[] {
  return compareJson(tree(saved, xml), tree(fresh, xml), rules, { exactIntegers: true });
}

function tree(source: string, xml: boolean): (Tree | string)[] {
  return nodes(
    parseDocument(source, { xmlMode: xml, lowerCaseTags: !xml, lowerCaseAttributeNames: !xml }).children as Node[],
    false,
  );
}

// Inside these, white space is content.
const preformatted = new Set(["pre", "textarea", "script", "style"]);

function nodes(list: Node[], keepSpace: boolean): (Tree | string)[] {
  return list.flatMap((node): (Tree | string)[] => {
    if (node.type === "comment" || node.type === "directive") return [];
    if (node.type === "text") {
      const content = keepSpace ? node.data! : node.data!.replace(/\s+/g, " ").trim();
      return content === "" ? [] : [content];
    }
    const name = node.name ?? node.type;
    const attributes = Object.fromEntries(
      Object.entries(node.attribs ?? {}).map(([key, value]) => [key, attribute(key, value)]),
    );
    return [{ element: name, attributes, children: nodes(node.children ?? [], keepSpace || preformatted.has(name)) }];
  });
}

function attribute(name: string, value: string): unknown {
  if (name === "class") return value.split(/\s+/).filter(Boolean).sort();
  if (name !== "style") return value;
  const declarations = value.split(";").map(part => part.split(/:(.*)/s).map(word => word.trim()));
  return Object.fromEntries(
    declarations.filter(([property]) => property).map(([property, given]) => [property!.toLowerCase(), given ?? ""]),
  );
}
