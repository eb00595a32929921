// Makes a figure explicit: theme, size, ranges and margins are settled here, once, and written into its JSON.
//
// plotly.js would choose ranges and margins itself, but only in a browser. With both stated, the interactive figure and the still have
// nothing left to disagree about, no label is clipped, and the stored JSON can be tested.

import { axisAttributes, axisIds, axisName, axisType, valuesOnAxis } from "./axes/axis";
import { autoRange } from "./axes/extents";
import { stateBins } from "./settle/bins";
import { fitMargins, placeTitle, wrapTitle } from "./settle/margins";
import { stateScene } from "./settle/scenes";
import { stateAngles, stateLogTicks } from "./settle/ticks";
import { sceneIds } from "./still/scene";
import { type Theme, template } from "./theme/theme";
import type { AxisLayout, FigureJson, Layout, Trace } from "./types";

const DEFAULT_WIDTH = 700;
const DEFAULT_HEIGHT = 420;

export function complete(data: Trace[], layout: Layout, theme: Theme): FigureJson {
  const figure: FigureJson = {
    data,
    layout: {
      width: DEFAULT_WIDTH,
      height: DEFAULT_HEIGHT,
      ...layout,
      template: layout.template ?? template(theme),
    },
  };
  figure.data = data.map(stateBins);
  for (const id of sceneIds(data)) figure.layout[id] = stateScene(figure, id);
  for (const letter of ["x", "y"] as const) {
    for (const id of axisIds(figure, letter)) {
      const name = axisName(id);
      const axis = (figure.layout[name] ?? {}) as AxisLayout;
      const range = axis.range ?? autoRange(figure, id);
      const values = valuesOnAxis(figure, id);
      // plotly.js would read "03-12" as a year and a month, and guess the century by the year in which it is asked.
      if (values.some(value => typeof value === "string" && /^\s*\d\d-\d/.test(value)))
        axis.type ??= axisType(axisAttributes(figure, name), values);
      // A stated range must not meet autorange, which plotly.js would heed instead.
      figure.layout[name] = range ? { ...axis, range, autorange: undefined } : axis;
    }
  }
  wrapTitle(figure);
  placeTitle(figure);
  stateLogTicks(figure, { ...fitMargins(figure), ...layout.margin });
  figure.layout.margin = { ...fitMargins(figure), ...definedOnly(layout.margin) };
  stateAngles(figure);
  // Turned labels reach further down.
  figure.layout.margin = { ...fitMargins(figure), ...definedOnly(layout.margin) };
  return figure;
}

function definedOnly(margin: Layout["margin"]): NonNullable<Layout["margin"]> {
  return Object.fromEntries(Object.entries(margin ?? {}).filter(([, value]) => value !== undefined));
}
