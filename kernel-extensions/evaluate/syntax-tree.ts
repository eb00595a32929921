/** Ways about acorn's syntax tree. */
import type { AnyNode, Pattern } from "acorn";

/** The nodes right below a node, each with the name of its place. */
export function* children(node: AnyNode): Generator<[string, AnyNode]> {
  for (const [key, value] of Object.entries(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof item.type === "string") yield [key, item];
    } else if (value && typeof value === "object" && typeof (value as AnyNode).type === "string") {
      yield [key, value as AnyNode];
    }
  }
}

/** The names that a pattern binds. */
export function collectNames(pattern: Pattern, into: Set<string>): void {
  switch (pattern.type) {
    case "Identifier":
      into.add(pattern.name);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        collectNames(property.type === "RestElement" ? property.argument : property.value, into);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) if (element) collectNames(element, into);
      break;
    case "RestElement":
      collectNames(pattern.argument, into);
      break;
    case "AssignmentPattern":
      collectNames(pattern.left, into);
      break;
  }
}
