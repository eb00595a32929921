// The options that all charts share, and the layout they become.

import { printDate } from "../axes/dates";
import { checkChoice, PlotError } from "../errors";
import { Figure } from "../figure";
import { type Moment, toInstant } from "../input/dates";
import { describe } from "../input/numbers";
import { type Theme, type ThemeName, themeOf } from "../theme/theme";
import type { Annotation, AxisLayout, Layout, Trace } from "../types";

export type Scale = "linear" | "log";

export interface FigureOptions {
  title?: string;
  /** One line under the title: what to notice. */
  subtitle?: string;
  /** Pixels. */
  width?: number;
  height?: number;
  theme?: ThemeName;
}

export interface ChartOptions extends FigureOptions {
  /** Axis labels, with units: "time (ms)". */
  xLabel?: string;
  yLabel?: string;
  xScale?: Scale;
  yScale?: Scale;
  /** Ends of the axes in the data's own units. */
  xRange?: readonly [number, number];
  yRange?: readonly [number, number];
  legend?: boolean;
}

/** Options of the charts whose x may be dates. */
export interface DatedOptions extends Omit<ChartOptions, "xRange"> {
  xRange?: readonly [number, number] | readonly [Moment, Moment];
}

export const FIGURE_OPTIONS = ["title", "subtitle", "width", "height", "theme"] as const;
export const CHART_OPTIONS = [
  ...FIGURE_OPTIONS,
  "xLabel",
  "yLabel",
  "xScale",
  "yScale",
  "xRange",
  "yRange",
  "legend",
] as const;

/** Title, size and theme. */
export function figureLayout(verb: string, options: FigureOptions): Layout {
  const layout: Layout = {};
  for (const key of ["width", "height"] as const) {
    const value = options[key];
    if (value === undefined) continue;
    if (!(value >= 80 && value <= 4000)) {
      throw new PlotError("PLOT_OPTION", `${verb}: ${key} must lie between 80 and 4000 pixels, got ${value}`);
    }
    layout[key] = value;
  }
  if (options.title !== undefined || options.subtitle !== undefined) {
    layout.title = { text: options.title ?? "", ...(options.subtitle ? { subtitle: { text: options.subtitle } } : {}) };
  }
  return layout;
}

/** Figure options and both axes; `dates` where x are dates. */
export function chartLayout(verb: string, options: DatedOptions, dates = false): Layout {
  const layout = figureLayout(verb, options);
  layout.xaxis = dates
    ? dateAxisLayout(verb, options)
    : axisLayout(verb, "x", options.xLabel, options.xScale, options.xRange);
  layout.yaxis = axisLayout(verb, "y", options.yLabel, options.yScale, options.yRange);
  if (options.legend !== undefined) layout.showlegend = options.legend;
  layout.legend = { orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom", traceorder: "normal" };
  return layout;
}

function axisLayout(
  verb: string,
  letter: "x" | "y",
  label: string | undefined,
  scale: Scale | undefined,
  range: readonly [unknown, unknown] | undefined,
): AxisLayout {
  const axis: AxisLayout = {};
  if (label !== undefined) axis.title = { text: label };
  if (scale !== undefined) axis.type = checkChoice(verb, `${letter}Scale`, scale, ["linear", "log"] as const);
  if (range !== undefined) {
    const [low, high] = range as readonly [number, number];
    if (
      !Number.isFinite(low) ||
      !Number.isFinite(high) ||
      low === high ||
      (scale === "log" && Math.min(low, high) <= 0)
    ) {
      const want = scale === "log" ? "two different positive numbers" : "two different numbers";
      throw new PlotError("PLOT_OPTION", `${verb}: ${letter}Range must be ${want}, got [${low}, ${high}]`);
    }
    axis.range = scale === "log" ? [Math.log10(low), Math.log10(high)] : [low, high];
  }
  return axis;
}

function dateAxisLayout(verb: string, { xLabel, xRange }: DatedOptions): AxisLayout {
  const axis: AxisLayout = { type: "date" };
  if (xLabel !== undefined) axis.title = { text: xLabel };
  if (xRange === undefined) return axis;
  const [low, high] = xRange.map(end => toInstant(end, `${verb}: xRange`)) as [number, number];
  if (!Number.isFinite(low) || !Number.isFinite(high) || low === high)
    throw new PlotError(
      "PLOT_OPTION",
      `${verb}: xRange must be two different dates, got [${describe(xRange[0])}, ${describe(xRange[1])}]`,
    );
  axis.range = [printDate(low), printDate(high)];
  return axis;
}

/** The figure, with notes about what was left out written above its corner; `words` stand for the traces in the text form. */
export function makeFigure(
  verb: string,
  data: Trace[],
  layout: Layout,
  options: FigureOptions,
  notes: string[] = [],
  words?: string[],
): Figure {
  const theme = themeOf(options.theme, verb);
  if (notes.length > 0) {
    layout.annotations = [...(layout.annotations ?? []), noteAnnotation(notes, theme)];
  }
  return new Figure(data, layout, { theme, notes, ...(words ? { words } : {}) });
}

function noteAnnotation(notes: string[], theme: Theme): Annotation {
  return {
    text: notes.map(note => `⚠ ${note}`).join("<br>"),
    x: 1,
    y: 1,
    xref: "paper",
    yref: "paper",
    xanchor: "right",
    yanchor: "bottom",
    align: "right",
    showarrow: false,
    font: { size: 11, color: theme.warning },
  };
}

/** The colour of series number `index`. */
export function seriesColor(theme: Theme, index: number): string {
  return theme.colorway[index % theme.colorway.length]!;
}
