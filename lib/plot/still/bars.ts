// Bars: where each stands (grouped, stacked or overlaid) and its drawing. The geometry is plotly.js's cross_trace_calc for bars.

import type { Axis } from "../axes/axis";
import { DAY, parseDate } from "../axes/dates";
import { drawText, measureText } from "../text/rich-text";
import type { FigureJson, Trace } from "../types";
import { entry, font, list, number, numbers, object, string, toNumber } from "./read";
import { markerColors } from "./scatter";
import type { PlacedTrace, Stage } from "./stage";

export interface Bar {
  /** Ends across the bar, in linear units of the position axis. */
  from: number;
  to: number;
  base: number;
  end: number;
}

export function isHorizontal(trace: Trace): boolean {
  return trace.orientation === "h";
}

/** A histogram's bins as the bars it stands for; `complete` has stated its bins. */
function barValues(trace: Trace): { positions: unknown[]; sizes: number[]; widths: number[] | undefined } {
  const [along, across] = isHorizontal(trace) ? (["y", "x"] as const) : (["x", "y"] as const);
  if (trace.type !== "histogram") {
    const sizes = numbers(trace[across]) ?? [];
    const positions =
      list(trace[along]) ?? sizes.map((_, i) => number(trace[`${along}0`], 0) + i * number(trace[`d${along}`], 1));
    const width = numbers(trace.width);
    const widths = width ?? (typeof trace.width === "number" ? sizes.map(() => trace.width as number) : undefined);
    return { positions, sizes, widths };
  }
  const bins = object(trace[`${along}bins`]);
  // Bins of dates are stated as dates.
  const dates = typeof bins.start === "string";
  const at = (value: unknown) => (dates ? parseDate(value) : toNumber(value));
  const [start, end, size] = [number(at(bins.start), 0), number(at(bins.end), 1), number(bins.size, 1)];
  const count = Math.max(1, Math.round((end - start) / size));
  const counts = new Array<number>(count).fill(0);
  const values = (list(trace[along]) ?? []).map(at).filter(Number.isFinite);
  for (const value of values) {
    const bin = Math.floor((value - start) / size + 1e-9);
    if (bin >= 0 && bin < count) counts[bin]!++;
  }
  const norm =
    trace.histnorm === "probability density"
      ? 1 / (values.length * size)
      : trace.histnorm === "probability"
        ? 1 / values.length
        : 1;
  return {
    positions: counts.map((_, i) => start + (i + 0.5) * size),
    sizes: counts.map(n => n * norm),
    widths: counts.map(() => size),
  };
}

/** The bars of all traces on one pair of axes, in the order of `traces`. */
export function layBars(
  traces: readonly Trace[],
  figure: FigureJson,
  position: Pick<Axis, "type" | "toLinear">,
): Bar[][] {
  const mode = string(figure.layout.barmode, "group");
  const gap = number(figure.layout.bargap, traces.some(trace => trace.type === "histogram") ? 0 : 0.2);
  const groupGap = number(figure.layout.bargroupgap, 0);
  const read = traces.map(trace => {
    const { positions, sizes, widths } = barValues(trace);
    return { trace, positions: positions.map(position.toLinear), sizes, widths };
  });
  const distinct = [...new Set(read.flatMap(one => one.positions).filter(Number.isFinite))].sort((a, b) => a - b);
  let step = Infinity;
  for (let i = 1; i < distinct.length; i++) step = Math.min(step, distinct[i]! - distinct[i - 1]!);
  if (!Number.isFinite(step)) step = position.type === "date" ? DAY : 1;
  const grouped = mode === "group" ? traces.length : 1;
  const slot = (step * (1 - gap)) / grouped;
  const positive = new Map<number, number>();
  const negative = new Map<number, number>();
  return read.map(({ trace, positions, sizes, widths }, index) =>
    positions.map((position, i) => {
      const width = widths?.[i] ?? slot * (1 - groupGap);
      const middle = position + (mode === "group" && !widths ? (index - (grouped - 1) / 2) * slot : 0);
      const offset = entry(trace.offset, i);
      const size = sizes[i] ?? Number.NaN;
      let base = number(toNumber(entry(trace.base, i) ?? 0), 0);
      if ((mode === "stack" || mode === "relative") && Number.isFinite(size)) {
        const stack = mode === "relative" && size < 0 ? negative : positive;
        base += stack.get(position) ?? 0;
        stack.set(position, base + size);
      }
      const from = typeof offset === "number" ? position + offset : middle - width / 2;
      return { from, to: from + width, base, end: base + size };
    }),
  );
}

export function drawBars(stage: Stage, placed: readonly PlacedTrace[]): void {
  for (const horizontal of [false, true]) {
    const group = placed.filter(one => isHorizontal(one.trace) === horizontal);
    if (group.length === 0) continue;
    const axis = horizontal ? group[0]!.y : group[0]!.x;
    const laid = layBars(
      group.map(one => one.trace),
      stage.figure,
      axis,
    );
    group.forEach((one, i) => {
      drawTraceBars(stage, one, laid[i]!, horizontal);
    });
  }
}

function drawTraceBars(stage: Stage, { trace, x, y, color }: PlacedTrace, bars: Bar[], horizontal: boolean): void {
  const { context } = stage;
  const marker = object(trace.marker);
  const outline = object(marker.line);
  const colorOf = markerColors(marker, color);
  const [along, across] = horizontal ? [y, x] : [x, y];
  const alpha = number(trace.opacity, 1);
  const texts = list(trace.text);
  const floor = across.type === "log" ? Math.min(...across.range) : undefined;
  const linear = (value: number) => (floor === undefined ? value : value > 0 ? Math.log10(value) : floor);
  bars.forEach((bar, i) => {
    if (!Number.isFinite(bar.end) || !Number.isFinite(bar.from)) return;
    const [a0, a1] = [along.toPixel(bar.from), along.toPixel(bar.to)].sort((p, q) => p - q) as [number, number];
    const [b0, b1] = [across.toPixel(linear(bar.base)), across.toPixel(linear(bar.end))];
    const [low, high] = [Math.min(b0, b1), Math.max(b0, b1)];
    const box = horizontal ? ([low, a0, high - low, a1 - a0] as const) : ([a0, low, a1 - a0, high - low] as const);
    context.save();
    context.globalAlpha = alpha * number(entry(marker.opacity, i), 1);
    context.fillStyle = colorOf(i);
    context.fillRect(...box);
    const width = number(entry(outline.width, i), 0);
    if (width > 0) {
      context.strokeStyle = string(entry(outline.color, i), "#444");
      context.lineWidth = width;
      context.setLineDash([]);
      context.strokeRect(...box);
    }
    context.restore();
    drawErrorBar(stage, trace, i, bar, (a0 + a1) / 2, value => across.toPixel(linear(value)), horizontal);
    const text = string(texts ? texts[i] : trace.text, "");
    if (text) drawBarText(stage, trace, i, text, box, horizontal, b1 < b0 !== horizontal);
  });
}

function drawErrorBar(
  stage: Stage,
  trace: Trace,
  index: number,
  bar: Bar,
  middle: number,
  toPixel: (value: number) => number,
  horizontal: boolean,
): void {
  const error = object(trace[horizontal ? "error_x" : "error_y"]);
  const size = numbers(error.array)?.[index];
  if (size === undefined || !Number.isFinite(size)) return;
  const { context } = stage;
  const [low, high] = [toPixel(bar.end - size), toPixel(bar.end + size)];
  const cap = number(error.width, 4);
  const line = (ax: number, ay: number, bx: number, by: number) => {
    context.moveTo(horizontal ? ay : ax, horizontal ? ax : ay);
    context.lineTo(horizontal ? by : bx, horizontal ? bx : by);
  };
  context.strokeStyle = string(error.color, "#444");
  context.lineWidth = number(error.thickness, 2);
  context.setLineDash([]);
  context.beginPath();
  line(middle, low, middle, high);
  line(middle - cap, low, middle + cap, low);
  line(middle - cap, high, middle + cap, high);
  context.stroke();
}

/** Room between a bar and its text, plotly.js's TEXTPAD. */
const TEXT_PAD = 3;

function drawBarText(
  stage: Stage,
  trace: Trace,
  index: number,
  text: string,
  [left, top, width, height]: readonly [number, number, number, number],
  horizontal: boolean,
  growsForward: boolean,
): void {
  const position = string(entry(trace.textposition, index), "auto");
  if (position === "none") return;
  const style = font(trace.textfont, stage.font);
  const size = measureText(text, style);
  // Browsers' text boxes are 1.36 em high in Open Sans; plotly.js centres those.
  const tall = style.size * 1.36 + (size.lines - 1) * style.size * 1.3;
  const inside =
    position === "inside" ||
    (position === "auto" && (horizontal ? width > size.width + 6 : height > tall + 6 && width > size.width));
  const middleY = (center: number) => center - tall / 2 + style.size * 1.07;
  if (inside && trace.insidetextanchor === "middle") {
    drawText(stage.context, text, style, { x: left + width / 2, y: middleY(top + height / 2), anchor: "middle" });
    return;
  }
  if (horizontal) {
    const outward = growsForward ? 1 : -1;
    const edge = growsForward ? left + width : left;
    const x = edge + outward * TEXT_PAD * (inside ? -1 : 1);
    const anchor = growsForward !== inside ? "start" : "end";
    drawText(stage.context, text, style, { x, y: middleY(top + height / 2), anchor });
    return;
  }
  const up = growsForward;
  const edge = up ? top : top + height;
  const away = (up ? -1 : 1) * (inside ? -1 : 1);
  drawText(stage.context, text, style, {
    x: left + width / 2,
    y: middleY(edge + away * (TEXT_PAD + tall / 2)),
    anchor: "middle",
  });
}
