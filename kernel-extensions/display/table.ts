/** Arrays of records as an HTML table; the plain text next to it is Node's own inspection. */
import type { MimeBundle } from "./jupyter";

/** More rows or columns than this are cut, with a line that says so. */
const maxRows = 50;
const maxColumns = 20;

export function recordsBundle(value: unknown): MimeBundle | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return undefined;
  const columns = [...new Set(value.slice(0, maxRows).flatMap(row => Object.keys(row)))];
  if (columns.length === 0) return undefined;
  const shown = columns.slice(0, maxColumns);
  const head = `<tr><th></th>${shown.map(name => `<th>${escapeHtml(name)}</th>`).join("")}</tr>`;
  const rows = value
    .slice(0, maxRows)
    .map(
      (row, i) => `<tr><th>${i}</th>${shown.map(name => `<td>${escapeHtml(cellText(row[name]))}</td>`).join("")}</tr>`,
    );
  const size = `${value.length} rows × ${columns.length} columns`;
  const note = value.length > maxRows || columns.length > maxColumns ? `<p>${size}</p>` : "";
  return { "text/html": `<table><thead>${head}</thead><tbody>${rows.join("")}</tbody></table>${note}` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function cellText(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (typeof value === "string") return value.length > 200 ? `${value.slice(0, 200)}…` : value;
  if (typeof value === "object" && value !== null) {
    try {
      const text = JSON.stringify(value) ?? String(value);
      return text.length > 100 ? `${text.slice(0, 100)}…` : text;
    } catch {
      return String(value);
    }
  }
  return String(value);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, char => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? char);
}
