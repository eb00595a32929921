/**
 * A scanner of TypeScript that knows just enough to find what may stand only at the top level of a module: `import`, `export`,
 * `declare global`, namespaces, and the lines that begin a statement (where a magic may stand). TypeScript 7 has no parser to
 * call from JavaScript, and esbuild shows no syntax tree, so strings, templates, comments and regular expressions are skipped
 * by hand and brackets are counted; everything between is left to the real compilers.
 */
export interface Range {
  start: number;
  end: number;
}

export interface Scan {
  imports: Range[];
  /** `export` in front of a declaration (the word alone), or a whole `export { ... }` / `export * from` statement. */
  exports: Range[];
  /** `declare global { ... }` and `declare module "..." { ... }`. */
  ambient: Range[];
  namespaces: (Range & { name: string })[];
  /** Names of classes, interfaces, types and enums at the top level. */
  types: string[];
  /** Offsets of `var` at the top level, with the first name that each declares. */
  vars: { start: number; name: string }[];
  /** Offsets of `throw` outside of every bracket. */
  throws: number[];
  /** Offsets where a line begins outside of every bracket, string and comment, and not behind an operator. */
  lineStarts: number[];
  /** What is still open at the end: a bracket, a template, a comment; undefined when nothing is. */
  open: "bracket" | "template" | "comment" | undefined;
}

const identifier = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
/** After these words a slash begins a regular expression, not a division. */
const beforeExpression = new Set(
  "return typeof case do else in of instanceof new void delete throw await yield extends default".split(" "),
);

interface Token {
  text: string;
  start: number;
  end: number;
  /** Depth of brackets around it. */
  depth: number;
  firstOnLine: boolean;
}

export function scan(source: string): Scan {
  const { tokens, lineStarts, open } = tokenize(source);
  const result: Scan = {
    imports: [],
    exports: [],
    ambient: [],
    namespaces: [],
    types: [],
    vars: [],
    throws: [],
    lineStarts,
    open,
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.depth !== 0) continue;
    if (token.text === "throw" && tokens[i - 1]?.text !== ".") result.throws.push(token.start);
    if (!beginsStatement(tokens, i)) continue;
    if (token.text === "var") result.vars.push({ start: token.start, name: tokens[i + 1]?.text ?? "" });
    let at = i;
    if (token.text === "import" && tokens[i + 1]?.text !== "(" && tokens[i + 1]?.text !== ".") {
      const last = endOfModuleStatement(tokens, i);
      result.imports.push({ start: token.start, end: tokens[last]!.end });
      i = last;
      continue;
    }
    if (token.text === "export") {
      const next = tokens[i + 1]?.text;
      if (next === "{" || next === "*" || (next === "type" && tokens[i + 2]?.text === "{")) {
        const last = endOfModuleStatement(tokens, i);
        result.exports.push({ start: token.start, end: tokens[last]!.end });
        i = last;
        continue;
      }
      const isDefault = next === "default";
      result.exports.push({ start: token.start, end: isDefault ? tokens[i + 1]!.end : token.end });
      at = isDefault ? i + 2 : i + 1;
      if (next === "var") result.vars.push({ start: tokens[at]!.start, name: tokens[at + 1]?.text ?? "" });
    }
    while (["declare", "abstract"].includes(tokens[at]?.text ?? "")) at += 1;
    if (tokens[at]?.text === "const" && tokens[at + 1]?.text === "enum") at += 1;
    if (["class", "interface", "type", "enum"].includes(tokens[at]?.text ?? ""))
      result.types.push(tokens[at + 1]?.text ?? "");
    const word = tokens[at];
    const name = tokens[at + 1];
    const declared = tokens[at - 1]?.text === "declare";
    if (declared && (word?.text === "global" || (word?.text === "module" && /^["']/.test(name?.text ?? "")))) {
      const end = endOfBlock(tokens, at);
      result.ambient.push({ start: token.start, end: tokens[end]!.end });
      i = end;
    } else if (
      (word?.text === "namespace" || word?.text === "module") &&
      name &&
      /^[\p{ID_Start}$_]/u.test(name.text)
    ) {
      if (name.firstOnLine) continue;
      const end = endOfBlock(tokens, at);
      result.namespaces.push({ start: token.start, end: tokens[end]!.end, name: name.text });
      i = end;
    }
  }
  return result;
}

function beginsStatement(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  return !before || tokens[index]!.firstOnLine || before.text === ";" || before.text === "}";
}

/** Index of the last token of an import or export statement: its module name (and attributes), or what stands for one. */
function endOfModuleStatement(tokens: readonly Token[], first: number): number {
  let i = first;
  for (let next = tokens[i + 1]; next; next = tokens[i + 1]) {
    if (next.depth === 0 && next.text === ";") return i + 1;
    const bare = tokens[i]!.depth === 0;
    if (bare && next.depth === 0 && i > first && next.firstOnLine && !continues(tokens[i]!, next)) return i;
    i += 1;
  }
  return i;
}

function continues(before: Token, next: Token): boolean {
  const open = new Set(["from", "import", "as", ",", "=", "*", "type", "with", "assert", "."]);
  return open.has(before.text) || ["from", "as", ",", "=", "{", ".", "with"].includes(next.text);
}

function endOfBlock(tokens: readonly Token[], first: number): number {
  let i = first;
  while (i < tokens.length - 1 && !(tokens[i]!.text === "}" && tokens[i]!.depth === 0)) i += 1;
  return i;
}

function tokenize(source: string): { tokens: Token[]; lineStarts: number[]; open: Scan["open"] } {
  const tokens: Token[] = [];
  const lineStarts: number[] = [];
  /** One entry an open bracket; "${" is a hole in a template. */
  const brackets: string[] = [];
  let open: Scan["open"];
  let i = 0;
  let firstOnLine = true;
  const push = (end: number, depth = brackets.length) => {
    tokens.push({ text: source.slice(i, end), start: i, end, depth, firstOnLine });
    firstOnLine = false;
    i = end;
  };
  const startLine = (at: number) => {
    firstOnLine = true;
    if (brackets.length === 0 && !expectsMore(tokens)) lineStarts.push(at);
  };
  /** Skips template text from `from`; returns true when it ended at a hole. */
  const template = (from: number): boolean => {
    let at = from;
    for (; at < source.length; at++) {
      if (source[at] === "\\") at += 1;
      else if (source[at] === "`") break;
      else if (source[at] === "$" && source[at + 1] === "{") {
        push(at + 2);
        brackets.push("${");
        return true;
      }
    }
    if (at >= source.length) open = "template";
    push(Math.min(at + 1, source.length));
    return false;
  };
  startLine(0);
  while (i < source.length) {
    const char = source[i]!;
    if (char === "\n") {
      i += 1;
      startLine(i);
    } else if (/\s/.test(char)) {
      i += 1;
    } else if (source.startsWith("//", i)) {
      const end = source.indexOf("\n", i);
      i = end < 0 ? source.length : end;
    } else if (source.startsWith("/*", i)) {
      const end = source.indexOf("*/", i + 2);
      if (end < 0) open = "comment";
      i = end < 0 ? source.length : end + 2;
    } else if (char === '"' || char === "'") {
      push(endOfString(source, i));
    } else if (char === "`") {
      template(i + 1);
    } else if (char === "/" && beginsRegex(tokens)) {
      push(endOfRegex(source, i));
    } else if ("([{".includes(char)) {
      push(i + 1);
      brackets.push(char);
    } else if (")]}".includes(char)) {
      if (brackets.pop() === "${" && char === "}") template(i + 1);
      else push(i + 1, brackets.length);
    } else {
      identifier.lastIndex = i;
      const word = identifier.exec(source);
      push(word ? identifier.lastIndex : i + 1);
    }
  }
  return { tokens, lineStarts, open: open ?? (brackets.length > 0 ? "bracket" : undefined) };
}

/** Whether the line before ends in an operator, so that the next one goes on with it. */
function expectsMore(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  const before = tokens.at(-2);
  if (!last) return false;
  if (last.text === ">") return before?.text === "=" && before.end === last.start;
  const isDoubled = (last.text === "+" || last.text === "-") && before?.text === last.text && before.end === last.start;
  return "=+-*/%&|^<?:,.~".includes(last.text) && !isDoubled;
}

function endOfString(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === "\\") i += 1;
    else if (source[i] === source[start]) return i + 1;
    else if (source[i] === "\n") return i;
  }
  return source.length;
}

function beginsRegex(tokens: readonly Token[]): boolean {
  const before = tokens.at(-1);
  if (!before) return true;
  if (/^[\p{ID_Start}$_\d"'`]/u.test(before.text)) return beforeExpression.has(before.text);
  return ![")", "]", "}"].includes(before.text);
}

function endOfRegex(source: string, start: number): number {
  let inClass = false;
  for (let i = start + 1; i < source.length; i++) {
    const char = source[i]!;
    if (char === "\\") i += 1;
    else if (char === "\n")
      return start + 1; // it was a division after all
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return i + 1;
  }
  return start + 1;
}
