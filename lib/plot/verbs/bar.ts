// Bars: one value per label, or several series side by side or stacked.

import { checkChoice, checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { jsonDates, toInstant } from "../input/dates";
import { describe, forJson, isNumbers, type Numbers, sameLength, toNumbers } from "../input/numbers";
import { parseColor, readableOn, withAlpha } from "../still/color";
import { compact } from "../summary";
import { themeOf } from "../theme/theme";
import type { Trace } from "../types";
import { CHART_OPTIONS, type ChartOptions, chartLayout, makeFigure, seriesColor } from "./options";

export interface BarOptions extends ChartOptions {
  /** Labels of values given as a list; Date objects put the bars on an axis of dates. */
  labels?: readonly (string | number)[] | readonly Date[];
  /** Lying bars: for long labels. */
  horizontal?: boolean;
  mode?: "group" | "stack";
  /** Write each value at its bar; by default where there are at most 24 bars. */
  values?: boolean;
  /** Half the height of an error bar, by label or in order; for a single series. */
  errors?: Numbers | { readonly [label: string]: number };
  /** Labels to set off; the rest stands back. */
  highlight?: readonly string[];
}

export type BarInput =
  | Numbers
  | { readonly [label: string]: number }
  | { readonly [series: string]: { readonly [label: string]: number } | Numbers };

interface BarSeries {
  name: string | undefined;
  values: number[];
}

/**
 * Draws bars.
 *
 * `plot.bar({ MLP: 97.9, CNN: 99.2 }, { yLabel: "test accuracy (%)", yRange: [95, 100] })`
 * `plot.bar({ ours: { small: 1.2, large: 9.1 }, PyTorch: { small: 1.3, large: 9.4 } })`
 */
export function bar(input: BarInput, options: BarOptions = {}): Figure {
  const verb = "plot.bar";
  checkOptions(verb, options, [...CHART_OPTIONS, "labels", "horizontal", "mode", "values", "errors", "highlight"]);
  const theme = themeOf(options.theme, verb);
  const { labels, series } = readBars(verb, input, options.labels);
  const mode = checkChoice(verb, "mode", options.mode ?? "group", ["group", "stack"]);
  const horizontal = options.horizontal ?? false;
  const missing = series.flatMap(one => one.values).filter(value => !Number.isFinite(value)).length;
  if (missing === labels.length * series.length)
    throw new PlotError("PLOT_VALUE", `${verb}: expected at least one finite value, got none`);
  const write = options.values ?? labels.length * series.length <= 24;
  const errors = options.errors === undefined ? undefined : readErrors(verb, options.errors, labels, series.length);
  const known = new Set(labels);
  const stranger = options.highlight?.find(label => !known.has(label));
  if (stranger !== undefined)
    throw new PlotError(
      "PLOT_OPTION",
      `${verb}: highlight must name labels, got "${stranger}"; labels: ${labels.join(", ")}`,
    );
  const data = series.map((one, index): Trace => {
    const color = seriesColor(theme, index);
    const chosen = options.highlight && new Set(options.highlight);
    const values = one.values.map(forJson);
    return {
      type: "bar",
      ...(one.name === undefined ? {} : { name: one.name }),
      orientation: horizontal ? "h" : "v",
      x: horizontal ? values : labels,
      y: horizontal ? labels : values,
      marker: { color: chosen ? labels.map(label => (chosen.has(label) ? color : withAlpha(color, 0.35))) : color },
      ...(write
        ? {
            text: one.values.map(value => (Number.isFinite(value) ? compact(value).replace("-", "−") : "")),
            textposition: mode === "stack" ? "inside" : "outside",
            cliponaxis: false,
            textfont: { size: 11, color: mode === "stack" ? readableOn(parseColor(color)) : theme.ink },
            ...(mode === "stack" ? { insidetextanchor: "middle" } : {}),
            textangle: 0,
          }
        : {}),
      ...(errors
        ? {
            [horizontal ? "error_x" : "error_y"]: {
              type: "data",
              array: errors,
              color: theme.ink,
              thickness: 1.5,
              width: 4,
            },
          }
        : {}),
      hovertemplate: `%{${horizontal ? "y" : "x"}}: %{${horizontal ? "x" : "y"}}<extra>${one.name ?? ""}</extra>`,
      showlegend: one.name !== undefined,
    };
  });
  const layout = chartLayout(verb, options);
  layout.barmode = mode;
  layout.bargap = series.length > 1 && mode === "group" ? 0.25 : 0.35;
  const dated = options.labels?.[0] instanceof Date;
  const category = dated ? { type: "date" as const } : { type: "category" as const, showgrid: false, ticks: "" };
  if (horizontal) layout.yaxis = { ...layout.yaxis, ...category, autorange: "reversed" };
  else layout.xaxis = { ...layout.xaxis, ...category };
  if (horizontal && options.height === undefined)
    layout.height = Math.max(160, 90 + labels.length * series.length * 28);
  const notes = missing > 0 ? [`${missing} ${missing === 1 ? "value is" : "values are"} not finite and not shown`] : [];
  return makeFigure(verb, data, layout, options, notes);
}

function readBars(
  verb: string,
  input: BarInput,
  names: BarOptions["labels"],
): { labels: string[]; series: BarSeries[] } {
  if (isNumbers(input)) {
    const values = toNumbers(input, `${verb}: values`);
    if (names) sameLength(verb, "labels", names.length, "values", values.length);
    return {
      labels: names ? names.map(labelText) : values.map((_, i) => String(i)),
      series: [{ name: undefined, values }],
    };
  }
  if (typeof input !== "object" || input === null)
    throw new PlotError("PLOT_VALUE", `${verb}: expected values by label, got ${describe(input)}`);
  const entries = Object.entries(input);
  if (entries.length === 0)
    throw new PlotError("PLOT_EMPTY", `${verb}: expected at least one bar, got an empty object`);
  if (entries.every(([, value]) => typeof value === "number")) {
    return {
      labels: entries.map(([label]) => label),
      series: [{ name: undefined, values: entries.map(([, value]) => value as number) }],
    };
  }
  const labels = names ? names.map(labelText) : [...new Set(entries.flatMap(([, value]) => labelsOf(value)))];
  const series = entries.map(([name, value]): BarSeries => {
    if (isNumbers(value)) {
      const values = toNumbers(value, `${verb}: series "${name}"`);
      sameLength(verb, `series "${name}"`, values.length, "labels", labels.length);
      return { name, values };
    }
    if (typeof value !== "object" || value === null) {
      throw new PlotError(
        "PLOT_VALUE",
        `${verb}: series "${name}" must be values by label, got ${describe(value)}; do not mix numbers and series`,
      );
    }
    return { name, values: labels.map(label => (value as Record<string, number>)[label] ?? Number.NaN) };
  });
  return { labels, series };
}

/** Dates as the stored figure holds them. */
function labelText(label: string | number | Date): string {
  return label instanceof Date
    ? (jsonDates([toInstant(label, "plot.bar: labels")])[0] ?? "invalid date")
    : String(label);
}

function labelsOf(value: unknown): string[] {
  if (isNumbers(value)) return toNumbers(value, "plot.bar: values").map((_, i) => String(i));
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function readErrors(
  verb: string,
  errors: NonNullable<BarOptions["errors"]>,
  labels: string[],
  count: number,
): number[] {
  if (count !== 1) throw new PlotError("PLOT_OPTION", `${verb}: errors belong to a single series, got ${count}`);
  const values = isNumbers(errors)
    ? toNumbers(errors, `${verb}: errors`)
    : labels.map(label => (errors as Record<string, number>)[label] ?? 0);
  sameLength(verb, "errors", values.length, "labels", labels.length);
  const below = values.find(value => value < 0);
  if (below !== undefined) throw new PlotError("PLOT_VALUE", `${verb}: errors must be zero or more, got ${below}`);
  return values;
}
