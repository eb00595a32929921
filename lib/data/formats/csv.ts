/**
 * CSV with types. A table is kept by columns: numbers in a Float64Array with NaN where a value is missing, anything else as strings
 * with null where it is missing. A column is numeric when every value that is there reads as a decimal number.
 *
 * The grammar is RFC 4180, which leaves little room: fields apart by commas, records by line breaks, quotes around what holds either
 * and doubled within. All records are as long as the first. What breaks the grammar is refused with its offset, not guessed at.
 */
import { DataError, FormatError } from "../errors";
import { decodeUtf8 } from "./utf8";

export type Column =
  | { readonly type: "number"; readonly values: Float64Array }
  | { readonly type: "text"; readonly values: readonly (string | null)[] };

export interface CsvOptions {
  /** One character; a comma unless told. */
  delimiter?: string;
  /** Whether the first record names the columns; yes unless told. Else they are "0", "1" and so on. */
  header?: boolean;
  /** Fields that stand for a missing value. */
  missing?: readonly string[];
  /** Types for columns by name, where they should not be inferred. */
  types?: Readonly<Record<string, Column["type"]>>;
}

export class Table {
  readonly length: number;

  constructor(readonly columns: ReadonlyMap<string, Column>) {
    const lengths = new Set([...columns.values()].map(column => column.values.length));
    if (lengths.size > 1) {
      throw new DataError(
        "DATA_ARGUMENT",
        `Table: columns must be equally long, got lengths ${[...lengths].join(" and ")}`,
      );
    }
    this.length = [...lengths][0] ?? 0;
  }

  get names(): string[] {
    return [...this.columns.keys()];
  }

  /** A numeric column, a view. */
  numbers(name: string): Float64Array {
    const column = this.column(name);
    if (column.type === "number") return column.values;
    const example = column.values.find(value => value !== null);
    throw new DataError(
      "DATA_ARGUMENT",
      `column "${name}" is text, e.g. ${JSON.stringify(example)}; use texts("${name}")`,
    );
  }

  /** A text column, a view. */
  texts(name: string): readonly (string | null)[] {
    const column = this.column(name);
    if (column.type === "text") return column.values;
    throw new DataError("DATA_ARGUMENT", `column "${name}" is numeric; use numbers("${name}")`);
  }

  /** Numeric columns side by side, row-major, [rows, names]. */
  matrix(names: readonly string[]): Float32Array {
    const values = new Float32Array(this.length * names.length);
    for (const [at, name] of names.entries()) {
      const column = this.numbers(name);
      for (let row = 0; row < this.length; row++) values[row * names.length + at] = column[row]!;
    }
    return values;
  }

  /** One row as an object; a missing value is null. */
  row(index: number): Record<string, number | string | null> {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new DataError("DATA_ARGUMENT", `row must be an integer from 0 to ${this.length - 1}, got ${index}`);
    }
    return Object.fromEntries(
      [...this.columns].map(([name, { values }]) => {
        const value = values[index]!;
        return [name, typeof value === "number" && Number.isNaN(value) ? null : value];
      }),
    );
  }

  private column(name: string): Column {
    const column = this.columns.get(name);
    if (column) return column;
    throw new DataError("DATA_ARGUMENT", `no column "${name}"; there are: ${this.names.join(", ")}`);
  }
}

/** Splits text into records of fields, with the offset of each record; offsets count UTF-16 code units. */
function* splitRecords(text: string, delimiter: string): Generator<{ offset: number; fields: string[] }> {
  let at = 0;
  while (at < text.length) {
    const offset = at;
    const fields: string[] = [];
    for (;;) {
      if (text[at] === '"') {
        const opened = at++;
        let field = "";
        for (;;) {
          const quote = text.indexOf('"', at);
          if (quote < 0) throw new FormatError("csv", opened, "a quote opens here and never closes");
          field += text.slice(at, quote);
          at = quote + 1;
          if (text[at] !== '"') break;
          field += '"';
          at++;
        }
        fields.push(field);
        const next = text[at];
        if (next !== undefined && next !== delimiter && next !== "\n" && next !== "\r") {
          throw new FormatError(
            "csv",
            at,
            `expected "${delimiter}" or a line break after a quoted field, got ${JSON.stringify(next)}`,
          );
        }
      } else {
        const start = at;
        while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") {
          if (text[at] === '"') throw new FormatError("csv", at, "a quote within a field that does not begin with one");
          at++;
        }
        fields.push(text.slice(start, at));
      }
      if (text[at] !== delimiter) break;
      at++;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    yield { offset, fields };
  }
}

/** Decimal numbers as people write them; not hexadecimal, not the empty string, both of which Number() would take. */
const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

function makeColumn(
  name: string,
  fields: readonly string[],
  missing: ReadonlySet<string>,
  type?: Column["type"],
): Column {
  const present = fields.filter(field => !missing.has(field));
  const numeric = type ? type === "number" : present.length > 0 && present.every(field => decimal.test(field));
  if (!numeric) return { type: "text", values: fields.map(field => (missing.has(field) ? null : field)) };
  const wrong = present.find(field => !decimal.test(field));
  if (wrong !== undefined) {
    throw new DataError("DATA_ARGUMENT", `column "${name}" was to be numeric, but holds ${JSON.stringify(wrong)}`);
  }
  return {
    type: "number",
    values: Float64Array.from(fields, field => (missing.has(field) ? Number.NaN : Number(field))),
  };
}

/**
 * Reads CSV.
 *
 * @example
 * const table = parseCsv("species,mass\nAdelie,3750\nGentoo,NA\n");
 * table.numbers("mass"); // [3750, NaN]
 * table.row(1);          // { species: "Gentoo", mass: null }
 * @throws FormatError with the offset at which the grammar is broken
 */
export function parseCsv(input: string | Uint8Array, options: CsvOptions = {}): Table {
  const { delimiter = ",", header = true, missing = ["", "NA"], types = {} } = options;
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new DataError(
      "DATA_ARGUMENT",
      `csv: the delimiter must be one character and no quote, got ${JSON.stringify(delimiter)}`,
    );
  }
  const decoded = typeof input === "string" ? input : decodeUtf8(input, "csv");
  const text = decoded.startsWith("\ufeff") ? decoded.slice(1) : decoded; // The byte-order mark that spreadsheets write.

  let names: string[] | undefined;
  let fieldsByColumn: string[][] = [];
  for (const { offset, fields } of splitRecords(text, delimiter)) {
    if (!names) {
      names = header ? fields : fields.map((_, index) => String(index));
      const seen = new Set<string>();
      const repeated = names.find(name => seen.size === seen.add(name).size);
      if (repeated !== undefined)
        throw new FormatError("csv", offset, `two columns are called ${JSON.stringify(repeated)}`);
      fieldsByColumn = names.map(() => []);
      if (header) continue;
    }
    if (fields.length !== names.length) {
      throw new FormatError(
        "csv",
        offset,
        `expected ${names.length} fields as in the first record, got ${fields.length}`,
      );
    }
    for (const [index, field] of fields.entries()) fieldsByColumn[index]!.push(field);
  }
  if (!names) throw new FormatError("csv", 0, "expected at least one record, the file is empty");
  const absent = new Set(missing);
  return new Table(
    new Map(names.map((name, index) => [name, makeColumn(name, fieldsByColumn[index]!, absent, types[name])])),
  );
}

/** Writes CSV with a header; a missing value is written as `missing`. */
export function formatCsv(
  table: Table,
  { delimiter = ",", missing = "" }: { delimiter?: string; missing?: string } = {},
): string {
  const quote = (field: string) =>
    /["\r\n]/.test(field) || field.includes(delimiter) ? `"${field.replaceAll('"', '""')}"` : field;
  const write = (value: number | string | null) =>
    value === null || (typeof value === "number" && Number.isNaN(value)) ? missing : quote(String(value));
  const columns = [...table.columns.values()];
  const lines = [table.names.map(quote).join(delimiter)];
  for (let row = 0; row < table.length; row++)
    lines.push(columns.map(({ values }) => write(values[row]!)).join(delimiter));
  return `${lines.join("\n")}\n`;
}
