// Colour scales by name, and the colour bar in the house style.

import { checkChoice } from "../errors";
import { COLOR_SCALES, type ColorScale, type ColorScaleName } from "../theme/palettes";
import type { Theme } from "../theme/theme";
import type { PlotlyObject } from "../types";

export function colorScale(
  verb: string,
  name: ColorScaleName,
  scales: Record<ColorScaleName, ColorScale> = COLOR_SCALES,
): ColorScale {
  return scales[checkChoice(verb, "colors", name, Object.keys(scales) as ColorScaleName[])];
}

/** Slim, without a frame, as high as the plot. */
export function colorBar(label: string | undefined, theme: Theme): PlotlyObject {
  return {
    thickness: 12,
    len: 1,
    xpad: 6,
    ypad: 0,
    x: 1.01,
    outlinewidth: 0,
    ticks: "outside",
    ticklen: 3,
    tickcolor: theme.line,
    tickfont: { size: 11, color: theme.muted },
    ...(label === undefined ? {} : { title: { text: label, side: "right", font: { size: 12 } } }),
  };
}
