// Any figure that is drawn anew while a loop runs: a decision boundary while it forms, a path while it descends.
//
// The loop offers a frame at every step, as a function that would draw it; only as many are drawn as ten a second and a share of the
// passing time allow. While running only stills are sent: every front end replaces a picture in place, while JupyterLab's Plotly renderer
// keeps the first figure that it has drawn. The last frame comes in all its forms.

import { Figure, sourceOf } from "../figure";
import { object, string, textOf } from "../still/read";
import { DISPLAY, DISPLAY_METADATA } from "../types";
import { freshDisplayId, type NotebookHost, notebookHost } from "./host";
import { UPDATE_INTERVAL_MS } from "./progress";

/** Share of the passing time that drawing may take: what is watched is the point of such a loop, so more than of learning curves. */
const SHARE = 0.25;

export class LiveFigure implements Disposable {
  readonly #host: NotebookHost | undefined = notebookHost();
  readonly #displayId = freshDisplayId("figure");
  readonly #onAbort = () => this.#stop();
  #last: (() => Figure) | undefined;
  #drawn: Figure | undefined;
  #shown = false;
  #ended = false;
  #nextDraw = 0;

  constructor() {
    this.#host?.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Offers a frame. Costs nothing unless it is time to draw; then the notebook gets a turn, so that the frame is seen and Stop is heard. */
  async draw(frame: () => Figure): Promise<void> {
    this.#last = frame;
    if (this.#ended || !this.#host || performance.now() < this.#nextDraw) return;
    const start = performance.now();
    const figure = frame();
    const png = await figure.png();
    if (this.#ended) return;
    this.#drawn = figure;
    this.#send({ "image/png": png.toString("base64"), "text/plain": figure.text() }, figure[DISPLAY_METADATA]());
    const cost = performance.now() - start;
    await new Promise(resolve => setImmediate(resolve));
    this.#nextDraw = performance.now() + Math.max(UPDATE_INTERVAL_MS, cost / SHARE);
  }

  /** Ends with `frame`, or the last one offered, in all its forms. */
  async done(frame: (() => Figure) | undefined = this.#last): Promise<void> {
    this.#end();
    const figure = frame?.();
    if (!figure) return;
    if (this.#host) this.#send(await figure[DISPLAY](), figure[DISPLAY_METADATA]());
    else await figure.display();
  }

  /** `using live = plot.liveFigure()`: when an error or Stop leaves the block, the last frame drawn stays, marked as such. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  #end(): void {
    this.#ended = true;
    this.#host?.signal?.removeEventListener("abort", this.#onAbort);
  }

  #stop(): void {
    if (this.#ended) return;
    this.#end();
    const drawn = this.#drawn;
    if (!drawn) return;
    const figure = marked(drawn, this.#host!.interrupted() ? "interrupted" : "stopped");
    // The words at once, in case nothing after this gets to run; the picture as soon as it is made.
    this.#send({ "text/plain": figure.text() });
    figure[DISPLAY]().then(
      bundle => this.#send(bundle, figure[DISPLAY_METADATA]()),
      () => undefined,
    );
  }

  #send(bundle: Record<string, unknown>, metadata?: Record<string, unknown>): void {
    if (this.#shown) this.#host!.update(this.#displayId, bundle, metadata);
    else this.#host!.display(bundle, { displayId: this.#displayId, ...(metadata ? { metadata } : {}) });
    this.#shown = true;
  }
}

/** The figure with a word under its title that says how it came to be the last. */
function marked(figure: Figure, state: "interrupted" | "stopped"): Figure {
  const { data, layout, theme, notes, words } = sourceOf(figure);
  const title = object(layout.title);
  const before = string(object(title.subtitle).text, "");
  const text = [before, `■ ${state}`].filter(Boolean).join(" · ");
  return new Figure(
    data,
    { ...layout, title: { ...title, text: textOf(layout.title), subtitle: { ...object(title.subtitle), text } } },
    { theme, notes, ...(words ? { words } : {}) },
  );
}

/**
 * Starts a figure that a loop redraws in place.
 *
 * `using live = plot.liveFigure(); for (...) { train(); await live.draw(() => plot.line(losses)); } await live.done();`
 */
export function liveFigure(): LiveFigure {
  return new LiveFigure();
}
