// Ticks that both renderings must agree on: digits of short log axes, the angle of names that would overlap.

import { axisIds, axisName, placeAxis } from "../axes/axis";
import { axisTicks } from "../axes/ticks";
import { labelAngle, tickFont } from "../still/cartesian";
import { font, list, merge, object, toNumber } from "../still/read";
import type { AxisLayout, FigureJson, Layout } from "../types";

/** Pixels a decade needs for the labels 1, 2, 5; with less, only powers of ten are written. */
const DECADE = { x: 70, y: 45 };

/** plotly.js writes every digit between powers of ten on short log axes, more than can be read; 1, 2, 5 will do. */
export function stateLogTicks(figure: FigureJson, margin: { l?: number; r?: number; t?: number; b?: number }): void {
  for (const letter of ["x", "y"] as const) {
    for (const id of axisIds(figure, letter)) {
      const name = axisName(id);
      const axis = (figure.layout[name] ?? {}) as AxisLayout;
      if (axis.type !== "log" || axis.dtick !== undefined || !axis.range || axis.tickvals !== undefined) continue;
      const [low, high] = axis.range.map(toNumber) as [number, number];
      const span = Math.abs(high - low);
      const [from, to] = (list(axis.domain) ?? [0, 1]).map(toNumber) as [number, number];
      const whole =
        letter === "x" ? figure.layout.width! - margin.l! - margin.r! : figure.layout.height! - margin.t! - margin.b!;
      if (span >= 1 && (whole * (to - from)) / span >= DECADE[letter]) figure.layout[name] = { ...axis, dtick: "D2" };
    }
  }
}

/** Names that would overlap are turned, by the same angle in every rendering. */
export function stateAngles(figure: FigureJson): void {
  const { margin, width, height } = figure.layout as Required<Layout>;
  const area = {
    left: margin.l!,
    top: margin.t!,
    width: width - margin.l! - margin.r!,
    height: height - margin.t! - margin.b!,
  };
  const template = object(object(figure.layout.template).layout);
  const base = font(merge(object(template.font), object(figure.layout.font)), { size: 12, color: "#444" });
  for (const id of axisIds(figure, "x")) {
    const name = axisName(id);
    const range = list(object(figure.layout[name]).range);
    if (!range) continue;
    const axis = placeAxis(figure, id, range, area);
    if (axis.type !== "category" || axis.attributes.tickangle !== undefined) continue;
    const angle = labelAngle(axis, axisTicks(axis), tickFont(axis, base));
    if (angle !== 0) figure.layout[name] = { ...object(figure.layout[name]), tickangle: angle };
  }
}
