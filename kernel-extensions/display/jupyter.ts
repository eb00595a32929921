/**
 * The kernel's own API for notebooks: what it puts under `globalThis[Symbol.for("fromthetensor.jupyter")]` for libraries, and
 * as the globals `Jupyter` and `input` for cells.
 */
import { randomUUID } from "node:crypto";
import { currentCell } from "../session/cell";
import { stopRequested, tell } from "../session/link";

export type MimeBundle = Record<string, unknown>;

export interface DisplayOptions {
  metadata?: Record<string, unknown>;
  displayId?: string;
}

export interface Jupyter {
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  update(displayId: string, bundle: MimeBundle, metadata?: Record<string, unknown>): void;
  clear(wait?: boolean): void;
  /** Aborts when Stop is pressed on the cell that reads it. */
  readonly signal: AbortSignal;
  /** True once Stop was pressed on the running cell, even while this thread never yields. */
  interrupted(): boolean;
}

export const jupyterSymbol = Symbol.for("fromthetensor.jupyter");
export const displaySymbol = Symbol.for("Jupyter.display");
/** Beside it, a method that tells metadata of the forms, such as the size at which a picture is meant. */
export const displayMetadataSymbol = Symbol.for("Jupyter.display.metadata");

export const jupyter: Jupyter = {
  display(bundle, options = {}) {
    publish("display_data", bundle, options.metadata, options.displayId);
  },
  update(displayId, bundle, metadata) {
    publish("update_display_data", bundle, metadata, displayId);
  },
  clear(wait = false) {
    tell({ type: "publish", id: currentCell().id, message: "clear_output", content: { wait } });
  },
  get signal() {
    return currentCell().signal;
  },
  interrupted() {
    const cell = currentCell();
    return cell.stopped || stopRequested(cell.id);
  },
};

export function newDisplayId(): string {
  return randomUUID();
}

function publish(
  message: string,
  bundle: MimeBundle,
  metadata: Record<string, unknown> = {},
  displayId?: string,
): void {
  const transient = displayId ? { transient: { display_id: displayId } } : {};
  tell({
    type: "publish",
    id: currentCell().id,
    message,
    content: { data: encodeBundle(bundle), metadata, ...transient },
  });
}

/** Bytes become base64, as the wire wants images; everything else must survive JSON. */
export function encodeBundle(bundle: MimeBundle): MimeBundle {
  const encoded: MimeBundle = {};
  for (const [type, value] of Object.entries(bundle)) {
    if (value === undefined) continue;
    if (value instanceof Uint8Array) {
      encoded[type] =
        type.includes("svg") || type.startsWith("text/")
          ? Buffer.from(value).toString("utf8")
          : Buffer.from(value).toString("base64");
    } else {
      encoded[type] =
        typeof value === "string" ? value : (JSON.parse(JSON.stringify(value, bigints) ?? "null") as unknown);
    }
  }
  return encoded;
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
