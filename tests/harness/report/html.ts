// The report as one HTML file that needs nothing else: every cell that failed with its code, what was saved and what the run gave side by
// side, pictures included; cells that passed as one line each.
import { type Output, text } from "../notebook";
import type { CellResult, NotebookResult, Summary } from "../results";
import { countLine, seconds } from "./lines";

export function htmlReport(summary: Summary): string {
  const title = countLine(summary);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${html(title)}</title><style>${style}</style></head>
<body><h1>${html(title)}</h1>
${summary.notebooks.map(section).join("\n")}
</body></html>
`;
}

const style = `
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:78rem;padding:0 1rem;color:#1c2733;background:#fff}
h1{font-size:1.3rem}h2{font-size:1.1rem;margin:2rem 0 .5rem;border-bottom:1px solid #d5dde5}
h3{font-size:1rem;margin:1rem 0 .3rem}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:#f5f7f9;padding:.5rem .7rem;overflow:auto;margin:.3rem 0;white-space:pre-wrap}
.failed>h3,.problem,.not-run{color:#a4161a}.skipped{color:#7a5b00}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.pair>div{min-width:0;border:1px solid #d5dde5;padding:.5rem}.pair h4{margin:0 0 .3rem;font-size:.85rem;color:#51606f}
img{max-width:100%}ul{margin:.3rem 0}details{margin:.3rem 0}`;

function section(notebook: NotebookResult): string {
  const { name, cells, problems, ms, startMs, cached, executed } = notebook;
  const own = cells.reduce((sum, cell) => sum + cell.ms, 0);
  const facts = [
    `${cells.filter(({ status }) => status === "passed").length} of ${cells.length} cells passed`,
    cached ? "from the cache" : `${seconds(ms)}, of it ${seconds(own)} in cells and ${seconds(startMs)} to start`,
    executed ? `executed copy: ${executed}` : "",
  ].filter(Boolean);
  const shown = cells.filter(({ status }) => status === "failed");
  // What was left out is told openly: a reason that nobody sees is none.
  const left = cells.filter(({ status }) => status === "skipped" || status === "not run");
  const rest = cells.filter(({ status }) => status === "passed");
  return `<section><h2>${html(name)}</h2><p>${html(facts.join("; "))}</p>
${list(problems.map(({ kind, message }) => `${kind}: ${message}`))}
${shown.map(failedCell).join("\n")}
${left.length > 0 ? `<ul>${left.map(otherCell).join("")}</ul>` : ""}
<details><summary>${rest.length} ${rest.length === 1 ? "cell" : "cells"} passed</summary><ul>${rest.map(otherCell).join("")}</ul></details></section>`;
}

function failedCell(cell: CellResult): string {
  const problems = cell.problems.map(({ kind, message }) => (kind === "difference" ? message : `${kind}: ${message}`));
  return `<div class="failed"><h3>${html(cell.name)}, ${seconds(cell.ms)}</h3>${list(problems)}
<pre>${html(cell.source)}</pre>
<div class="pair"><div><h4>saved</h4>${cell.saved.map(output).join("") || "nothing"}</div>
<div><h4>run</h4>${cell.fresh.map(output).join("") || "nothing"}</div></div></div>`;
}

function otherCell({ name, status, reason, ms }: CellResult): string {
  return `<li class="${status.replace(" ", "-")}">${html(name)}: ${status}${reason ? `: ${html(reason)}` : `, ${seconds(ms)}`}</li>`;
}

function list(items: string[]): string {
  return items.length === 0 ? "" : `<ul class="problem">${items.map(item => `<li>${html(item)}</li>`).join("")}</ul>`;
}

/** One output. Markup from notebooks is shown as code: a report must not run what it reports on. */
function output(value: Output): string {
  if (value.output_type === "stream") return `<pre>${html(clean(text(value.text)))}</pre>`;
  if (value.output_type === "error")
    return `<pre class="problem">${html(clean(`${value.ename}: ${value.evalue}\n${value.traceback.join("\n")}`))}</pre>`;
  const { data } = value;
  const picture = typeof data["image/png"] === "string" ? data["image/png"].replace(/\s/g, "") : undefined;
  const words = Object.entries(data).filter(([type]) => type !== "image/png");
  return [
    picture && /^[A-Za-z0-9+/=]+$/.test(picture) ? `<img alt="" src="data:image/png;base64,${picture}">` : "",
    ...words.map(
      ([type, content]) =>
        `<details${type === "text/plain" ? " open" : ""}><summary>${html(type)}</summary><pre>${html(show(content))}</pre></details>`,
    ),
  ].join("");
}

function show(content: unknown): string {
  const words =
    typeof content === "string"
      ? content
      : Array.isArray(content) && content.every(line => typeof line === "string")
        ? content.join("")
        : JSON.stringify(content, null, 1);
  // A figure's data may be megabytes; the executed notebook has all of it.
  return words.length > 20_000 ? `${words.slice(0, 20_000)}\n… (${words.length} characters)` : words;
}

function clean(words: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what begins a terminal's colour code.
  return words.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
}

function html(words: string): string {
  return words.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}
