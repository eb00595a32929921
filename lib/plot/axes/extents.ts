// The range each axis shows when the figure does not say: wide enough for all data, with the room plotly.js leaves around it.

import { isHorizontal, layBars } from "../still/bars";
import { boxGroups, isHorizontalBox, kernelDensity, traceBoxes } from "../still/boxes";
import { cellCenters, cellEdges } from "../still/heatmap";
import { list, number, object, rowsOfNumbers, string } from "../still/read";
import { scatterMode } from "../still/scatter";
import type { FigureJson, PlotlyObject, Trace } from "../types";
import {
  type AxisType,
  axisAttributes,
  axisName,
  axisType,
  categoriesOf,
  countStart,
  isCartesian,
  linearizer,
  statedRange,
  valuesOnAxis,
} from "./axis";
import { DAY } from "./dates";

/** What traces ask of an axis, in linear units. */
export class Extent {
  low = Infinity;
  high = -Infinity;
  /** Whether room is left beyond the data at each end. */
  padLow = false;
  padHigh = false;
  includesZero = false;

  /** Widens the extent to hold a value; `padded` leaves room beyond it. */
  add(value: number, padded: boolean): void {
    if (!Number.isFinite(value)) return;
    if (value < this.low || (value === this.low && padded)) {
      this.low = value;
      this.padLow = padded;
    }
    if (value > this.high || (value === this.high && padded)) {
      this.high = value;
      this.padHigh = padded;
    }
  }
}

/** One axis as a trace's rule sees it. */
export interface AxisView {
  id: string;
  letter: "x" | "y";
  type: AxisType;
  toLinear(value: unknown): number;
}

type ExtentRule = (trace: Trace, axis: AxisView, extent: Extent, figure: FigureJson) => void;

function scatterExtent(trace: Trace, axis: AxisView, extent: Extent): void {
  const values = list(trace[axis.letter]);
  const count = list(trace[axis.letter === "x" ? "y" : "x"])?.length ?? 0;
  const start = countStart(axis.type, trace[`${axis.letter}0`]);
  const step = number(trace[`d${axis.letter}`], 1);
  const mode = scatterMode(trace);
  // A line without markers runs from edge to edge along x, as plotly.js has it.
  const padded =
    axis.letter === "y" ||
    mode.includes("markers") ||
    mode.includes("text") ||
    object(trace.error_y).array !== undefined;
  const error = list(object(trace[`error_${axis.letter}`]).array);
  const points = values ?? Array.from({ length: count }, (_, i) => start + i * step);
  points.forEach((raw, i) => {
    extent.add(axis.toLinear(raw), padded);
    if (error && typeof raw === "number") {
      extent.add(axis.toLinear(raw + number(error[i], 0)), true);
      extent.add(axis.toLinear(raw - number(error[i], 0)), true);
    }
  });
  const fill = string(trace.fill, "none");
  if (fill === (axis.letter === "y" ? "tozeroy" : "tozerox") && axis.type === "linear") {
    extent.includesZero = true;
    extent.add(0, false);
  }
}

/** Bars start at zero, tight; their free ends keep room. */
function barExtent(trace: Trace, axis: AxisView, extent: Extent, figure: FigureJson): void {
  const position = isHorizontal(trace) ? "y" : "x";
  const onSame = figure.data.filter(
    other =>
      (other.type === "bar" || other.type === "histogram") &&
      isHorizontal(other) === isHorizontal(trace) &&
      string(other[`${axis.letter}axis`], axis.letter) === axis.id,
  );
  const other = position === axis.letter ? axis : positionView(figure, trace, position);
  const bars = layBars(onSame, figure, other)[onSame.indexOf(trace)]!;
  const error = list(object(trace[`error_${axis.letter}`]).array);
  bars.forEach((bar, i) => {
    if (position === axis.letter) {
      // Categories keep their whole slot, bars on numbers their width.
      const middle = Math.round((bar.from + bar.to) / 2);
      extent.add(axis.type === "category" ? middle - 0.5 : bar.from, false);
      extent.add(axis.type === "category" ? middle + 0.5 : bar.to, false);
      return;
    }
    // A value written at the end of a lying bar needs room of its own.
    const written = position === "y" && trace.textposition === "outside" ? Math.abs(bar.end) * 0.08 : 0;
    const spread = Math.max(number(error?.[i], 0), bar.end === 0 ? 0 : written);
    for (const end of [bar.end - spread, bar.end + spread]) {
      if (axis.type === "log") {
        if (end > 0) extent.add(Math.log10(end), true);
      } else extent.add(end, end !== 0);
    }
    if (axis.type !== "log") {
      extent.includesZero = true;
      extent.add(bar.base, false);
    }
  });
}

function positionView(figure: FigureJson, trace: Trace, letter: "x" | "y"): AxisView {
  const id = string(trace[`${letter}axis`], letter);
  const values = valuesOnAxis(figure, id);
  const attributes = axisAttributes(figure, axisName(id));
  const type = axisType(attributes, values);
  return { id, letter, type, toLinear: linearizer(type, type === "category" ? categoriesOf(attributes, values) : []) };
}

function gridExtent(trace: Trace, axis: AxisView, extent: Extent): void {
  const z = rowsOfNumbers(trace.z);
  const count = axis.letter === "y" ? z.length : Math.max(0, ...z.map(row => row.length));
  if (count === 0) return;
  const centers = cellCenters(trace, axis.letter, count, axis.toLinear);
  for (const value of trace.type === "contour" ? centers : cellEdges(centers, count)) extent.add(value, false);
}

function boxExtent(trace: Trace, axis: AxisView, extent: Extent, figure: FigureJson): void {
  const valueLetter = isHorizontalBox(trace) ? "x" : "y";
  if (axis.letter !== valueLetter) {
    const index = figure.data.filter(other => other.type === trace.type).indexOf(trace);
    for (const { at } of boxesOf(trace)) {
      const middle = axis.toLinear(at ?? (axis.type === "category" ? trace.name : index));
      extent.add(middle - 0.5, false);
      extent.add(middle + 0.5, false);
    }
    return;
  }
  if (trace.type === "violin") {
    for (const group of boxGroups(trace)) {
      if (group.values.length === 0) continue;
      for (const value of kernelDensity(group.values).at) extent.add(value, true);
    }
    return;
  }
  for (const { statistics } of traceBoxes(trace)) {
    for (const value of [
      statistics.lowerFence,
      statistics.upperFence,
      ...(trace.boxpoints === false ? [] : statistics.outliers),
    ]) {
      extent.add(axis.toLinear(value), true);
    }
  }
}

function boxesOf(trace: Trace): { at: unknown }[] {
  return trace.type === "violin" ? boxGroups(trace) : traceBoxes(trace);
}

function imageExtent(trace: Trace, axis: AxisView, extent: Extent): void {
  const rows = list(trace.z);
  if (!rows) return;
  const count = axis.letter === "y" ? rows.length : (list(rows[0])?.length ?? 0);
  const start = number(trace[`${axis.letter}0`], 0);
  const step = number(trace[`d${axis.letter}`], 1);
  extent.add(start - step / 2, false);
  extent.add(start + (count - 0.5) * step, false);
}

const EXTENT_RULES: Record<string, ExtentRule> = {
  scatter: scatterExtent,
  scattergl: scatterExtent,
  bar: barExtent,
  histogram: barExtent,
  heatmap: gridExtent,
  contour: gridExtent,
  box: boxExtent,
  violin: boxExtent,
  image: imageExtent,
};

/** The range of one axis as the layout states it, low to high (or reversed where the layout asks for it). */
export function autoRange(
  figure: FigureJson,
  id: string,
  knownOnly = false,
): [number, number] | [string, string] | undefined {
  const letter = id[0] as "x" | "y";
  const attributes = axisAttributes(figure, axisName(id));
  const values = valuesOnAxis(figure, id);
  const type = axisType(attributes, values);
  const categories = type === "category" ? categoriesOf(attributes, values) : [];
  const axis = { id, letter, type, toLinear: linearizer(type, categories) };
  const extent = new Extent();
  for (const trace of figure.data) {
    if (!isCartesian(trace) || trace.visible === false || string(trace[`${letter}axis`], letter) !== id) continue;
    const rule = EXTENT_RULES[trace.type ?? "scatter"];
    // plotly.js will range an axis with traces that only it knows.
    if (!rule && !knownOnly) return undefined;
    rule?.(trace, axis, extent, figure);
  }
  const range = padded(extent, attributes, type);
  return statedRange(type, attributes.autorange === "reversed" ? [range[1], range[0]] : range);
}

/** 5 % of the span beyond padded ends, one unit (a day) around a single value. */
function padded(extent: Extent, attributes: PlotlyObject, type: AxisType): [number, number] {
  let { low, high } = extent;
  if (low > high) return type === "date" ? [Date.UTC(2000, 0, 1), Date.UTC(2001, 0, 1)] : [0, 1];
  if (attributes.rangemode === "tozero" && type === "linear") {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }
  if (low === high) {
    const room = type === "linear" ? Math.max(Math.abs(low) * 0.1, low === 0 ? 1 : 0) : type === "date" ? DAY / 2 : 0.5;
    return extent.includesZero && low > 0 ? [0, low * 1.05] : [low - room, high + room];
  }
  const room = (high - low) * 0.055;
  return [round(low - (extent.padLow ? room : 0), high - low), round(high + (extent.padHigh ? room : 0), high - low)];
}

/** Four digits more than the span needs: ranges stay readable in the stored JSON. */
function round(value: number, span: number): number {
  const digits = Math.max(0, Math.min(12, 4 - Math.floor(Math.log10(span))));
  return Number(value.toFixed(digits));
}
