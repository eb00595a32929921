// `ftt run`: executes a notebook with other parameters into a new file, after papermill's convention: the cell tagged `parameters` holds the
// defaults, and a cell tagged `injected-parameters` with the given values follows it.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { HarnessError } from "./errors";
import { startServer } from "./jupyter-server";
import { type Cell, formatNotebook, lines, type Notebook, readNotebook, tags, text, writeAtomically } from "./notebook";
import { displayPath } from "./project";
import type { CellResult } from "./results";
import { type NotebookRun, type RunNotebookOptions, runNotebook } from "./run-notebook";
import { declarationOf, declaredNames, parseCell } from "./source/parse-cell";
import { storable } from "./update-notebook";

export type Parameters = Record<string, unknown>;

export interface RunFileOptions extends RunNotebookOptions {
  parameters?: Parameters;
  python?: string;
  kernelPaths?: string[];
}

/** Executes `input` into `output`; the file is written even when a cell fails, with what was reached. */
export async function runNotebookFile(
  input: string,
  output: string,
  options: RunFileOptions = {},
): Promise<NotebookRun> {
  const path = resolve(input);
  if (resolve(output) === path) {
    throw new HarnessError(
      "BAD_PARAMETER",
      `ftt run: expected another file to write than ${displayPath(path)}; name one, or use \`ftt test -u\``,
    );
  }
  const notebook = withParameters(readNotebook(path), options.parameters ?? {}, displayPath(path));
  const { python, kernelPaths } = options;
  const server = await startServer({
    root: dirname(path),
    ...(python ? { python } : {}),
    ...(kernelPaths ? { kernelPaths } : {}),
  });
  try {
    const run = await runNotebook(server, path, notebook, options);
    mkdirSync(dirname(resolve(output)), { recursive: true });
    writeAtomically(resolve(output), formatNotebook(executed(notebook, run.cells)));
    return run;
  } finally {
    await server.stop();
  }
}

/** The notebook with the outputs of a run in place of the saved ones. */
export function executed(notebook: Notebook, results: CellResult[]): Notebook {
  const fresh = new Map(results.map(cell => [cell.index, cell]));
  const cells = notebook.cells.map((cell, index): Cell => {
    const result = fresh.get(index);
    if (!result) return cell;
    const outputs = result.fresh.map(storable) as unknown as NonNullable<Cell["outputs"]>;
    return { ...cell, outputs, execution_count: result.executionCount };
  });
  return { ...notebook, cells };
}

/** The notebook with an injected cell after the one tagged `parameters`. */
export function withParameters(notebook: Notebook, parameters: Parameters, name: string): Notebook {
  if (Object.keys(parameters).length === 0) return notebook;
  const at = notebook.cells.findIndex(cell => cell.cell_type === "code" && tags(cell).includes("parameters"));
  if (at < 0) {
    throw new HarnessError(
      "BAD_PARAMETER",
      `${name}: expected a code cell tagged \`parameters\` with the defaults, found none; tag it in JupyterLab`,
    );
  }
  const language = notebook.metadata.language_info?.name ?? notebook.metadata.kernelspec?.language ?? "typescript";
  const defaults = text(notebook.cells[at]!.source);
  const source = language === "python" ? python(parameters) : typescript(parameters, defaults, name);
  const injected: Cell = {
    cell_type: "code",
    execution_count: null,
    id: randomBytes(4).toString("hex"),
    metadata: { tags: ["injected-parameters"] },
    outputs: [],
    source: lines(source),
  };
  // A notebook that was itself made by a run gets new values, not further ones.
  const rest = notebook.cells.filter(cell => !tags(cell).includes("injected-parameters"));
  const place = rest.indexOf(notebook.cells[at]!) + 1;
  return { ...notebook, cells: [...rest.slice(0, place), injected, ...rest.slice(place)] };
}

// What `let` declared is assigned, so that functions that read it see the new value; what `const` declared is declared again.
function typescript(parameters: Parameters, defaults: string, name: string): string {
  const known = new Map<string, string>();
  for (const statement of parseCell(defaults, name).statements) {
    const declaration = declarationOf(statement);
    const kind = declaration.type === "VariableDeclaration" ? declaration.kind : "other";
    for (const variable of declaredNames(statement)) known.set(variable, kind);
  }
  const assignments = Object.entries(parameters).map(([key, value]) => {
    const kind = known.get(key);
    if (kind === undefined) {
      throw new HarnessError(
        "BAD_PARAMETER",
        `${name}: expected one of the parameters ${[...known.keys()].join(", ")}, got "${key}"`,
      );
    }
    const written = JSON.stringify(value);
    return kind === "const" ? `const ${key} = ${written};` : `${key} = ${written};`;
  });
  return `// Parameters\n${assignments.join("\n")}\n`;
}

function python(parameters: Parameters): string {
  const write = (value: unknown): string => {
    if (value === true) return "True";
    if (value === false) return "False";
    if (value === null) return "None";
    if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
    if (typeof value === "object")
      return `{${Object.entries(value as object)
        .map(([key, entry]) => `${JSON.stringify(key)}: ${write(entry)}`)
        .join(", ")}}`;
    return JSON.stringify(value);
  };
  return `# Parameters\n${Object.entries(parameters)
    .map(([key, value]) => `${key} = ${write(value)}`)
    .join("\n")}\n`;
}

/** `lr=0.1` as a parameter: the value is JSON where it can be read so, else a text. */
export function parseParameter(argument: string, sofar: Parameters = {}): Parameters {
  const match = argument.match(/^([A-Za-z_$][\w$]*)=(.*)$/s);
  if (!match) throw new HarnessError("BAD_PARAMETER", `ftt run: expected a parameter as name=value, got "${argument}"`);
  let value: unknown = match[2]!;
  try {
    value = JSON.parse(match[2]!);
  } catch {
    // A word without quotes is a text.
  }
  return { ...sofar, [match[1]!]: value };
}
