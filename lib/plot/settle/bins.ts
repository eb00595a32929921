// Contour levels and histogram bins, stated so that nothing is left to choose.

import { axisType } from "../axes/axis";
import { parseDate, printDate } from "../axes/dates";
import { roundStep } from "../axes/ticks";
import { histogramBins } from "../input/bins";
import { dateBins } from "../input/dates";
import { zRange } from "../still/heatmap";
import { list, number, numbers, object, rowsOfNumbers } from "../still/read";
import type { Trace } from "../types";

/** Contour levels and histogram bins as plotly.js would choose them, stated. */
export function stateBins(trace: Trace): Trace {
  if (trace.type === "contour") return stateLevels(trace);
  if (trace.type !== "histogram") return trace;
  const letter = trace.orientation === "h" || (trace.x === undefined && trace.y !== undefined) ? "y" : "x";
  if (trace[`${letter}bins`] !== undefined) return trace;
  const lying = letter === "y" ? { orientation: "h" } : {};
  if (axisType({}, list(trace[letter]) ?? []) === "date") {
    const { start, end, size } = dateBins(list(trace[letter])!.map(parseDate).filter(Number.isFinite));
    return { ...trace, ...lying, [`${letter}bins`]: { start: printDate(start), end: printDate(end), size } };
  }
  const values = (numbers(trace[letter]) ?? []).filter(Number.isFinite);
  const bins = histogramBins(values, number(trace[`nbins${letter}`], 0) || undefined);
  return { ...trace, ...lying, [`${letter}bins`]: bins };
}

function stateLevels(trace: Trace): Trace {
  const contours = object(trace.contours);
  if (contours.start !== undefined && contours.end !== undefined && contours.size !== undefined) return trace;
  const [low, high] = zRange(trace, rowsOfNumbers(trace.z));
  const size = roundStep((high - low || 1) / number(trace.ncontours, 15));
  let start = Math.ceil(low / size) * size;
  let end = Math.floor(high / size) * size;
  if (start === low) start += size;
  if (end === high) end -= size;
  if (start > end) start = end = (low + high) / 2;
  return { ...trace, autocontour: false, contours: { ...contours, start, end, size } };
}
