/**
 * Magics: lines of a cell that are for the kernel. A magic stands at the beginning of a line where a statement may begin, so
 * that `a\n% b` and `!ready` in the middle of an expression stay TypeScript. Each becomes a call at its place in the code and
 * an empty line of the same length for the type checker.
 */
import { runtimeName, timeEnd } from "../evaluate/runtime-name";
import { scan } from "../evaluate/scan";
import { magicHelp } from "./help";

export type TypesMode = "strict" | "warn" | "off";

export interface ParsedCell {
  /** The cell for the type checker: as many lines, the same columns. */
  checked: string;
  /** The cell to compile. */
  source: string;
  timed: boolean;
  types: TypesMode | undefined;
}

const names = magicHelp.map(magic => magic.name).filter(name => /^%[a-z]/.test(name));

export function parseMagics(cell: string, isDeclared: (name: string) => boolean): ParsedCell {
  const result: ParsedCell = { checked: cell, source: cell, timed: false, types: undefined };
  if (/^\s*%%bash\b/.test(cell)) {
    const script = cell.replace(/^\s*%%bash[^\n]*\n?/, "");
    return { ...result, checked: "", source: call("%%bash", script) };
  }
  let text = cell;
  if (/^\s*%%time[ \t]*(?=\n|$)/.test(text)) {
    result.timed = true;
    text = text.replace(/%%time/, "      ");
  }
  if (!/^[ \t]*[%!]/m.test(text)) return { ...result, checked: text, source: text };
  let checked = text;
  let source = text;
  // From the last line to the first, so that the offsets of the lines before stay true.
  for (const start of scan(text).lineStarts.reverse()) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    const magic = parseLine(line, name => isDeclared(name) || isGlobal(name) || declares(text, name));
    if (!magic) continue;
    if (magic.name === "%types") result.types = typesMode(magic.argument);
    const replace = (whole: string, by: string) => whole.slice(0, start) + by + whole.slice(end);
    if (magic.name === "%time") {
      const indent = " ".repeat(line.length - magic.argument.length);
      checked = replace(checked, indent + magic.argument);
      source = replace(
        source,
        `${call("%time-start", "")} ${magic.argument.replace(/;?\s*$/, ";")} ${call(timeEnd, "")}`,
      );
    } else {
      checked = replace(checked, " ".repeat(line.length));
      source = replace(source, magic.name === "%types" ? "" : call(magic.name, magic.argument));
    }
  }
  return { ...result, checked, source };
}

/** A line that looks like a magic and is none, for the words of an error about a cell that cannot be compiled. */
export function unknownMagic(cell: string): string | undefined {
  const words = scan(cell).lineStarts.map(start => /^[ \t]*(%%?[a-zA-Z_]+)/.exec(cell.slice(start, start + 80))?.[1]);
  return words.find(word => word !== undefined && !magicHelp.some(magic => magic.name === word));
}

function parseLine(
  line: string,
  isDeclared: (name: string) => boolean,
): { name: string; argument: string } | undefined {
  const text = line.trim();
  if (text.startsWith("%")) {
    const name = /^%[a-z]+/.exec(text)?.[0] ?? "";
    return names.includes(name) ? { name, argument: text.slice(name.length).trim() } : undefined;
  }
  const word = /^!\s*([\p{ID_Continue}$./~-]+)/u.exec(text)?.[1];
  if (word === undefined) return undefined;
  const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(word)?.[0] ?? "";
  const rest = text.slice(text.indexOf(word) + name.length);
  // `!ready` and `!done && next()` are TypeScript if the name is one, and a call with brackets always is. A name that another
  // word follows, as in `!git status`, can only be a command.
  const isExpression = name !== "" && (/^\(/.test(rest) || (isDeclared(name) && !followedByWord.test(rest)));
  return isExpression ? undefined : { name: "!", argument: text.slice(1).trim() };
}

const followedByWord = /^[ \t]+(?!(?:in|instanceof|as|satisfies)\b)[\p{ID_Start}$_"'\d]/u;

/** Node's globals, and what the kernel adds to them. */
const globals = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  "Jupyter",
  "input",
  "require",
  "__dirname",
  "__filename",
]);

function isGlobal(name: string): boolean {
  return globals.has(name);
}

/** Whether the cell itself declares a name, in a statement or among several: `let a = 1, b = 2`, `const { a } = ...`, `import`. */
function declares(cell: string, name: string): boolean {
  const code = cell.replace(/^[ \t]*[!%].*$/gm, "");
  const written = `(?<![\\p{ID_Continue}$.])${name.replaceAll("$", "\\$")}(?![\\p{ID_Continue}$])`;
  const first = new RegExp(`\\b(?:let|const|var|function|class|enum|namespace|import|using)\\b[^;=]*?${written}`, "u");
  const further = new RegExp(`\\b(?:let|const|var)\\b[^;]*?,\\s*${written}\\s*[:=](?!=)`, "u");
  return first.test(code) || further.test(code);
}

function typesMode(argument: string): TypesMode {
  if (argument === "strict" || argument === "warn" || argument === "off") return argument;
  if (argument === "on" || argument === "") return "strict";
  throw new SyntaxError(`%types: expected strict, warn or off, got "${argument}"`);
}

function call(name: string, argument: string): string {
  return `await ${runtimeName}.magic(${JSON.stringify(name)}, ${JSON.stringify(argument)});`;
}
