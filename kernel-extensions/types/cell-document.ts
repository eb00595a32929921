/**
 * All cells as one TypeScript document, each nested in the block of the one before:
 *
 *     import * as tf from "@tensorflow/tfjs";     (moved to the top)
 *     { let x = 1;                                (cell 1)
 *     { const x = "shadows"; x.length             (cell 2)
 *     } }
 *     export {};
 *
 * So a later cell sees every earlier name with its type, declaring a name again shadows it, and assignments and narrowing
 * carry over. What may stand only at the top of a module is moved there (imports, `declare global`) or stays where it is, with
 * the compiler's complaint about the place ignored (namespaces).
 */
import { type Scan, scan } from "../evaluate/scan";
import { type ImportedName, importedNames } from "./imports";

export interface Position {
  line: number;
  character: number;
}

export interface Layout {
  text: string;
  /** The modules that it imports, as written. */
  imports: string[];
  toDocument(position: Position): Position;
  /** The position in the newest cell; undefined for a place in an older cell or in what stands around the cells. */
  toCell(position: Position): Position | undefined;
}

/** A statement that was moved to the top: its lines, indented as in the cell, and the cell's line of the first. */
interface Moved {
  lines: string[];
  line: number;
  names: ImportedName[];
}

interface Prepared {
  /** Same lines and columns as the cell; what was moved is blank. */
  body: string;
  moved: Moved[];
  scan: Scan;
}

interface Entry {
  body: string;
  namespaces: Scan["namespaces"];
  /** What opens its block. */
  open: string;
}

export class CellDocument {
  private entries: Entry[] = [];
  /** Statements at the top: by the name they bind, or by their text when they bind none. */
  private top = new Map<string, string>();
  private readonly values = new Set<string>();
  private readonly types = new Set<string>();

  get size(): number {
    return this.entries.length;
  }

  clear(): void {
    this.entries = [];
    this.top.clear();
    this.values.clear();
    this.types.clear();
  }

  /**
   * Keeps a cell that has run.
   * @param values Names of values that it declares.
   * @param threw Then its `throw`s are taken for expressions, since the compiler does not look at what follows a `throw`.
   */
  add(cell: string, values: readonly string[], threw: boolean): void {
    const prepared = prepare(cell);
    const { opening, statements } = this.aliases(prepared, this.entries.length);
    for (const [key, statement] of statements) this.top.set(key, statement);
    for (const { names, lines } of prepared.moved) {
      if (names.length === 0) this.top.set(lines.join("\n"), lines.join("\n"));
      for (const name of names) this.top.set(name.local, name.statement(name.local));
    }
    this.forget(prepared.scan);
    this.entries.push({
      body: threw ? withoutThrows(prepared) : prepared.body,
      namespaces: prepared.scan.namespaces,
      open: `{${opening}`,
    });
    const imported = new Set(prepared.moved.flatMap(({ names }) => names.map(name => name.local)));
    for (const name of values) if (!imported.has(name)) this.values.add(name);
    for (const name of prepared.scan.types) this.types.add(name);
  }

  /** The document with one more cell at its end. */
  layout(cell: string): Layout {
    const prepared = prepare(cell);
    const { opening, statements } = this.aliases(prepared, this.entries.length);
    const bound = new Set(
      prepared.moved.flatMap(({ names, lines }) =>
        names.length > 0 ? names.map(name => name.local) : [lines.join("\n")],
      ),
    );
    const top = [...this.top].filter(([key]) => !bound.has(key)).map(([, statement]) => statement);
    for (const statement of statements.values()) top.push(statement);
    const placed: { at: number; moved: Moved }[] = [];
    let lines = top.reduce((sum, statement) => sum + statement.split("\n").length, 0);
    for (const moved of prepared.moved) {
      placed.push({ at: lines, moved });
      top.push(moved.lines.join("\n"));
      lines += moved.lines.length;
    }
    const again = new Set(prepared.scan.namespaces.map(namespace => namespace.name));
    const older = this.entries.map(entry => `${entry.open}\n${withoutNamespaces(entry, again)}`);
    const head = [...top, ...older, `{${opening}`].join("\n");
    const start = head.split("\n").length;
    const count = prepared.body.split("\n").length;
    const text = `${head}\n${prepared.body}\n}${"}".repeat(this.entries.length)}\nexport {};\n`;
    const inMoved = ({ moved }: { moved: Moved }, { line, character }: Position) => {
      const text = moved.lines[line - moved.line];
      return text !== undefined && character <= text.length && character >= text.length - text.trimStart().length;
    };
    const imports = [...new Set(top.flatMap(statement => [...statement.matchAll(moduleName)].map(match => match[1]!)))];
    return {
      text,
      imports,
      toDocument(position) {
        const home = placed.find(each => inMoved(each, position));
        const line = home ? home.at + position.line - home.moved.line : start + position.line;
        return { line, character: position.character };
      },
      toCell({ line, character }) {
        if (line >= start) {
          return line < start + count ? { line: line - start, character } : { line: count - 1, character: 0 };
        }
        const home = placed.find(({ at, moved }) => line >= at && line < at + moved.lines.length);
        return home && { line: line - home.at + home.moved.line, character };
      },
    };
  }

  /**
   * An imported name that an earlier cell declared otherwise would be shadowed by that declaration: it is imported under
   * another name too, and declared from that in the block of its cell.
   */
  private aliases(prepared: Prepared, index: number): { opening: string; statements: Map<string, string> } {
    const statements = new Map<string, string>();
    let opening = "";
    for (const name of prepared.moved.flatMap(({ names }) => names)) {
      const isValue = this.values.has(name.local);
      const isType = this.types.has(name.local);
      if (!isValue && !isType) continue;
      const alias = `__import${index}_${name.local}`;
      statements.set(alias, name.statement(alias));
      if (isValue) opening += ` const ${name.local} = ${alias};`;
      if (isType) opening += ` type ${name.local} = ${alias};`;
    }
    return { opening, statements };
  }

  /** Blanks older namespaces that this cell declares again: unlike blocks, the two would merge. */
  private forget(found: Scan): void {
    const names = new Set(found.namespaces.map(namespace => namespace.name));
    if (names.size === 0) return;
    for (const entry of this.entries) entry.body = withoutNamespaces(entry, names);
  }
}

const moduleName = /(?:\bfrom|\bimport|\brequire\()\s*["']([^"'\n]+)["']/g;

function withoutNamespaces(entry: Entry, names: ReadonlySet<string>): string {
  let { body } = entry;
  for (const namespace of entry.namespaces) {
    if (names.has(namespace.name)) body = blank(body, namespace.start, namespace.end);
  }
  return body;
}

function withoutThrows({ body, scan: { throws } }: Prepared): string {
  return throws.reduce((text, at) => `${text.slice(0, at)}void ${text.slice(at + "throw".length)}`, body);
}

function prepare(cell: string): Prepared {
  const found = scan(cell);
  let body = cell;
  const moved: Moved[] = [];
  for (const { start, end } of [...found.imports, ...found.ambient].sort((a, b) => a.start - b.start)) {
    const text = cell.slice(start, end);
    const indent = cell.slice(cell.lastIndexOf("\n", start - 1) + 1, start).replace(/[^\t]/g, " ");
    moved.push({
      lines: (indent + text).split("\n"),
      line: cell.slice(0, start).split("\n").length - 1,
      names: text.startsWith("import") ? importedNames(text) : [],
    });
    body = blank(body, start, end);
  }
  for (const { start, end } of found.exports) body = blank(body, start, end);
  // A `var` would belong to the whole document, where those of two cells must have one type; so it becomes a `let`, unless
  // the cell itself declares it twice.
  for (const { start, name } of found.vars) {
    const isOnce = found.vars.filter(each => each.name === name).length === 1;
    if (isOnce) body = `${body.slice(0, start)}let${body.slice(start + "var".length)}`;
  }
  return { body, moved, scan: found };
}

function blank(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n\t]/g, " ") + text.slice(end);
}
