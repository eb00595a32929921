// Any figure that is drawn anew while a loop runs: a decision boundary while it forms, a path while it descends.
//
// The loop offers a frame at every step, as a function that would draw it; only as many are drawn as ten a second and a share of the
// passing time allow. While running only stills are sent: every front end replaces a picture in place, while JupyterLab's Plotly renderer
// keeps the first figure that it has drawn. The last frame comes in all its forms.

import type { Figure } from "../figure";
import { DISPLAY, DISPLAY_METADATA } from "../types";
import { freshDisplayId, type NotebookHost, notebookHost } from "./host";
import { UPDATE_INTERVAL_MS } from "./progress";

/** Share of the passing time that drawing may take: what is watched is the point of such a loop, so more than of learning curves. */
const SHARE = 0.25;

export class LiveFigure implements Disposable {
  readonly #host: NotebookHost | undefined = notebookHost();
  readonly #displayId = freshDisplayId("figure");
  #last: (() => Figure) | undefined;
  #shown = false;
  #ended = false;
  #nextDraw = 0;

  /** Offers a frame. Costs nothing unless it is time to draw; then the notebook gets a turn, so that the frame is seen and Stop is heard. */
  async draw(frame: () => Figure): Promise<void> {
    this.#last = frame;
    if (this.#ended || !this.#host || performance.now() < this.#nextDraw) return;
    const start = performance.now();
    const figure = frame();
    const png = await figure.png();
    this.#send({ "image/png": png.toString("base64"), "text/plain": figure.text() }, figure[DISPLAY_METADATA]());
    const cost = performance.now() - start;
    await new Promise(resolve => setImmediate(resolve));
    this.#nextDraw = performance.now() + Math.max(UPDATE_INTERVAL_MS, cost / SHARE);
  }

  /** Ends with `frame`, or the last one offered, in all its forms. */
  async done(frame: (() => Figure) | undefined = this.#last): Promise<void> {
    this.#ended = true;
    const figure = frame?.();
    if (!figure) return;
    if (this.#host) this.#send(await figure[DISPLAY](), figure[DISPLAY_METADATA]());
    else await figure.display();
  }

  /** `using live = plot.liveFigure()`: when an error or Stop leaves the block, the last frame drawn stays. */
  [Symbol.dispose](): void {
    this.#ended = true;
  }

  #send(bundle: Record<string, unknown>, metadata?: Record<string, unknown>): void {
    if (this.#shown) this.#host!.update(this.#displayId, bundle, metadata);
    else this.#host!.display(bundle, { displayId: this.#displayId, ...(metadata ? { metadata } : {}) });
    this.#shown = true;
  }
}

/**
 * Starts a figure that a loop redraws in place.
 *
 * `using live = plot.liveFigure(); for (...) { train(); await live.draw(() => plot.line(losses)); } await live.done();`
 */
export function liveFigure(): LiveFigure {
  return new LiveFigure();
}
