// Figures come alive: when one comes into view its data is loaded, Plotly with the first, and the living figure takes the still's place at
// exactly its size. On a touch screen a living figure would catch the finger that scrolls, so there a button asks for it.
import { inTheme } from "../../lib/plot/theme/recolor";
import type { FigureJson, PlotlyObject } from "../../lib/plot/types";
import { currentTheme, onTheme } from "./theme";

interface Plotly {
  react(element: HTMLElement, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
}

declare global {
  var Plotly: Plotly | undefined;
  var fttFigure: (name: string, figure: FigureJson) => void;
}

const WAIT_MS = 250; // a figure that is only scrolled past is not drawn
const arrived = new Map<string, FigureJson>();
const alive = new Map<HTMLElement, () => void>();

export function wakeFigures(): void {
  globalThis.fttFigure = (name, figure) => void arrived.set(name, figure);
  const figures = document.querySelectorAll<HTMLElement>("figure.plot[data-script]");
  if (matchMedia("(hover: none)").matches) {
    for (const figure of figures) offer(figure);
  } else {
    const waiting = new Map<Element, ReturnType<typeof setTimeout>>();
    const inView = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(waiting.get(target));
        if (!isIntersecting) continue;
        waiting.set(
          target,
          setTimeout(() => {
            inView.unobserve(target);
            void wake(target as HTMLElement);
          }, WAIT_MS),
        );
      }
    });
    for (const figure of figures) inView.observe(figure);
  }
  onTheme(() => {
    for (const draw of alive.values()) draw();
  });
}

function offer(figure: HTMLElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "wake";
  button.textContent = "Make it interactive";
  button.addEventListener("click", () => {
    button.remove();
    void wake(figure);
  });
  figure.append(button);
}

async function wake(element: HTMLElement): Promise<void> {
  const { figure: name = "", script = "" } = element.dataset;
  const frame = element.querySelector<HTMLElement>(".frame");
  if (!frame) return;
  try {
    // Plotly measures its texts as it draws: their font has to be there.
    const fonts = ["13px", "600 16px"].map(size => document.fonts.load(`${size} "Open Sans"`));
    await Promise.all([load(script), load(document.body.dataset.plotly ?? ""), ...fonts]);
  } catch {
    return; // the still stays
  }
  const figure = arrived.get(name);
  const plotly = globalThis.Plotly;
  if (!figure || !plotly) return;
  const live = document.createElement("div");
  live.className = "live";
  const inner = document.createElement("div");
  live.append(inner);
  frame.append(live);
  const width = Number(element.dataset.width);
  const scaleToStill = () => {
    const still = [...frame.querySelectorAll("img")].find(image => image.getClientRects().length > 0);
    const shown = still?.getBoundingClientRect().width || width;
    inner.style.transform = shown < width ? `scale(${shown / width})` : "";
  };
  const draw = () => {
    const { data, layout, config } = inTheme(figure, currentTheme());
    // Plotly keeps what it is given; a later drawing starts from the same figure.
    return plotly.react(inner, structuredClone(data), structuredClone(layout), configOf(config));
  };
  await draw();
  alive.set(element, () => void draw());
  scaleToStill();
  new ResizeObserver(scaleToStill).observe(frame);
  element.classList.add("alive");
}

/** Nothing here leaves the page: the button that uploads a figure to its maker's server is taken away. A finger needs no toolbar. */
function configOf(config: PlotlyObject = {}): PlotlyObject {
  const removed = (config.modeBarButtonsToRemove as string[] | undefined) ?? [];
  return {
    ...config,
    responsive: false,
    modeBarButtonsToRemove: [...removed, "sendChartToCloud"],
    ...(matchMedia("(hover: none)").matches ? { displayModeBar: false } : {}),
  };
}

const loading = new Map<string, Promise<void>>();

function load(source: string): Promise<void> {
  const known = loading.get(source);
  if (known) return known;
  const promise = new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${source} could not be loaded`));
    document.head.append(script);
  });
  loading.set(source, promise);
  return promise;
}
