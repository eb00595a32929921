// From the kernel's messages to a notebook's outputs, as JupyterLab would keep them: streams grow, `clear_output` empties a cell (at once
// or when the next output comes), `update_display_data` changes what was shown earlier, in whichever cell that was.
import type { MimeBundle, Output } from "./notebook";

/** The part of an IOPub message that is read here. */
export interface OutputMessage {
  header: { msg_type: string };
  content: unknown;
}

interface DisplayContent {
  data: MimeBundle;
  metadata: Record<string, unknown>;
  transient?: { display_id?: string };
  execution_count?: number;
}

export class OutputCollector {
  private readonly cells = new Map<number, Output[]>();
  private readonly clearPending = new Set<number>();
  private readonly displays = new Map<string, Extract<Output, { data: MimeBundle }>[]>();

  /** The outputs of a cell with carriage returns resolved. */
  outputs(cell: number): Output[] {
    return (this.cells.get(cell) ?? []).map(output =>
      output.output_type === "stream" ? { ...output, text: resolveControl(String(output.text)) } : output,
    );
  }

  /** Takes one message; returns whether it was output at all. */
  add(cell: number, { header, content }: OutputMessage): boolean {
    switch (header.msg_type) {
      case "stream": {
        const { name, text } = content as { name: "stdout" | "stderr"; text: string };
        const outputs = this.open(cell);
        const last = outputs.at(-1);
        if (last?.output_type === "stream" && last.name === name) last.text = `${last.text}${text}`;
        else outputs.push({ output_type: "stream", name, text });
        return true;
      }
      case "display_data":
      case "execute_result": {
        const { data, metadata, transient, execution_count } = content as DisplayContent;
        const output: Extract<Output, { data: MimeBundle }> =
          header.msg_type === "display_data"
            ? { output_type: "display_data", data, metadata }
            : { output_type: "execute_result", data, metadata, execution_count: execution_count ?? null };
        this.open(cell).push(output);
        const id = transient?.display_id;
        if (id !== undefined) {
          // A display that reuses an id updates the earlier ones too, as JupyterLab does.
          this.update(id, data, metadata);
          this.displays.set(id, [...(this.displays.get(id) ?? []), output]);
        }
        return true;
      }
      case "update_display_data": {
        const { data, metadata, transient } = content as DisplayContent;
        if (transient?.display_id !== undefined) this.update(transient.display_id, data, metadata);
        return true;
      }
      case "error": {
        const { ename, evalue, traceback } = content as { ename: string; evalue: string; traceback: string[] };
        this.open(cell).push({ output_type: "error", ename, evalue, traceback });
        return true;
      }
      case "clear_output":
        if ((content as { wait?: boolean }).wait) this.clearPending.add(cell);
        else this.cells.set(cell, []);
        return true;
      default:
        return false;
    }
  }

  private open(cell: number): Output[] {
    const kept = this.clearPending.delete(cell) ? undefined : this.cells.get(cell);
    const outputs = kept ?? [];
    this.cells.set(cell, outputs);
    return outputs;
  }

  private update(id: string, data: MimeBundle, metadata: Record<string, unknown>): void {
    for (const output of this.displays.get(id) ?? []) {
      output.data = data;
      output.metadata = metadata;
    }
  }
}

/** What a terminal shows in the end: a carriage return starts the line over, a backspace goes one back, and new text overwrites. */
export function resolveControl(stream: string): string {
  if (!/[\r\b]/.test(stream)) return stream;
  return stream
    .replace(/\r+\n/g, "\n")
    .split("\n")
    .map(line => {
      if (!/[\r\b]/.test(line)) return line;
      let shown: string[] = [];
      let column = 0;
      for (const character of line) {
        if (character === "\r") column = 0;
        else if (character === "\b") column = Math.max(0, column - 1);
        else shown[column++] = character;
      }
      shown = Array.from(shown, character => character ?? " ");
      return shown.join("");
    })
    .join("\n");
}
