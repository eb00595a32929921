// Notebooks in Python, which set the course up elsewhere: every cell must be one that IPython can parse. They run under the stock Python
// kernel and are compared like all others; TypeScript's types, lint and rules are not for them.
import { spawnSync } from "node:child_process";
import { HarnessError } from "../errors";
import { cellName, type Notebook, text } from "../notebook";
import { findPython } from "../project";
import type { Finding } from "./finding";

// IPython's own transformation first: a magic or a `!command` is no fault. A cell may await at its top level.
const PARSE = `
import ast, json, sys
from IPython.core.inputtransformer2 import TransformerManager
transform = TransformerManager().transform_cell
faults = []
for source in json.load(sys.stdin):
    try:
        compile(transform(source), "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
        faults.append(None)
    except SyntaxError as error:
        faults.append({"line": error.lineno, "message": error.msg})
print(json.dumps(faults))
`;

export function isPython({ metadata }: Notebook): boolean {
  return (metadata.language_info?.name ?? metadata.kernelspec?.language) === "python";
}

/** The cells of a Python notebook that Python cannot parse. */
export function checkPython(notebook: Notebook, name: string): Finding[] {
  const cells = notebook.cells.flatMap((cell, index) => (cell.cell_type === "code" ? [{ cell, index }] : []));
  const run = spawnSync(findPython(), ["-c", PARSE], {
    input: JSON.stringify(cells.map(({ cell }) => text(cell.source))),
    encoding: "utf8",
  });
  if (run.status !== 0) {
    throw new HarnessError("TOOL_FAILED", `${name}: expected Python to read its cells, but it says: ${run.stderr}`);
  }
  const faults = JSON.parse(run.stdout) as ({ line: number; message: string } | null)[];
  return faults.flatMap((fault, i): Finding[] => {
    if (!fault) return [];
    const { cell, index } = cells[i]!;
    const message = `Python cannot parse it: ${fault.message}`;
    return [
      { notebook: name, cell: cellName(cell, index), line: fault.line, rule: "python", message, severity: "error" },
    ];
  });
}
