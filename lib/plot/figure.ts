// A figure: one value that carries its interactive form, its still and its words, and shows itself in a notebook.

import { complete } from "./complete";
import { showBundle } from "./live/host";
import { renderPng } from "./still/render";
import { summarize } from "./summary";
import { type Theme, themeOf } from "./theme/theme";
import {
  DISPLAY,
  DISPLAY_METADATA,
  type FigureJson,
  type Layout,
  type MimeBundle,
  type PlotlyObject,
  type Trace,
} from "./types";

/** The MIME type under which JupyterLab and VS Code look for a Plotly figure. */
export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

// The toolbar appears on hover only, and the logo and the buttons nobody needs in a course are left out.
const CONFIG: PlotlyObject = {
  displaylogo: false,
  responsive: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
};

/** What each figure was made from, before ranges and margins were settled: plot.subplots settles it anew at another size. */
const sources = new WeakMap<
  Figure,
  { data: Trace[]; layout: Layout; theme: Theme; notes: string[]; words: string[] | undefined }
>();

export function sourceOf(figure: Figure): {
  data: Trace[];
  layout: Layout;
  theme: Theme;
  notes: string[];
  words: string[] | undefined;
} {
  return sources.get(figure)!;
}

export class Figure {
  readonly data: Trace[];
  readonly layout: Layout;
  readonly config: PlotlyObject;
  readonly #notes: string[];
  readonly #words: string[] | undefined;

  /** `notes` say what was left out; `words` stand for the traces in the text form. */
  constructor(data: Trace[], layout: Layout = {}, options: { theme?: Theme; notes?: string[]; words?: string[] } = {}) {
    const theme = options.theme ?? themeOf(undefined);
    const completed = complete(data, layout, theme);
    this.data = completed.data;
    this.layout = completed.layout;
    this.config = CONFIG;
    this.#notes = options.notes ?? [];
    this.#words = options.words;
    sources.set(this, { data, layout, theme, notes: this.#notes, words: this.#words });
  }

  /** The figure as Plotly's JSON. */
  toJSON(): FigureJson {
    return { data: this.data, layout: this.layout, config: this.config };
  }

  /** The still: a PNG at `scale` pixels per CSS pixel, made in Node. */
  async png(scale = 2): Promise<Buffer> {
    return renderPng(this.toJSON(), scale);
  }

  /** A summary that a person can read: what is drawn, over which ranges, and where each series ends. */
  text(): string {
    return summarize(this.toJSON(), this.#notes, this.#words);
  }

  /** All three forms, as a notebook stores them. */
  async [DISPLAY](): Promise<MimeBundle> {
    const png = await this.png();
    return { [PLOTLY_MIME]: this.toJSON(), "image/png": png.toString("base64"), "text/plain": this.text() };
  }

  /** The still's size in CSS pixels: without it a page would stretch the picture to its column. */
  [DISPLAY_METADATA](): Record<string, unknown> {
    return { "image/png": { width: this.layout.width, height: this.layout.height } };
  }

  /** Shows the figure now, in the middle of a cell; in a terminal its summary is printed. */
  async display(): Promise<void> {
    showBundle(await this[DISPLAY](), this[DISPLAY_METADATA]());
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.text();
  }
}

/** Shows a figure, or anything that knows how to show itself, in the middle of a cell: `await display(plot.line(losses))`. */
export async function display(shown: {
  [DISPLAY](): MimeBundle | Promise<MimeBundle>;
  [DISPLAY_METADATA]?(): Record<string, unknown>;
}): Promise<void> {
  showBundle(await shown[DISPLAY](), shown[DISPLAY_METADATA]?.());
}
