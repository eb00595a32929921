/** What the kernel provides to every cell, for the type checker. */
/// <reference types="node" />

interface JupyterComm {
  readonly id: string;
  readonly target: string;
  send(data: unknown, options?: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] }): void;
  close(data?: unknown): void;
  onMessage(listener: (message: JupyterCommMessage) => void): void;
  onClose(listener: (message: JupyterCommMessage) => void): void;
}

interface JupyterCommMessage {
  data: unknown;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

interface JupyterApi {
  /** Shows a value given in one or more forms, by MIME type; bytes are encoded. */
  display(bundle: Record<string, unknown>, options?: { metadata?: Record<string, unknown>; displayId?: string }): void;
  /** Shows values as the last expression of a cell is shown. */
  show(...values: unknown[]): Promise<void>;
  /** Replaces what was shown under the id. */
  update(displayId: string, bundle: Record<string, unknown>, metadata?: Record<string, unknown>): void;
  /** Clears the output of the cell, at once or when the next output comes. */
  clear(wait?: boolean): void;
  /** Aborts when Stop is pressed on this cell. */
  readonly signal: AbortSignal;
  /** True once Stop was pressed on this cell; for long loops that never yield. */
  interrupted(): boolean;
  input: JupyterInput;
  comms: {
    /** Opens a comm to a target in the front end. */
    open(
      target: string,
      data?: unknown,
      options?: { metadata?: Record<string, unknown>; buffers?: Uint8Array[] },
    ): JupyterComm;
    /** Has `opened` called when the front end opens a comm to the target. */
    register(target: string, opened: (comm: JupyterComm, message: JupyterCommMessage) => void): void;
  };
}

interface JupyterInput {
  /** Asks the reader for a line of text. */
  (prompt?: string): Promise<string>;
  /** Asks without showing what is typed. */
  hidden(prompt?: string): Promise<string>;
}

declare var Jupyter: JupyterApi;
declare var input: JupyterInput;

declare module "tslab" {
  export interface Display {
    javascript(text: string): void;
    html(text: string): void;
    markdown(text: string): void;
    latex(text: string): void;
    svg(text: string): void;
    jpeg(bytes: Uint8Array): void;
    png(bytes: Uint8Array): void;
    gif(bytes: Uint8Array): void;
    pdf(bytes: Uint8Array): void;
    text(text: string): void;
    json(value: unknown): void;
    raw(mimeType: string, content: string | Uint8Array): void;
  }
  /** Shows in the output of the cell. */
  export const display: Display;
  /** A display whose first call shows and whose later calls overwrite what was shown. */
  export function newDisplay(): Display;
  export const versions: { tslab: string; typescript: string; node: string };
}
