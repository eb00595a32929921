/**
 * A text equal for two graphs exactly if they compute the same: nodes in order, inputs by role, constants by content.
 * Decides whether a second trace needs a second session, and whether a function gives the same graph twice.
 */
import { createHash } from "node:crypto";
import type { Value } from "../graph/value";
import type { Built } from "./compiled";

export function fingerprint({ recording, finished }: Built): string {
  const ids = new Map<Value, string>();
  for (const [i, v] of recording.arguments.entries()) if (v) ids.set(v, `a${i}`);
  for (const { variable, input } of recording.state) if (input) ids.set(input, `s${variable.id}`);
  for (const [i, { value }] of recording.captured.entries()) if (value.isInput) ids.set(value, `c${i}`);
  const idOf = (v: Value | null): string => {
    if (!v) return "";
    let id = ids.get(v);
    if (id === undefined) {
      id = v.data ? contentOf(v) : `n${ids.size}`;
      ids.set(v, id);
    }
    return id;
  };
  const lines = finished.nodes.map(node => {
    const inputs = node.inputs.map(idOf).join();
    const outputs = node.outputs.map(o => `${idOf(o)}:${o.dtype}[${o.shape}]`).join();
    return `${outputs}=${node.domain}.${node.op}(${inputs})${JSON.stringify(node.attributes)}`;
  });
  lines.push(finished.outputs.map(idOf).join());
  lines.push(recording.state.map(s => `${s.variable.id}${s.output ? "!" : ""}`).join());
  return lines.join("\n");
}

function contentOf(value: Value): string {
  const { data, dtype, shape } = value;
  const bytes = new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength);
  const content =
    bytes.length <= 64 ? Buffer.from(bytes).toString("base64") : createHash("sha1").update(bytes).digest("base64");
  return `${dtype}[${shape}]${content}`;
}
