/**
 * Cells that lie some way back, in a document of their own, so that the compiler need not check them again with each new cell:
 *
 *     import * as tf from "@tensorflow/tfjs";
 *     namespace __cell0 { class Layer {}  let rate = 0.1;  const __now_rate = rate;  export { Layer, rate, __now_rate } }
 *     namespace __cell1 { import Layer = __cell0.Layer;  class Dense extends Layer {}  export { Dense } }
 *     export { __cell0, __cell1 };
 *
 * Nobody asks for the errors of this document; the compiler looks at a declaration in it when a newer cell uses it, and only
 * then. The newer document names what it sees of these cells at its top (`head`). Aliases carry everything but two things. A
 * variable must stay one that can be assigned to, so it is declared again with the type it has, and assigned the type to which
 * the cells have narrowed it, which is that of `__now_rate`. And a constant that a cell narrows for those behind it, by
 * throwing or asserting, is taken from there.
 */
export const earlierName = "__earlier__.ts";
export const earlierModule = "./__earlier__";

export interface EarlierCell {
  body: string;
  /** Declarations that stand in front of the body. */
  opening: string;
  values: ReadonlySet<string>;
  types: ReadonlySet<string>;
  /** Those of the values that are declared with `let` or `var`, and with `const`. */
  variables: ReadonlySet<string>;
  constants: ReadonlySet<string>;
}

interface Value {
  kind: Kind;
  /** Where it is declared, and the newest cell that says to what it is narrowed. */
  declaredIn: string;
  narrowedIn: string;
  /** Declared without a type, so that the compiler learns it from what is assigned, or from what is put into the array. */
  learns: "type" | "elements" | undefined;
  /** An array into which nothing has been put. */
  isEmpty: boolean;
}

/** TypeScript's words for what is no variable, and the error that it gives when one is assigned to. */
const assigned = { constant: 2588, function: 2630, class: 2629, enum: 2628, namespace: 2631 };
type Kind = "variable" | keyof typeof assigned;

const identifiers = /(?<![\p{ID_Continue}$])[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
/** What can narrow a constant for the statements that follow: `if (!x) throw`, `assert(x)`. */
const narrows = /\bthrow\b|assert|invariant/i;

export class EarlierCells {
  private readonly cells: string[] = [];
  private readonly values = new Map<string, Value>();
  private readonly types = new Map<string, string>();

  clear(): void {
    this.cells.length = 0;
    this.values.clear();
    this.types.clear();
  }

  add(cell: EarlierCell): void {
    const here = `__cell${this.cells.length}`;
    const before: string[] = [];
    const after: string[] = [];
    const exported = new Set([...cell.values, ...cell.types]);
    const settle = (name: string) => {
      after.push(`const ${now(name)} = ${name};`);
      exported.add(now(name));
    };
    for (const name of namesIn([cell.opening, cell.body])) {
      if (cell.values.has(name) || cell.types.has(name)) continue;
      before.push(...this.declaration(name));
      const value = this.values.get(name);
      if (value?.kind === "variable" || value?.learns || (value && narrows.test(cell.body))) {
        settle(name);
        this.values.set(name, { ...value, narrowedIn: here, isEmpty: value.isEmpty && !fills(name, cell.body) });
      }
    }
    for (const name of cell.values) {
      const kind = kindOf(name, cell);
      const learns = whatIsLearnt(name, cell.body);
      if (kind === "variable" || learns) settle(name);
      const isEmpty = learns === "elements" && !fills(name, cell.body);
      this.values.set(name, { kind, declaredIn: here, narrowedIn: here, learns, isEmpty });
    }
    for (const name of cell.types) this.types.set(name, here);
    // In a namespace the parser takes `await (x)` for a call, unless the statement around it shows that there is an `await`.
    const [open, close] = /\bawait\b/.test(cell.body) ? ["{ await (0); ", " }"] : ["", ""];
    const names = exported.size > 0 ? `export { ${[...exported].join(", ")} };` : "";
    this.cells.push(
      `${open}namespace ${here} { ${names} ${before.join(" ")} ${cell.opening}\n${cell.body}\n${after.join(" ")} }${close}`,
    );
  }

  /** The whole document. */
  text(imports: readonly string[]): string {
    const names = this.cells.map((_, index) => `__cell${index}`);
    return [...imports, ...this.cells, `export { ${names.join(", ")} };`, ""].join("\n");
  }

  has(name: string): boolean {
    return this.values.has(name) || this.types.has(name);
  }

  /** What the compiler says when something is assigned to a name that is no variable. */
  assignmentError(name: string): { code: number; message: string } | undefined {
    const kind = this.values.get(name)?.kind;
    if (kind === undefined || kind === "variable") return undefined;
    const article = kind === "enum" ? "an" : "a";
    return { code: assigned[kind], message: `Cannot assign to '${name}' because it is ${article} ${kind}.` };
  }

  /** Lines for the top of the newer document, which make names of these cells known. */
  head(isWanted: (name: string) => boolean): string[] {
    const names = new Set([...this.values.keys(), ...this.types.keys()]);
    const lines = [...names].filter(isWanted).flatMap(name => this.declaration(name));
    const cells = this.cells.map((_, index) => `__cell${index}`);
    return [`import { ${cells.join(", ")} } from "${earlierModule}";`, ...lines];
  }

  /** Declares a name of an earlier cell where it is to be used. */
  private declaration(name: string): string[] {
    const value = this.values.get(name);
    const typeIn = this.types.get(name);
    if (!value) return typeIn ? [`import ${name} = ${typeIn}.${name};`] : [];
    const { declaredIn, narrowedIn, kind, learns } = value;
    const current = `${narrowedIn}.${now(name)}`;
    // A type of this name in another cell than the value.
    const type = typeIn && typeIn !== declaredIn ? [`type ${name} = ${typeIn}.${name};`] : [];
    const word = kind === "variable" ? "let" : "const";
    if (value.isEmpty) return [`${word} ${name} = [];`, ...type];
    if (learns === "elements") return [`${word} ${name} = []; ${name}.push(...${current});`, ...type];
    if (learns === "type") return [`let ${name}; ${name} = ${current};`, ...type];
    if (kind === "variable") return [`let ${name}!: typeof ${declaredIn}.${name}; ${name} = ${current};`, ...type];
    return [`import ${name} = ${narrowedIn === declaredIn ? `${declaredIn}.${name}` : current};`, ...type];
  }
}

/** All words of cells that may be names. */
export function namesIn(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap(text => text.match(identifiers) ?? []));
}

/** The type of a name at the end of a cell. */
function now(name: string): string {
  return `__now_${name}`;
}

function kindOf(name: string, { variables, constants, body }: EarlierCell): Kind {
  if (variables.has(name)) return "variable";
  if (constants.has(name)) return "constant";
  const word = new RegExp(
    `\\b(function|class|enum|namespace)(?:\\s*\\*)?\\s+${inPattern(name)}(?![\\p{ID_Continue}$])`,
    "u",
  );
  return (word.exec(body)?.[1] ?? "constant") as Kind;
}

/** `let x`, `let x = null` and `const list = []` leave something to be learnt. */
function whatIsLearnt(name: string, body: string): Value["learns"] {
  const is = (pattern: string) =>
    new RegExp(
      pattern.replace("NAME", () => inPattern(name)),
      "mu",
    ).test(body);
  const end = "\\s*(?:$|[;,]|\\/[/*])";
  if (is(`\\b(?:let|var|const)\\s+NAME\\s*=\\s*\\[\\s*\\]${end}`)) return "elements";
  const bare = "(?:[\\p{ID_Continue}$]+\\s*,\\s*)*";
  return is(`\\b(?:let|var)\\s+${bare}NAME(?:\\s*=\\s*(?:null|undefined))?${end}`) ? "type" : undefined;
}

/** Whether a cell puts something into an array that it or an earlier one has begun, or assigns another. */
function fills(name: string, body: string): boolean {
  const put = `\\s*(?:\\.\\s*(?:push|unshift)\\b|\\[|=(?!=|\\s*\\[\\s*\\]))`;
  return new RegExp(`(?<![\\p{ID_Continue}$.])${inPattern(name)}${put}`, "u").test(body);
}

function inPattern(name: string): string {
  return name.replaceAll("$", "\\$");
}

/** Names of this document in what the compiler says, which mean nothing to the reader. */
export function withoutEarlier(text: string): string {
  return text.replace(/(?:import\("[^"]*__earlier__"\)\.)?__cell\d+\./g, "").replace(/\b__now_/g, "");
}
