// JUnit XML, which every CI system shows: a suite a notebook, a case a code cell.
import type { CellResult, NotebookResult, Summary } from "../results";

export function junitXml({ notebooks, passed, failed, skipped, ms }: Summary): string {
  const totals = `tests="${passed + failed + skipped}" failures="${failed}" skipped="${skipped}" time="${secondsOf(ms)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="notebooks" ${totals}>\n${notebooks.map(suite).join("")}</testsuites>\n`;
}

function suite({ name, cells, problems, ms }: NotebookResult): string {
  const failures = cells.filter(({ status }) => status === "failed" || status === "not run").length + problems.length;
  const skipped = cells.filter(({ status }) => status === "skipped").length;
  const whole = problems.map(
    ({ kind, message }) =>
      `    <testcase classname="${xml(name)}" name="whole notebook">\n      ${failure(kind, message)}\n    </testcase>\n`,
  );
  const counts = `tests="${cells.length + problems.length}" failures="${failures}" skipped="${skipped}" time="${secondsOf(ms)}"`;
  return `  <testsuite name="${xml(name)}" ${counts}>\n${cells.map(cell => testCase(name, cell)).join("")}${whole.join("")}  </testsuite>\n`;
}

function testCase(notebook: string, cell: CellResult): string {
  const inner = [
    ...failures(cell),
    ...(cell.status === "not run" ? [failure("not run", cell.reason ?? "")] : []),
    ...(cell.status === "skipped" ? [`<skipped message="${xml(cell.reason ?? "")}"/>`] : []),
  ];
  const body = inner.map(line => `      ${line}\n`).join("");
  return `    <testcase classname="${xml(notebook)}" name="${xml(cell.name)}" time="${secondsOf(cell.ms)}">\n${body}    </testcase>\n`;
}

// One case has one failure at most, or readers of JUnit count it twice; all of its problems are in the text.
function failures({ problems }: CellResult): string[] {
  const [first, ...rest] = problems;
  if (!first) return [];
  if (rest.length === 0) return [failure(first.kind, first.message)];
  const all = problems.map(({ kind, message }) => `${kind}: ${message}`).join("\n");
  const head = `${first.message} (and ${rest.length} more)`;
  return [`<failure type="${xml(first.kind)}" message="${xml(head)}">${xml(all)}</failure>`];
}

function failure(kind: string, message: string): string {
  return `<failure type="${xml(kind)}" message="${xml(message)}"/>`;
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Text inside an attribute; characters that XML 1.0 cannot hold are replaced. */
function xml(value: string): string {
  return (
    value
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[<>&"\n\t\r]/g, character => `&#${character.charCodeAt(0)};`)
  );
}
