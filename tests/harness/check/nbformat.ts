// nbformat 4.5, by Jupyter's own schema (nbformat-4.5.schema.json is the one of the Python package nbformat 5.11, BSD licence), and what the
// schema cannot say: that no two cells have the same id.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import { cellName, type Notebook } from "../notebook";
import type { Finding } from "./finding";

interface Schema {
  $schema?: string;
  definitions: Record<string, unknown>;
}

let validators: { whole: ValidateFunction; cells: Record<string, ValidateFunction> } | undefined;

function compile(): NonNullable<typeof validators> {
  if (validators) return validators;
  const { $schema, ...schema } = JSON.parse(
    readFileSync(join(__dirname, "nbformat-4.5.schema.json"), "utf8"),
  ) as Schema;
  // The schema is of draft 4 but uses nothing that later drafts read differently.
  const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
  ajv.addSchema(schema, "nbformat");
  const part = (name: string) => ajv.compile({ $ref: `nbformat#/definitions/${name}` });
  validators = {
    whole: ajv.getSchema("nbformat")!,
    cells: { code: part("code_cell"), markdown: part("markdown_cell"), raw: part("raw_cell") },
  };
  return validators;
}

export function checkNbformat(notebook: Notebook, name: string): Finding[] {
  const { whole, cells } = compile();
  const finding = (message: string, cell?: string): Finding => ({
    notebook: name,
    ...(cell ? { cell } : {}),
    rule: "nbformat",
    message,
    severity: "error",
  });
  const found: Finding[] = [];
  if (notebook.nbformat_minor < 5) {
    return [
      finding(`expected nbformat 4.5 or later, got 4.${notebook.nbformat_minor}; save it in a current JupyterLab`),
    ];
  }
  for (const [index, cell] of notebook.cells.entries()) {
    const validate = cells[cell.cell_type];
    const called = cellName(cell, index);
    // Judged by the schema of its own type: the whole schema's complaint would be that it is none of three types.
    if (!validate) found.push(finding(`expected a code, markdown or raw cell, got "${cell.cell_type}"`, called));
    else if (!validate(cell)) found.push(finding(explain(validate.errors), called));
  }
  if (found.length === 0 && !whole(notebook)) found.push(finding(explain(whole.errors)));
  const seen = new Map<string, string>();
  for (const [index, cell] of notebook.cells.entries()) {
    if (cell.id === undefined) continue;
    const called = cellName(cell, index);
    const other = seen.get(cell.id);
    if (other) found.push(finding(`expected ids to be unique, got the one of ${other} again`, called));
    seen.set(cell.id, called);
  }
  return found;
}

function explain(errors: ErrorObject[] | null | undefined): string {
  const error = errors?.[0];
  if (!error) return "not valid";
  const extra = error.keyword === "additionalProperties" ? ` ("${error.params.additionalProperty}")` : "";
  return `${error.instancePath.slice(1).replaceAll("/", ".") || "it"} ${error.message}${extra}`;
}
