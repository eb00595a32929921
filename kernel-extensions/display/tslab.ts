/**
 * tslab's display API, so that `import * as tslab from "tslab"` works here without the package: `display.html(...)` and its
 * kin, and `newDisplay()` for an output that is overwritten. What tslab has and Jupyter offers, under tslab's names.
 * Source: the typings of tslab 1.0.22.
 */
import { type Jupyter, jupyter, type MimeBundle, newDisplayId } from "./jupyter";

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

function createDisplay(show: (bundle: MimeBundle) => void): Display {
  return {
    javascript: text => show({ "application/javascript": text }),
    html: text => show({ "text/html": text }),
    markdown: text => show({ "text/markdown": text }),
    latex: text => show({ "text/latex": text }),
    svg: text => show({ "image/svg+xml": text }),
    jpeg: bytes => show({ "image/jpeg": bytes }),
    png: bytes => show({ "image/png": bytes }),
    gif: bytes => show({ "image/gif": bytes }),
    pdf: bytes => show({ "application/pdf": bytes }),
    text: text => show({ "text/plain": text }),
    json: value => show({ "application/json": value }),
    raw: (mimeType, content) => show({ [mimeType]: content }),
  };
}

/** Shows in the output of the cell. */
export const display: Display = createDisplay(bundle => jupyter.display(bundle));

/** A display whose first call shows and whose later calls overwrite what was shown. */
export function newDisplay(): Display {
  const displayId = newDisplayId();
  let shown = false;
  return createDisplay(bundle => {
    if (shown) jupyter.update(displayId, bundle);
    else jupyter.display(bundle, { displayId });
    shown = true;
  });
}

export const versions = {
  tslab: "1.0.22 (as provided by fromthetensor-kernel)",
  typescript: "7.0.2",
  node: process.version,
};

export type { Jupyter };
