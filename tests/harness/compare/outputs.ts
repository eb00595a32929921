// The outputs of one cell, saved against fresh. Streams are merged first (how a kernel cuts its text into messages is chance), then each
// output is compared with the one at its place, MIME type by MIME type.
import { resolveControl } from "../collect-outputs";
import { type MimeBundle, type Output, text } from "../notebook";
import { type Difference, within } from "./difference";
import { compareJson } from "./json";
import { compareMarkup } from "./markup";
import { comparePlotly } from "./plotly";
import { comparePng } from "./png";
import type { Rules } from "./rules";
import { compareText } from "./text";

/**
 * Joins the pieces of each stream. Between two displays all of stdout is one output and all of stderr another, in this order: the two
 * travel separately, so their interleaving says nothing. Their place among displays stays.
 */
export function mergeStreams(outputs: Output[]): Output[] {
  const merged: Output[] = [];
  let streams = { stdout: "", stderr: "" };
  const flush = () => {
    for (const name of ["stdout", "stderr"] as const) {
      if (streams[name] !== "") merged.push({ output_type: "stream", name, text: resolveControl(streams[name]) });
    }
    streams = { stdout: "", stderr: "" };
  };
  for (const output of outputs) {
    if (output.output_type === "stream") streams[output.name] += text(output.text);
    else {
      flush();
      merged.push(output);
    }
  }
  flush();
  return merged;
}

/** All differences between a cell's saved and fresh outputs. */
export function compareOutputs(savedOutputs: Output[], freshOutputs: Output[], rules: Rules): Difference[] {
  const saved = mergeStreams(savedOutputs);
  const fresh = mergeStreams(freshOutputs);
  const differences: Difference[] = [];
  for (let i = 0; i < Math.max(saved.length, fresh.length); i++) {
    const [a, b] = [saved[i], fresh[i]];
    const where = `output ${i + 1}`;
    if (!a || !b || kind(a) !== kind(b)) {
      differences.push({
        where,
        what: "kind of output",
        saved: a ? summary(a) : "nothing",
        fresh: b ? summary(b) : "nothing",
      });
      // From here on every output would be compared with the wrong one.
      break;
    }
    differences.push(...within(where, compareOutput(a, b, rules)));
  }
  return differences;
}

function compareOutput(saved: Output, fresh: Output, rules: Rules): Difference[] {
  if (saved.output_type === "stream" && fresh.output_type === "stream") {
    return within(` ${saved.name}`, compareText(text(saved.text), text(fresh.text), rules));
  }
  if (saved.output_type === "error" && fresh.output_type === "error") {
    // The traceback holds line numbers of the kernel's own files; name and message are what the cell raised.
    return [
      ...within(" error name", compareText(saved.ename, fresh.ename, rules)),
      ...within(" error message", compareText(saved.evalue, fresh.evalue, rules)),
    ];
  }
  if ("data" in saved && "data" in fresh) return compareBundles(saved.data, fresh.data, rules);
  throw new Error(`internal: outputs of kinds ${saved.output_type} and ${fresh.output_type} compared`);
}

function compareBundles(saved: MimeBundle, fresh: MimeBundle, rules: Rules): Difference[] {
  const types = [...new Set([...Object.keys(saved), ...Object.keys(fresh)])].sort();
  return types.flatMap((type): Difference[] => {
    if (!(type in saved)) return [{ where: ` ${type}`, what: "MIME type", saved: "absent", fresh: "present" }];
    if (!(type in fresh)) return [{ where: ` ${type}`, what: "MIME type", saved: "present", fresh: "absent" }];
    return within(` ${type}`, compareMime(type, saved[type], fresh[type], rules));
  });
}

function compareMime(type: string, saved: unknown, fresh: unknown, rules: Rules): Difference[] {
  if (type.startsWith("application/vnd.plotly.")) return comparePlotly(saved, fresh, rules);
  if (type === "application/json" || type.endsWith("+json"))
    return compareJson(saved, fresh, rules, { exactIntegers: true });
  const [a, b] = [asText(saved), asText(fresh)];
  if (a === undefined || b === undefined) return compareJson(saved, fresh, rules, { exactIntegers: true });
  if (type === "image/png") return comparePng(a.replace(/\s/g, ""), b.replace(/\s/g, ""), rules);
  if (type === "text/html") return compareMarkup(a, b, rules);
  if (type === "image/svg+xml") return compareMarkup(a, b, rules, true);
  if (!type.startsWith("text/") && /^(image|audio|video|font)\//.test(type)) return compareBytes(a, b);
  return compareText(a, b, rules);
}

// Formats that are not decoded here must be equal byte by byte.
function compareBytes(saved: string, fresh: string): Difference[] {
  const [a, b] = [Buffer.from(saved, "base64"), Buffer.from(fresh, "base64")];
  return a.equals(b)
    ? []
    : [{ where: "", what: "bytes", saved: `${a.length} bytes`, fresh: `${b.length} other bytes` }];
}

function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every(line => typeof line === "string") ? value.join("") : undefined;
}

function kind(output: Output): string {
  return output.output_type === "stream" ? output.name : output.output_type;
}

function summary(output: Output): string {
  if (output.output_type === "stream") return `${output.name} ${JSON.stringify(text(output.text))}`;
  if (output.output_type === "error") return `error ${output.ename}: ${output.evalue}`;
  return `${output.output_type} of ${Object.keys(output.data).join(", ")}`;
}
