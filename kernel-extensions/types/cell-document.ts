/**
 * The newest cells as one TypeScript document, each nested in the block of the one before:
 *
 *     import * as tf from "@tensorflow/tfjs";     (moved to the top)
 *     import { __cell0 } from "./__earlier__"; import Layer = __cell0.Layer;
 *     { let x = 1;                                (cell 1)
 *     { const x = "shadows"; x.length             (cell 2)
 *     } }
 *     export {};
 *
 * So a later cell sees every earlier name with its type, declaring a name again shadows it, and assignments and narrowing
 * carry over. What may stand only at the top of a module is moved there (imports, `declare global`) or stays where it is, with
 * the compiler's complaint about the place ignored (namespaces). Each edit has the compiler check the whole document again, so
 * cells that lie further back are in another one; see earlier-cells.ts.
 */
import { type Scan, scan } from "../evaluate/scan";
import { type EarlierCell, EarlierCells, namesIn } from "./earlier-cells";
import { type ImportedName, importedNames } from "./imports";

export interface Position {
  line: number;
  character: number;
}

export interface Layout {
  text: string;
  /** The document of the earlier cells that goes with it. */
  earlier: string;
  /** The modules that it imports, as written. */
  imports: string[];
  /** What the compiler says when something is assigned to a name of the other document that is no variable there. */
  assignmentError(name: string): { code: number; message: string } | undefined;
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

interface Entry extends EarlierCell {
  body: string;
  namespaces: Scan["namespaces"];
}

/** A statement at the top: as written, as long as no later one binds one of its names. */
interface Import {
  text: string;
  names: ImportedName[];
  whole: boolean;
  /** Set when it belongs to the newest cell. */
  moved: Moved | undefined;
}

/** What is known of a cell that has run. */
export interface Ran {
  /** Names of values that it declares, and those of them that it declares with `const` and with `let` or `var`. */
  values: readonly string[];
  constants: readonly string[];
  variables: readonly string[];
  /** Then its `throw`s are taken for expressions, since the compiler does not look at what follows a `throw`. */
  threw: boolean;
}

/** How many cells the document holds before the earlier ones are moved to the other, and how many stay. */
export interface Retirement {
  limit: number;
  kept: number;
}

const retirementOfNotebooks: Retirement = { limit: 4, kept: 2 };

export class CellDocument {
  private entries: Entry[] = [];
  private readonly earlier = new EarlierCells();
  /** Cells kept since the beginning. */
  private count = 0;
  private top: readonly Import[] = [];
  private readonly values = new Set<string>();
  private readonly types = new Set<string>();

  constructor(private readonly retirement: Retirement = retirementOfNotebooks) {}

  clear(): void {
    this.entries = [];
    this.earlier.clear();
    this.top = [];
    this.values.clear();
    this.types.clear();
  }

  /** Keeps a cell that has run. */
  add(cell: string, { values, constants, variables, threw }: Ran): void {
    const prepared = prepare(cell);
    const { opening, imports, names: aliased } = this.aliases(prepared);
    this.top = withImports(this.top, [...prepared.moved.map(importOf), ...imports]).map(each => ({
      ...each,
      moved: undefined,
    }));
    const { namespaces, types } = prepared.scan;
    this.forget(prepared.scan);
    const imported = new Set(prepared.moved.flatMap(({ names }) => names.map(name => name.local)));
    const ambient = [...prepared.body.matchAll(ambientValue)].map(([, word, name]) => ({ word, name: name! }));
    const own = [...values.filter(name => !imported.has(name)), ...ambient.map(({ name }) => name)];
    const spaces = namespaces.map(namespace => namespace.name);
    // What esbuild makes of an enum or a class may be a variable.
    const apart = (name: string) => !imported.has(name) && !types.includes(name) && !spaces.includes(name);
    this.entries.push({
      body: threw ? withoutThrows(prepared) : prepared.body,
      namespaces,
      opening,
      values: new Set([...own, ...aliased.values]),
      types: new Set([...types, ...spaces, ...aliased.types]),
      variables: new Set([...variables.filter(apart), ...ambient.filter(isVariable).map(({ name }) => name)]),
      constants: new Set(constants.filter(apart)),
    });
    this.count += 1;
    for (const name of own) this.values.add(name);
    for (const name of types) this.types.add(name);
  }

  /** Moves cells that lie further back out of the document, when there are enough of them. */
  retire(): void {
    const { limit, kept } = this.retirement;
    if (this.entries.length <= limit) return;
    for (const entry of this.entries.splice(0, this.entries.length - kept)) this.earlier.add(entry);
  }

  /**
   * The document with one more cell at its end.
   * @param everything Also names of the other document that no cell of this one mentions.
   */
  layout(cell: string, everything = false): Layout {
    const prepared = prepare(cell);
    const { opening, imports } = this.aliases(prepared);
    const top = withImports(this.top, [...prepared.moved.map(importOf), ...imports]);
    // A namespace is not bound to its block: it would meet an earlier one of its name, or what that name is imported as.
    const again = new Set(prepared.scan.namespaces.map(namespace => namespace.name));
    const bound = new Set(prepared.moved.flatMap(({ names }) => names.map(name => name.local)));
    for (const { name } of this.entries.flatMap(entry => entry.namespaces)) bound.add(name);
    const mentioned = everything ? undefined : namesIn([prepared.body, ...this.entries.map(entry => entry.body)]);
    const head = this.earlier.head(
      name => !bound.has(name) && !again.has(name) && (mentioned === undefined || mentioned.has(name)),
    );
    const placed: { at: number; moved: Moved }[] = [];
    for (const each of top) {
      if (each.moved) {
        placed.push({ at: countLines(head), moved: each.moved });
        head.push(each.text);
      } else {
        head.push(...statementsOf(each, name => !bound.has(name) && this.earlier.has(name)));
      }
    }
    const older = this.entries.map(entry => `{${entry.opening}\n${withoutNamespaces(entry, again)}`);
    const before = [...head, ...older, `{${opening}`].join("\n");
    const start = before.split("\n").length;
    const count = prepared.body.split("\n").length;
    const text = `${before}\n${prepared.body}\n}${"}".repeat(this.entries.length)}\nexport {};\n`;
    const inMoved = ({ moved }: { moved: Moved }, { line, character }: Position) => {
      const text = moved.lines[line - moved.line];
      return text !== undefined && character <= text.length && character >= text.length - text.trimStart().length;
    };
    return {
      text,
      earlier: this.earlier.text(
        top.filter(each => /^\s*import\b/.test(each.text)).flatMap(each => statementsOf(each)),
      ),
      imports: [...new Set(top.flatMap(({ text }) => [...text.matchAll(moduleName)].map(match => match[1]!)))],
      assignmentError: name => (bound.has(name) ? undefined : this.earlier.assignmentError(name)),
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
  private aliases(prepared: Prepared): {
    opening: string;
    imports: Import[];
    names: { values: string[]; types: string[] };
  } {
    const imports: Import[] = [];
    const names = { values: [] as string[], types: [] as string[] };
    let opening = "";
    for (const name of prepared.moved.flatMap(({ names }) => names)) {
      const isValue = this.values.has(name.local);
      const isType = this.types.has(name.local);
      if (!isValue && !isType) continue;
      const local = `__import${this.count}_${name.local}`;
      const text = name.statement(local);
      imports.push({ text, names: [{ ...name, local }], whole: true, moved: undefined });
      if (isValue) opening += ` const ${name.local} = ${local};`;
      if (isType) opening += ` type ${name.local} = ${local};`;
      if (isValue) names.values.push(name.local);
      if (isType) names.types.push(name.local);
    }
    return { opening, imports, names };
  }

  /** Blanks older namespaces that this cell declares again: unlike blocks, the two would merge. */
  private forget(found: Scan): void {
    const names = new Set(found.namespaces.map(namespace => namespace.name));
    if (names.size === 0) return;
    for (const entry of this.entries) entry.body = withoutNamespaces(entry, names);
  }
}

/** `declare let x: number`: of such a value no JavaScript is left. */
const ambientValue = /^\s*declare\s+(const|let|var|function)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;
const isVariable = ({ word }: { word: string | undefined }) => word === "let" || word === "var";

const moduleName = /(?:\bfrom|\bimport|\brequire\()\s*["']([^"'\n]+)["']/g;

function importOf(moved: Moved): Import {
  return { text: moved.lines.join("\n"), names: moved.names, whole: true, moved };
}

/**
 * Statements at the top with more of them: a name is bound once, and a statement that comes again keeps its place, since the
 * compiler looks at all files anew when the modules that a document imports are others, or in another order.
 */
function withImports(top: readonly Import[], more: readonly Import[]): readonly Import[] {
  let result = top;
  for (const added of more) {
    const same = result.find(each => each.whole && each.text === added.text);
    const bound = new Set(added.names.map(name => name.local));
    result = result.flatMap(each => {
      if (each === same) return [added];
      const names = each.names.filter(name => !bound.has(name.local));
      if (names.length === each.names.length) return [each];
      return names.length > 0 ? [{ ...each, names, whole: false }] : [];
    });
    if (!same) result = [...result, added];
  }
  return result;
}

function statementsOf({ text, names, whole }: Import, isHidden: (name: string) => boolean = () => false): string[] {
  const shown = names.filter(name => !isHidden(name.local));
  return whole && shown.length === names.length ? [text] : shown.map(name => name.statement(name.local));
}

function countLines(statements: readonly string[]): number {
  return statements.reduce((sum, statement) => sum + statement.split("\n").length, 0);
}

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
