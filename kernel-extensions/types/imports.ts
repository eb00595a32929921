/** An import statement taken apart into the names it binds, each with a statement of its own that binds it alone. */
export interface ImportedName {
  local: string;
  /** A statement that binds only this name, under the name given. */
  statement(local: string): string;
}

export function importedNames(text: string): ImportedName[] {
  const parts = /^import\s+(type\s+)?([\s\S]*?)\s*from\s*(["'][\s\S]*)$/.exec(text);
  if (!parts) {
    const equals = /^import\s+(type\s+)?([\w$]+)\s*=\s*([\s\S]*)$/.exec(text);
    if (!equals) return [];
    const [, type = "", name, target] = equals;
    return [{ local: name!, statement: local => `import ${type}${local} = ${oneLine(target!)}` }];
  }
  const [, type = "", clause = "", source = ""] = parts;
  const from = `from ${oneLine(source)}`;
  const names: ImportedName[] = [];
  const byDefault = /^([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(clause)?.[1];
  if (byDefault) names.push({ local: byDefault, statement: local => `import ${type}${local} ${from}` });
  const namespace = /\*\s*as\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(clause)?.[1];
  if (namespace) names.push({ local: namespace, statement: local => `import ${type}* as ${local} ${from}` });
  const braces = /\{([\s\S]*)\}/.exec(clause)?.[1] ?? "";
  for (const part of braces.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "").split(",")) {
    const match = /^\s*(type\s+(?!as\b))?([\p{ID_Continue}$]+|"[^"]*")(?:\s+as\s+([\p{ID_Continue}$]+))?\s*$/u.exec(
      part,
    );
    if (!match) continue;
    const [, typeOnly = "", imported, renamed] = match;
    names.push({
      local: renamed ?? imported!,
      statement: local => `import ${type}{ ${type ? "" : typeOnly}${imported} as ${local} } ${from}`,
    });
  }
  return names;
}

function oneLine(text: string): string {
  return `${text
    .trim()
    .replace(/;$/, "")
    .replace(/\s*\n\s*/g, " ")};`;
}
